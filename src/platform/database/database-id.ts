import { randomUUID } from 'node:crypto';
import type { Database } from './database.ts';
import { isDuplicateKey } from './duplicate-key.ts';

interface DatabaseFact {
  readonly _id: string;
  readonly value: string;
}

/** Tells this database from all others, wherever it is moved to. Made the first time that it is asked for. */
export async function databaseId(database: Database): Promise<string> {
  const facts = database.collection<DatabaseFact>('database');
  const known = await facts.findOne({ _id: 'id' });
  if (known !== null) return known.value;
  try {
    const value = randomUUID();
    await facts.insertOne({ _id: 'id', value });
    return value;
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return databaseId(database); // someone else was first
  }
}
