import { randomUUID } from 'node:crypto';
import { InvariantError } from '../errors/index.ts';
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
  const made = { $setOnInsert: { value: randomUUID() } };
  const write = () => facts.findOneAndUpdate({ _id: 'id' }, made, { upsert: true, returnDocument: 'after' });
  const fact = await write().catch((error: unknown) => {
    if (isDuplicateKey(error)) return write(); // someone else was first
    throw error;
  });
  if (fact === null) throw new InvariantError('INTERNAL', 'The id of the database was not written');
  return fact.value;
}
