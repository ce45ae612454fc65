import { decimalsOf } from '../format/number.ts';
import { reasonWords } from '../format/reason.ts';
import { closeOf, type Interval } from '../intervals.ts';
import type { TileContent } from './bar-tiles.ts';
import type { Drawn } from './chart-canvas.ts';
import { joinedGaps, rowsIn } from './gaps.ts';
import { rowsOf, type Gap, type Row, type ShownBar } from './rows.ts';

/** What is on the chart. */
export interface Shown {
  readonly interval: Interval;
  readonly rows: readonly Row[];
  /** Bars that are there, but over only after the moment that is shown. */
  readonly later: readonly Row[];
  readonly gaps: readonly Gap[];
  readonly compared: readonly (ShownBar | undefined)[] | undefined;
}

const MOST_ROWS = 10_000;
const BARS_LOOKED_AT = 200;

/** The rows of some pieces of a series, of which those that end after `until` are to come. */
export function shownOf(
  interval: Interval,
  contents: readonly TileContent[],
  until: number | undefined,
  compared: readonly (TileContent | undefined)[] | undefined,
): Shown {
  const gaps = joinedGaps(contents.map((content) => content.gaps));
  const bars = contents.flatMap((content) => content.bars);
  const all = rowsOf(bars, gaps, interval).slice(-MOST_ROWS);
  const end = until === undefined ? all.length : all.findIndex(({ openTime }) => closeOf(openTime, interval) > until);
  const rows = end === -1 ? all : all.slice(0, end);
  const told = until === undefined ? gaps : gaps.filter(({ from }) => from < until);
  return { interval, rows, later: all.slice(rows.length), gaps: told, compared: compared && matched(rows, compared) };
}

export const lastBarOf = (rows: readonly Row[]): number => rows.findLastIndex(({ bar }) => bar !== undefined);

function matched(rows: readonly Row[], compared: readonly (TileContent | undefined)[]): (ShownBar | undefined)[] {
  const bars = new Map(compared.flatMap((content) => content?.bars ?? []).map((bar) => [bar.openTime, bar]));
  return rows.map(({ openTime }) => bars.get(openTime));
}

/** The same as it is drawn. */
export function drawnFrom({ interval, rows, gaps, compared }: Shown, decimals: number | null): Drawn {
  const shades = gaps.flatMap((gap) => {
    const covered = rowsIn(gap, rows, interval);
    return covered === undefined ? [] : [{ first: covered[0], last: covered[1], tone: reasonWords(gap.reason).tone }];
  });
  return { interval, rows, shades, compared, decimals: decimals ?? decimalsSeen(rows) };
}

/** The decimals of the prices in the last rows, where the instrument does not say how many it has. */
export function decimalsSeen(rows: readonly Row[]): number {
  const bars: ShownBar[] = [];
  for (let index = rows.length - 1; index >= 0 && bars.length < BARS_LOOKED_AT; index--) {
    const { bar } = rows[index];
    if (bar !== undefined) bars.push(bar);
  }
  return decimalsOf(bars.flatMap(({ open, high, low, close }) => [open, high, low, close]));
}
