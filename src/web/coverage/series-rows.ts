import type { Answer } from '../../client/index.ts';
import { divides, INTERVALS, isInterval, type Interval } from '../intervals.ts';
import type { Held } from './view.ts';

type Instrument = Answer<'getSymbols'>['symbols'][number];
type StoredSeries = Instrument['series'][number];

/** A series whose coverage is shown. */
export interface SeriesRow {
  /** Unlike that of any other row. */
  readonly key: string;
  readonly instrumentId: string;
  readonly name: string | null;
  readonly timeZone: string | null;
  readonly align: 'session' | undefined;
  /** When its first and its last bar open, UTC epoch ms; undefined where nothing is stored. */
  readonly first: number | undefined;
  readonly last: number | undefined;
  readonly providers: readonly string[];
}

function canBeMadeOf(interval: Interval, { interval: stored, align }: StoredSeries): boolean {
  return align === undefined && isInterval(stored) && divides(stored, interval);
}

/** The series of an interval: stored ones, one that can be made of them, and of an instrument without bars the one to be fetched. */
export function rowsOf(instruments: readonly Instrument[], interval: Interval): SeriesRow[] {
  return instruments.flatMap((instrument) => {
    const { series } = instrument;
    const stored = series.filter((one) => one.interval === interval);
    if (stored.length > 0) return stored.map((one) => rowOf(instrument, one));
    if (series.length === 0) return [rowOf(instrument, undefined)];
    const source = series.findLast((one) => canBeMadeOf(interval, one));
    return source === undefined ? [] : [rowOf(instrument, source)];
  });
}

function rowOf({ instrumentId, name, timeZone }: Instrument, series: StoredSeries | undefined): SeriesRow {
  const align = series?.align;
  return {
    key: align === undefined ? instrumentId : `${instrumentId} @session`,
    instrumentId,
    name,
    timeZone,
    align,
    first: typeof series?.first === 'string' ? Date.parse(series.first) : undefined,
    last: typeof series?.last === 'string' ? Date.parse(series.last) : undefined,
    providers: series?.providers ?? [],
  };
}

/** When the first and the last bar of all of them open, UTC epoch ms; undefined if there is none. */
export function heldBy(rows: readonly SeriesRow[]): Held | undefined {
  let held: Held | undefined;
  for (const { first, last } of rows)
    if (first !== undefined && last !== undefined)
      held = { first: Math.min(first, held?.first ?? first), last: Math.max(last, held?.last ?? last) };
  return held;
}

/** How many series are stored by interval, from the shortest. */
export function storedIntervals(instruments: readonly Instrument[]): ReadonlyMap<Interval, number> {
  const counts = new Map<Interval, number>();
  for (const { series } of instruments)
    for (const { interval } of series) if (isInterval(interval)) counts.set(interval, (counts.get(interval) ?? 0) + 1);
  return new Map([...counts].sort(([one], [other]) => INTERVALS.indexOf(one) - INTERVALS.indexOf(other)));
}

/** The interval of most series; of several the shortest. */
export function commonInterval(counts: ReadonlyMap<Interval, number>): Interval {
  let [common, most]: [Interval, number] = ['1m', 0];
  for (const [interval, count] of counts) if (count > most) [common, most] = [interval, count];
  return common;
}

/** Rows whose id or name has the text, whatever the case, on the exchange if one is named. */
export function rowsMatching(rows: readonly SeriesRow[], query: string, exchange: string): readonly SeriesRow[] {
  const wanted = query.trim().toLowerCase();
  if (wanted === '' && exchange === '') return rows;
  return rows.filter(
    ({ instrumentId, name }) =>
      (exchange === '' || exchangeOf(instrumentId) === exchange) &&
      (instrumentId.toLowerCase().includes(wanted) || (name ?? '').toLowerCase().includes(wanted)),
  );
}

export function exchangeOf(instrumentId: string): string {
  return instrumentId.slice(0, instrumentId.indexOf(':'));
}
