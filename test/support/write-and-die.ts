import { openDatabase } from '../../src/platform/database/index.ts';

// Inserts documents one after the other, each acknowledged, and kills itself: URL of the database, how many.
const [url, writes] = process.argv.slice(2);
const database = await openDatabase(url);
const items = database.collection<{ readonly _id: number; readonly text: string }>('items');
const held = await items.countDocuments();
for (let i = 0; i < Number(writes); i++) await items.insertOne({ _id: held + i, text: 'x'.repeat(1_000) });
process.kill(process.pid, 'SIGKILL');
