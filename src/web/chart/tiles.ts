import { DAY_MS, lengthMs, type Interval } from '../intervals.ts';

/** A piece of a series that is fetched as a whole: the bars that open in `[from, to)`. */
export interface Tile {
  readonly interval: Interval;
  readonly from: number;
  readonly to: number;
}

const FIRST_MONDAY = 4 * DAY_MS;
const MONTHS_A_TILE = 120;

/** How many intervals a tile has; `isOpenAlways` is false where a market closes, so that most have no bar. */
function slotsOf(interval: Interval, isOpenAlways: boolean): number {
  if (interval === '1w') return 200;
  if (interval === '1d') return 500;
  return isOpenAlways ? 1_000 : 4_000;
}

/** The tile that a moment is in. */
export function tileAt(time: number, interval: Interval, isOpenAlways: boolean): Tile {
  if (interval === '1M') {
    const date = new Date(time);
    const months = (date.getUTCFullYear() - 1970) * 12 + date.getUTCMonth();
    const first = Math.floor(months / MONTHS_A_TILE) * MONTHS_A_TILE;
    return { interval, from: Date.UTC(1970, first), to: Date.UTC(1970, first + MONTHS_A_TILE) };
  }
  const anchor = interval === '1w' ? FIRST_MONDAY : 0;
  const length = lengthMs(interval) * slotsOf(interval, isOpenAlways);
  const from = anchor + Math.floor((time - anchor) / length) * length;
  return { interval, from, to: from + length };
}

/** The tiles that a span of time touches, in order; none where the span is outside of `within`. */
export function tilesOver(
  span: { readonly from: number; readonly to: number },
  interval: Interval,
  isOpenAlways: boolean,
  within: { readonly from: number; readonly to: number },
): Tile[] {
  const from = Math.max(span.from, within.from);
  const to = Math.min(span.to, within.to);
  if (from >= to) return [];
  const tiles: Tile[] = [];
  for (let tile = tileAt(from, interval, isOpenAlways); tile.from < to; tile = tileAt(tile.to, interval, isOpenAlways))
    tiles.push(tile);
  return tiles;
}

/** The same range always has the same name. */
export function tileKey({ interval, from }: Tile): string {
  return `${interval} ${from}`;
}
