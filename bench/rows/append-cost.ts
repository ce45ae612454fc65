import { join } from 'node:path';
import { open, type PocketQuant } from '../../src/main/library.ts';
import { sliceColumns } from '../../src/market/index.ts';
import { atMost, inFolder, median, timed, type BenchRow } from '../measure.ts';
import { realBars } from '../real-bars.ts';

const LARGE = 10_000_000;
const SMALL = 10_000;
const APPENDED = 300;
const LOADED_AT_ONCE = 500_000;

/** Appending one bar must cost the same on a long series as on a short one. */
export function appendCost(): Promise<BenchRow[]> {
  const columns = realBars(LARGE + APPENDED);
  return inFolder(async (folder) => {
    const small = await load(join(folder, 'small.db'), SMALL);
    const large = await load(join(folder, 'large.db'), LARGE);
    const times: [number[], number[]] = [[], []];
    for (let i = 0; i < APPENDED; i++) {
      times[0].push(await timed(() => append(small, SMALL + i)));
      times[1].push(await timed(() => append(large, LARGE + i)));
    }
    await small.close();
    await large.close();
    const [onSmall, onLarge] = times.map(median);
    const ours = `${onLarge.toFixed(3)} ms on 10 M bars`;
    return [atMost('append one bar', onLarge / onSmall, 1.3, 'x', ours, `${onSmall.toFixed(3)} ms on 10 k`)];
  });

  async function load(file: string, count: number): Promise<PocketQuant> {
    const pq = await open({ database: `file:${file}` });
    for (let start = 0; start < count; start += LOADED_AT_ONCE)
      await upsert(pq, start, Math.min(count, start + LOADED_AT_ONCE));
    await pq.settle();
    return pq;
  }

  function append(pq: PocketQuant, index: number): Promise<unknown> {
    return upsert(pq, index, index + 1);
  }

  function upsert(pq: PocketQuant, start: number, end: number): Promise<unknown> {
    return pq.upsertBars({
      instrumentId: 'BENCH:BTCUSD',
      interval: '1m',
      provider: 'bench',
      state: 'final',
      columns: sliceColumns(columns, start, end),
    });
  }
}
