import { open } from '../../src/main/library.ts';
import { manyDays } from './many-days.ts';

// Stores a bar of each of many series in one call, and says when it begins: URL of the database, how many.
const [database, count] = process.argv.slice(2);
const pq = await open({ database });
process.stdout.write('ready\n');
await pq.upsertManyBars(manyDays(Number(count)));
process.stdout.write('done\n');
await pq.close();
