import { existsSync, readFileSync } from 'node:fs';
import {
  copyBar,
  DAY_MS,
  epochMsOfIso,
  FINAL,
  newBarColumns,
  sliceColumns,
  type BarColumns,
} from '../src/market/index.ts';

/** Nine real days where the project's shared data lies beside the checkout, else the three that ship with it. */
const FILES = ['../../shared/data/COINBASE_BTCUSD_1m.csv', '../examples/data/COINBASE_BTCUSD_1m.csv'];

export const SOURCE = new URL(
  FILES.find((file) => existsSync(new URL(file, import.meta.url))) ?? FILES[1],
  import.meta.url,
);

/** First day of the repeated bars. */
const FIRST_DAY = epochMsOfIso('2001-01-01');

/** Real bitcoin minutes, whole days after each other over and over until there are `count` bars. */
export function realBars(count: number): BarColumns {
  const days = readDays();
  const bars = newBarColumns(count);
  let filled = 0;
  for (let day = 0; filled < count; day++) {
    const source = days[day % days.length];
    const shift = FIRST_DAY + day * DAY_MS - Math.floor(source.openTime[0] / DAY_MS) * DAY_MS;
    for (let i = 0; i < source.openTime.length && filled < count; i++, filled++) {
      copyBar(source, i, bars, filled);
      bars.openTime[filled] += shift;
    }
  }
  return bars;
}

function readDays(): BarColumns[] {
  const rows = readFileSync(SOURCE, 'utf8')
    .trim()
    .split('\n')
    .slice(1)
    .map((line) => line.split(','));
  const all = newBarColumns(rows.length);
  for (const [i, [openTime, open, high, low, close, volume]] of rows.entries()) {
    all.openTime[i] = epochMsOfIso(openTime);
    all.open[i] = Number(open);
    all.high[i] = Number(high);
    all.low[i] = Number(low);
    all.close[i] = Number(close);
    all.volume[i] = Number(volume);
    all.state[i] = FINAL;
  }
  const dayOf = (i: number): number => Math.floor(all.openTime[i] / DAY_MS);
  const starts = [...all.openTime.keys()].filter((i) => i === 0 || dayOf(i) !== dayOf(i - 1));
  return starts.map((start, place) => sliceColumns(all, start, starts[place + 1] ?? rows.length));
}
