import {
  DAY_MS,
  divides,
  epochMs,
  fixedStepMs,
  instrumentId,
  openTimeAt,
  openTimeOfStep,
  parseSeriesInterval,
  seriesId,
  stepAt,
  EPOCH_MS_RANGE,
  type BarInterval,
  type InstrumentId,
  type ParsedSeriesId,
  type SeriesId,
  type SeriesShape,
  type TimeRange,
} from '../market/index.ts';

/** The calendar window whose bars one chunk holds: `[from, to)`, UTC epoch ms. */
export interface ChunkWindow {
  /** Sorts as time does: `2014-06-05`. */
  readonly key: string;
  readonly from: number;
  readonly to: number;
}

type WindowKind = 'hour' | 'day' | 'week' | 'month' | 'quarter' | 'year' | 'decade' | 'all';

const HOUR_MS = DAY_MS / 24;

function windowKind(interval: BarInterval): WindowKind {
  const stepMs = fixedStepMs(interval) ?? Infinity;
  if (stepMs < 60_000) return 'hour';
  if (stepMs <= 3 * 60_000) return 'day';
  if (stepMs <= 15 * 60_000) return 'week';
  if (stepMs <= 45 * 60_000) return 'month';
  if (stepMs <= 4 * HOUR_MS) return 'quarter';
  if (stepMs < DAY_MS) return 'year';
  return stepMs === DAY_MS ? 'decade' : 'all';
}

const KINDS = new Map<string, WindowKind>();

/** The window that holds the bar which opens at `openTime`. */
export function chunkWindow(openTime: number, interval: BarInterval): ChunkWindow {
  let kind = KINDS.get(interval);
  if (kind === undefined) {
    kind = windowKind(interval);
    KINDS.set(interval, kind);
  }
  return windowAround(openTime, kind);
}

function windowAround(time: number, kind: WindowKind): ChunkWindow {
  switch (kind) {
    case 'hour': {
      const from = Math.floor(time / HOUR_MS) * HOUR_MS;
      return { key: isoText(from, 13), from, to: from + HOUR_MS };
    }
    case 'day': {
      const from = Math.floor(time / DAY_MS) * DAY_MS;
      return { key: isoText(from, 10), from, to: from + DAY_MS };
    }
    case 'week': {
      const from = openTimeAt(time, '1w');
      return { key: isoText(from, 10), from, to: from + 7 * DAY_MS };
    }
    case 'month':
      return monthsAround(time, 1, (month) => isoText(month, 7));
    case 'quarter':
      return monthsAround(time, 3, (month) => `${isoText(month, 4)}-Q${new Date(month).getUTCMonth() / 3 + 1}`);
    case 'year':
      return monthsAround(time, 12, (month) => isoText(month, 4));
    case 'decade':
      return monthsAround(time, 120, (month) => isoText(month, 4));
    case 'all':
      return { key: 'all', from: EPOCH_MS_RANGE.minimum, to: EPOCH_MS_RANGE.maximum + 1 };
  }
}

/** The window of `months` months, counted from year 0, around a moment. */
function monthsAround(time: number, months: number, keyOf: (from: number) => string): ChunkWindow {
  const sinceYear0 = stepAt(time, '1M') + 1970 * 12;
  const first = Math.floor(sinceYear0 / months) * months - 1970 * 12;
  const from = openTimeOfStep(first, '1M');
  return { key: keyOf(from), from, to: openTimeOfStep(first + months, '1M') };
}

// Also good for year 0, where the first decade begins: toISOString writes it 0000.
function isoText(time: number, length: number): string {
  return new Date(time).toISOString().slice(0, length);
}

const LENGTHS: Readonly<Partial<Record<WindowKind, BarInterval>>> = { hour: '1h', day: '1d', week: '1w', month: '1M' };

/** Whether the chunks of an interval never hold bars of two bars of a larger one, on the UTC grid. */
export function fitsWindows(interval: BarInterval, larger: BarInterval): boolean {
  const length = LENGTHS[windowKind(interval)];
  return length !== undefined && (length === larger || divides(length, larger));
}

