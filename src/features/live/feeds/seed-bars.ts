import {
  addAll,
  barAt,
  concatColumns,
  DAY_MS,
  defaultGrid,
  epochMs,
  firstIndexFrom,
  firstOpenTimeFrom,
  fixedStepMs,
  openTimeAt,
  sliceColumns,
  type BarColumns,
  type BarInterval,
  type BarSeed,
  type Span,
} from '../../../market/index.ts';
import { latestNow } from '../../../providers/contract/index.ts';
import { requestedOf, type FedInstrument, type HistoryTools } from './settle-history.ts';

/** What is known of the bar that runs, by interval; an empty list says that nothing was traded in it yet. */
export type Seeds = ReadonlyMap<BarInterval, readonly BarSeed[]>;

/** Bars of one interval that make up a part of a running bar. */
interface Part extends Span {
  readonly interval: BarInterval;
}

/** From large to small; each begins and ends where sessions do, and none is an interval that vendors begin elsewhere. */
const LADDER: readonly BarInterval[] = ['30m', '15m', '5m', '1m', '1s'];
/** Where a market never closes, hours begin where hours do. */
const STEADY_LADDER: readonly BarInterval[] = ['1h', ...LADDER];

/**
 * What the provider's history says of the bars that run at `at`, an openTime of the finest interval: so that a bar in
 * whose middle we begin to listen is whole. One that history cannot tell has no seed.
 * @throws ProviderError; the reason of the signal
 */
export async function seedBars(instrument: FedInstrument, at: number, tools: HistoryTools): Promise<Seeds> {
  const planned = instrument.intervals.map((interval) => ({
    interval,
    parts: partsOf(instrument, interval, at, tools),
  }));
  const known = await fetchParts(
    planned.flatMap(({ parts }) => parts ?? []),
    instrument,
    tools,
  );
  const seeds = new Map<BarInterval, readonly BarSeed[]>();
  for (const { interval, parts } of planned) {
    const place = defaultGrid(interval, instrument).placeAt(at);
    const pieces = (parts ?? []).map((part) => known(part));
    const whole = pieces.filter((piece) => piece !== undefined);
    if (place === undefined || pieces.length === 0 || whole.length < pieces.length) continue;
    const bars = concatColumns(whole);
    const isSilent = bars.openTime.length === 0;
    seeds.set(interval, isSilent ? [] : [{ ...sumOf(bars), openTime: epochMs(place.openTime) }]);
  }
  return seeds;
}

/** @returns `undefined` where no bar runs, or the provider's intervals do not fit together; empty where one begins */
function partsOf(
  instrument: FedInstrument,
  interval: BarInterval,
  at: number,
  { provider }: HistoryTools,
): Part[] | undefined {
  const { schedule, base } = instrument;
  const grid = defaultGrid(interval, instrument);
  const days = defaultGrid('1d', instrument);
  const place = grid.placeAt(at);
  const day = days.placeAt(at);
  if (place === undefined || base === undefined) return undefined;
  const isAboveDay = (fixedStepMs(interval) ?? Infinity) > DAY_MS;
  const dayParts: Part[] = [];
  let from = grid.spanOf(place.openTime).from;
  if (isAboveDay) {
    if (day === undefined) return undefined;
    if (place.openTime < day.openTime) dayParts.push({ interval: '1d', from: place.openTime, to: day.openTime });
    if (dayParts.length > 0 && !provider.intervals.includes('1d')) dayParts.length = 0;
    else from = days.spanOf(day.openTime).from;
  }
  const isSteady = schedule === undefined || schedule.neverCloses;
  const steps = (isSteady ? STEADY_LADDER : LADDER).filter((step) => provider.intervals.includes(step));
  const parts = [...dayParts];
  for (const step of steps) {
    const to = openTimeAt(at, step);
    if (firstOpenTimeFrom(from, step) !== from || to <= from) continue;
    parts.push({ interval: step, from, to });
    from = to;
  }
  return from === at ? parts : undefined;
}

/** Fetches each interval once, for all parts of it, and keeps none of it. */
async function fetchParts(
  parts: readonly Part[],
  instrument: FedInstrument,
  { provider, clock, signal }: HistoryTools,
): Promise<(part: Part) => BarColumns | undefined> {
  const fetched = new Map<BarInterval, { columns: BarColumns; covered: readonly Span[] }>();
  for (const [interval, same] of Map.groupBy(parts, ({ interval: step }) => step)) {
    const range = {
      from: epochMs(Math.min(...same.map(({ from }) => from))),
      to: epochMs(Math.max(...same.map(({ to }) => to))),
    };
    const pages: BarColumns[] = [];
    const covered: Span[] = [];
    const now = latestNow(provider, clock());
    const request = { ...requestedOf(instrument), interval, range, now, signal };
    for await (const page of provider.fetchBars(request)) {
      pages.push(page.columns);
      covered.push(page.covered);
    }
    pages.sort((a, b) => (a.openTime[0] ?? 0) - (b.openTime[0] ?? 0));
    fetched.set(interval, { columns: concatColumns(pages), covered });
  }
  return ({ interval, from, to }) => {
    const found = fetched.get(interval);
    if (found === undefined || !isCovered(found.covered, from, to)) return undefined;
    const { openTime } = found.columns;
    const part = sliceColumns(found.columns, firstIndexFrom(openTime, from), firstIndexFrom(openTime, to));
    // Two values of one bar: history cannot tell.
    return part.openTime.some((time, i) => time === part.openTime[i - 1]) ? undefined : part;
  };
}

function isCovered(covered: readonly Span[], from: number, to: number): boolean {
  let reached = from;
  for (const span of covered.toSorted((a, b) => a.from - b.from))
    if (span.from <= reached) reached = Math.max(reached, span.to);
  return reached >= to;
}

/** One bar of all. Of the volume it has what is known. */
function sumOf(bars: BarColumns) {
  const { volume: _, ...sum } = barAt(addAll(bars), 0);
  const known = bars.volume.filter((value) => !Number.isNaN(value));
  return { ...sum, ...(known.length === 0 ? {} : { volume: known.reduce((a, b) => a + b) }) };
}
