import { join } from 'node:path';
import { open, type PocketQuant } from '../../src/main/library.ts';
import { clockGrid, DAY_MS } from '../../src/market/index.ts';
import { atMost, atLeast, inFolder, inTurn, type BenchRow } from '../measure.ts';
import { realBars } from '../real-bars.ts';

/** Minutes of ten years around the clock. */
const BARS = 3_652 * 1_440;
const RUNS = 5;
const RATIO = 20;
const MOST_MS = 50;
const SERIES = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;

/** What is told of ten years of minutes without decoding them, against the same by decoding. */
export function tenYears(): Promise<BenchRow[]> {
  return inFolder(async (folder) => {
    const pq = await open({ database: `file:${join(folder, 'years.db')}` });
    const columns = realBars(BARS);
    const range = { from: columns.openTime[0], to: columns.openTime[BARS - 1] + 60_000 };
    await pq.upsertBars({ ...SERIES, provider: 'bench', state: 'final', columns });
    await pq.settle();
    const rows = [
      ...(await compare('derived 1d of ten years', () => pq.getBars({ ...SERIES, ...range, interval: '1d' }), daily)),
      ...(await compare('completeness of ten years', () => pq.getCoverage({ ...SERIES, ...range }), whole)),
    ];
    await pq.close();
    return rows;

    function whole(): ReturnType<PocketQuant['getBars']> {
      return pq.getBars({ ...SERIES, ...range });
    }

    async function daily(): Promise<void> {
      const days = clockGrid('1d').aggregate((await whole()).columns);
      if (days.openTime.length < BARS / (DAY_MS / 60_000)) throw new Error(`Only ${days.openTime.length} days`);
    }
  });
}

async function compare(what: string, ours: () => unknown, decoding: () => unknown): Promise<BenchRow[]> {
  const [oursMs, decodingMs] = await inTurn(RUNS, ours, decoding);
  const told = `${oursMs.toFixed(0)} ms`;
  const against = `by decoding ${decodingMs.toFixed(0)} ms`;
  return [
    atLeast(what, decodingMs / oursMs, RATIO, told, against),
    atMost(`${what}: time`, oursMs, MOST_MS, ' ms', told, against),
  ];
}
