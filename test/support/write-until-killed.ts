import { openDatabase } from '../../src/platform/database/index.ts';

// A process that writes numbered documents and says so on standard output when each is acknowledged, until it is killed.

const database = await openDatabase(process.argv[2]);
const items = database.collection<{ readonly _id: number; readonly text: string }>('items');
const last = await items.find({}, { sort: { _id: -1 }, limit: 1 }).toArray();
for (let _id = (last[0]?._id ?? 0) + 1; ; _id++) {
  await items.insertOne({ _id, text: 'x'.repeat(2_000) });
  process.stdout.write(`${_id}\n`);
}
