import { open } from '../../src/main/library.ts';
import { epochMsOfIso } from '../../src/market/index.ts';

// A process that imports a file over and over and upserts numbered bars, until it is killed. Each acknowledged upsert is
// told on standard output: the first minute, the number of bars and the version that their prices carry.

const [, , database, file, firstVersion] = process.argv;
const START = epochMsOfIso('2020-01-01');
const BARS = 700;
const STEP = 150; // each call corrects most of the bars of the call before

const pq = await open({ database });
process.stdout.write('ready\n');

async function importOverAndOver(): Promise<never> {
  for (;;)
    await pq.importBars({ source: file, instrumentId: 'CRASH:FILE', interval: '1m', provider: 'file', state: 'final' });
}

async function upsertOverAndOver(): Promise<never> {
  for (let version = Number(firstVersion); ; version++) {
    const minute = version * STEP;
    const bars = Array.from({ length: BARS }, (_, i) => {
      const price = 1_000 + version;
      return { openTime: START + (minute + i) * 60_000, open: price, high: price, low: price, close: price };
    });
    const { rejected } = await pq.upsertBars({
      instrumentId: 'CRASH:BARS',
      interval: '1m',
      provider: 'test',
      state: 'final',
      bars,
    });
    if (rejected.length > 0) throw new Error(rejected[0].message);
    process.stdout.write(`${minute} ${BARS} ${version}\n`);
  }
}

await Promise.all([importOverAndOver(), upsertOverAndOver()]);
