import type { Answer } from '../../client/index.ts';
import { lookOf, type CellLook, type Tally } from './day-cell.ts';
import { dayFrom, type DayRange } from './days.ts';
import type { SeriesRow } from './series-rows.ts';

/** Days of one series that are asked for together. */
export interface TileKey {
  readonly row: SeriesRow;
  readonly interval: string;
  readonly days: DayRange;
}

interface TileDay extends Tally {
  readonly look: CellLook;
}

/** What is known of a tile. */
export interface Tile {
  /** Days without an entry expect nothing. */
  readonly days: ReadonlyMap<number, TileDay>;
  /** Without a schedule nobody can say what is missing; `held` is then all there is to say. */
  readonly isScheduleKnown: boolean;
  readonly held: number;
}

const MOST_DAYS = 366;

export function textOfTile({ row, interval, days }: TileKey): string {
  return `${row.key} ${interval} ${days.first} ${days.end}`;
}

/** The tiles that the days of a view are cut into, from the newest; all of them, or those that touch the days in sight. */
export function tileDays(all: DayRange, inSight: DayRange = all): DayRange[] {
  const tiles: DayRange[] = [];
  for (let { end } = all; end > all.first; end -= MOST_DAYS) {
    const first = Math.max(all.first, end - MOST_DAYS);
    if (first < inSight.end && end > inSight.first) tiles.push({ first, end });
  }
  return tiles;
}

/** The tile that a day is in. */
export function tileOf(all: DayRange, day: number): DayRange {
  const end = all.end - Math.floor((all.end - 1 - day) / MOST_DAYS) * MOST_DAYS;
  return { first: Math.max(all.first, end - MOST_DAYS), end };
}

type SeriesCoverage = Answer<'getManyCoverages'>['series'][number];

export function tileFrom({ expected, held, whole, days }: SeriesCoverage): Tile {
  const known = new Map<number, TileDay>();
  const keep = (day: number, tally: Tally): unknown => known.set(day, { ...tally, look: lookOf(tally) });
  for (const { from, to, bars } of whole) {
    const [first, last] = [dayFrom(from) ?? 0, dayFrom(to) ?? -1];
    const each = bars / (last - first + 1); // the days of a run expect equally many
    for (let day = first; day <= last; day++) keep(day, { expected: each, bars: { held: each } });
  }
  for (const { day, expected: wanted, held: own, reasons } of days)
    keep(dayFrom(day) ?? 0, { expected: wanted, bars: { held: own, ...reasons } });
  return { days: known, isScheduleKnown: expected !== null, held };
}

/** How a day of a known tile looks. */
export function lookIn({ days }: Tile, day: number): CellLook {
  return days.get(day)?.look ?? CLOSED;
}

const CLOSED = lookOf({ expected: 0, bars: {} });
