/** Every interval of the API, shortest first. */
export const INTERVALS = [
  '1s',
  '5s',
  '15s',
  '30s',
  '1m',
  '3m',
  '5m',
  '15m',
  '30m',
  '45m',
  '1h',
  '2h',
  '3h',
  '4h',
  '6h',
  '8h',
  '12h',
  '1d',
  '1w',
  '1M',
] as const;
export type Interval = (typeof INTERVALS)[number];

export const USUAL: readonly Interval[] = ['1m', '5m', '15m', '1h', '4h', '1d', '1w', '1M'];

const SECOND = 1_000;
export const DAY_MS = 86_400 * SECOND;
const UNITS: Readonly<Record<string, number>> = {
  s: SECOND,
  m: 60 * SECOND,
  h: 3_600 * SECOND,
  d: DAY_MS,
  w: 7 * DAY_MS,
};
/** A month as it is on average; where the length matters exactly, months are counted. */
const MONTH_MS = 30.436875 * DAY_MS;

export function isInterval(text: string | undefined): text is Interval {
  return INTERVALS.some((interval) => interval === text);
}

export function lengthMs(interval: Interval): number {
  const unit = UNITS[interval.slice(-1)];
  return unit === undefined ? MONTH_MS : Number(interval.slice(0, -1)) * unit;
}

export const isBelowDay = (interval: Interval): boolean => lengthMs(interval) < DAY_MS;

/** When a bar that opens at a time is over. */
export function closeOf(openTime: number, interval: Interval): number {
  if (interval !== '1M') return openTime + lengthMs(interval);
  const date = new Date(openTime);
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
}

/** What is known of a stored series of an instrument. */
export interface StoredSeries {
  readonly interval: string;
  /** Present where bars begin with trading. */
  readonly align?: 'session';
  readonly first: string | null;
  readonly last: string | null;
}

/** The stored series that bars of an interval are read or derived from: itself, or the finest that divides it. */
export function sourceOf<Series extends StoredSeries>(
  series: readonly Series[],
  interval: Interval,
  align?: 'session',
): Series | undefined {
  const isFor = (one: Series): boolean => one.align === undefined || align === 'session' || !isBelowDay(interval);
  const held = series.filter((one) => one.first !== null && isFor(one));
  const itself = held.filter((one) => one.interval === interval);
  const parts = held.filter((one) => isInterval(one.interval) && divides(one.interval, interval));
  return (
    itself.find((one) => one.align === align) ??
    parts.sort((a, b) => lengthMs(a.interval as Interval) - lengthMs(b.interval as Interval))[0]
  );
}

/** Whether bars of an interval are made of whole bars of another. */
export function divides(part: Interval, whole: Interval): boolean {
  if (whole === '1M') return lengthMs(part) <= DAY_MS;
  return part !== '1M' && lengthMs(whole) % lengthMs(part) === 0;
}