/** How many bars a window can hold. */
export function stepsOf({ from, to }: ChunkWindow, interval: BarInterval): number {
  return stepAt(to - 1, interval) - stepAt(from, interval) + 1;
}

/** `NASDAQ:AAPL/1m/2014-06-05` */
export function chunkId(series: SeriesId, openTime: number): string {
  return chunkIdIn(series, chunkWindow(openTime, intervalOf(series)));
}

/** The id of the chunk of a window of the series' interval. */
export function chunkIdIn(series: SeriesId, { key }: Pick<ChunkWindow, 'key'>): string {
  return `${prefixOf(series)}/${key}`;
}

function intervalOf(series: SeriesId): BarInterval {
  return parseSeriesInterval(series.slice(series.lastIndexOf('/') + 1)).interval;
}

const NEEDS_ESCAPE = /[%/]/g;

/**
 * What the ids of a series' chunks begin with. A slash of its symbol is written `%2F` in them (and `%` as `%25`), so that
 * no series begins as another one's chunks do: `X:A/1m` of the symbol `A` and `X:A/1m/1d` of the symbol `A/1m`.
 */
function prefixOf(series: SeriesId): string {
  const slash = series.lastIndexOf('/');
  return series.slice(0, slash).replace(NEEDS_ESCAPE, encodeURIComponent) + series.slice(slash);
}

function instrumentOf(escaped: string): InstrumentId {
  return instrumentId(escaped.replace(/%2F|%25/g, decodeURIComponent));
}

/** Trading opens at a whole second whatever the zone and the year, and seldom on the grid of the hour. */
const OPENING_STEP: BarInterval = '1s';

/** The interval in whose steps the openTimes of a series are counted in its chunks. */
export function openTimeStep({ interval, align }: SeriesShape): BarInterval {
  return align === 'session' ? OPENING_STEP : interval;
}

export interface ParsedChunkId extends ParsedSeriesId {
  readonly series: SeriesId;
  readonly window: ChunkWindow;
  /** {@link openTimeStep} of the series. */
  readonly step: BarInterval;
}

/** @throws RangeError if the text is no chunk's id */
export function parseChunkId(id: string): ParsedChunkId {
  const [instrument = '', interval = '', key = ''] = id.split('/');
  const parsed = { instrumentId: instrumentOf(instrument), ...parseSeriesInterval(interval) };
  const window = chunkWindow(firstMomentOf(key, id), parsed.interval);
  const series = seriesId(parsed.instrumentId, parsed.interval, parsed.align);
  if (chunkIdIn(series, window) !== id) throw new RangeError(`Not a chunk of a ${interval} series: "${id}"`);
  return { series, ...parsed, window, step: openTimeStep(parsed) };
}

/** The window of a chunk, of which it is known that it is one of a series of this interval. */
export function windowOf(id: string, interval: BarInterval): ChunkWindow {
  return chunkWindow(firstMomentOf(id.slice(id.lastIndexOf('/') + 1), id), interval);
}

function firstMomentOf(key: string, id: string): number {
  if (key === 'all') return 0;
  const parts = /^(\d{4})(?:-(?:Q([1-4])|(\d\d))(?:-(\d\d)(?:T(\d\d))?)?)?$/.exec(key);
  if (parts === null) throw new RangeError(`Not a chunk's id: "${id}"`);
  const [, year, quarter, month, day = '1', hour = '0'] = parts;
  const monthIndex = quarter === undefined ? Number(month ?? '1') - 1 : (Number(quarter) - 1) * 3;
  return new Date(0).setUTCFullYear(Number(year), monthIndex, Number(day)) + Number(hour) * HOUR_MS;
}

/** Ids of the first and last chunk (inclusive) that may hold bars of a range. */
export function chunkIdRange(
  series: SeriesId,
  { from, to }: TimeRange,
): { readonly first: string; readonly last: string } {
  return { first: chunkId(series, from), last: chunkId(series, epochMs(to - 1)) };
}

/** Bounds (inclusive) of the ids of all chunks of a series: keys begin with a digit or a letter. */
export function idsOfSeries(series: SeriesId): { readonly first: string; readonly last: string } {
  return { first: chunkIdIn(series, { key: '0' }), last: chunkIdIn(series, { key: 'z' }) };
}
