import type { InstrumentDocument } from '../../src/features/instruments/collections.ts';
import { openDatabase } from '../../src/platform/database/index.ts';

/** The id of an instrument by its number. */
export function manyId(number: number): string {
  return `TEST:S${String(number).padStart(5, '0')}`;
}

/** A database in which so many instruments are registered, each traded around the clock; of none there are bars. */
export async function storeManyInstruments(url: string, count: number): Promise<void> {
  const database = await openDatabase(url);
  const documents = Array.from({ length: count }, (_, number) => ({
    _id: manyId(number),
    schedule: '24x7',
    registeredAt: 0,
  }));
  await database.collection<InstrumentDocument>('instruments').insertMany(documents);
  await database.close();
}
