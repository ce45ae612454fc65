import { DatabaseSync } from 'node:sqlite';
import { open } from '../../src/main/library.ts';
import { timed } from '../measure.ts';

// A process that reads a series once, and tells how long that took: node first-read.ts ours|rows FILE SERIES.

const [, , whose, file, series] = process.argv;
if (whose === 'ours') {
  const pq = await open({ database: `file:${file}` });
  console.log(await timed(() => pq.getBars({ instrumentId: series, interval: '1m' })));
  await pq.close();
} else {
  const select = new DatabaseSync(file, { readOnly: true }).prepare(
    'SELECT openTime, open, high, low, close, volume, state FROM bars WHERE series = ?',
  );
  console.log(await timed(() => select.all(series)));
}
