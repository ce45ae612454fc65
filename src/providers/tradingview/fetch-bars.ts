import {
  clockGrid,
  countOpenTimes,
  DAY_MS,
  fixedStepMs,
  intersect,
  overBefore,
  partsOutside,
  rangeText,
  type EpochMs,
} from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import { pageOf, type BarsPage, type BarsRequest } from '../contract/index.ts';
import { openChart, type ChartSession, type SeriesAnswer, type SeriesCount } from './chart-session.ts';
import { invalidAnswer } from './failures.ts';
import {
  isDaily,
  mapBars,
  openTimeReader,
  RESOLUTIONS,
  SESSION_RESOLUTIONS,
  timeOfBar,
  type Doubt,
  type OpenTimeReader,
} from './mapper.ts';
import { presentText } from './instruments.ts';
import type { WireSymbolInfo } from './schema.ts';
import type { SharedConnection } from './shared-connection.ts';

/** Bars that one answer holds at most. */
export const BARS_PER_REQUEST = 5_000;
/** Counts are of intervals; a few more bars do no harm, one too few costs another question. */
const SPARE_BARS = 3;
/** So many answers in a row may bring nothing older, or deny what was there before. */
const FRUITLESS_ANSWERS = 3;

/** Pages backwards through the vendor's series until the range begins, or the vendor's bars do. */
export async function* fetchBars(
  shared: SharedConnection,
  request: BarsRequest,
  answerMs: number,
): AsyncGenerator<BarsPage> {
  const { interval, grid, range, now, signal } = request;
  const resolution = (grid === undefined ? RESOLUTIONS : SESSION_RESOLUTIONS)[interval];
  if (resolution === undefined)
    throw new ProviderError('PROVIDER_OUT_OF_REACH', `TradingView's ${interval} bars are not on the UTC grid`);
  if (mostBars(request, range.from, Math.min(range.to, now)) === 0) return;
  const place = await shared.acquire(signal);
  try {
    const symbol = request.symbol ?? request.instrumentId;
    const charts = chartsInTurn(() => openChart(place.connection, { symbol, answerMs, signal }));
    try {
      yield* pagesOf(charts, resolution, request);
    } finally {
      charts.close();
    }
  } finally {
    place.release();
  }
}

/** A chart has one series: another one needs another chart. */
interface Charts {
  readonly current: ChartSession;
  /** Closes the chart and opens the next, with the symbol resolved. */
  next(): Promise<WireSymbolInfo>;
  close(): void;
}

function chartsInTurn(open: () => ChartSession): Charts {
  let current = open();
  let isFresh = true;
  return {
    get current() {
      return current;
    },
    next() {
      if (!isFresh) {
        current.close();
        current = open();
      }
      isFresh = false;
      return current.resolveSymbol();
    },
    close: () => current.close(),
  };
}

/**
 * Where the vendor says that the series begins it may only be throttling: then it sends ever fewer bars and says the
 * same. So it is believed when a new series, counted back from the oldest bar, begins with that bar, too.
 */
async function* pagesOf(charts: Charts, resolution: string, request: BarsRequest): AsyncGenerator<BarsPage> {
  const { interval, grid = clockGrid(interval), range } = request;
  const symbol = await charts.next();
  const openTimeOf = openTimeReader(interval, grid, symbol);
  const currency = presentText(symbol.currency_code);
  const named = currency === undefined ? {} : { currency };
  const doubts: Doubt[] = [];
  let answer = await charts.current.createSeries(resolution, firstCount(request));
  let coveredFrom = endOfClosed(answer, request, openTimeOf);
  let oldestBar: number | undefined;
  let saidToBegin: { readonly oldestBar: number | undefined } | undefined;
  for (let fruitless = 0; ;) {
    const reached = oldestOf(answer);
    const isOlder = reached !== undefined && (oldestBar === undefined || reached < oldestBar);
    fruitless = isOlder ? 0 : fruitless + 1;
    if (isOlder) oldestBar = reached;
    const isBegin = answer.completion === 'end' && saidToBegin !== undefined && saidToBegin.oldestBar === reached;
    const oldest = oldestBar === undefined ? Infinity : openTimeOf(oldestBar);
    const from = isBegin ? range.from : (Math.max(oldest, range.from) as EpochMs);
    if (from < coveredFrom) {
      const mapped = mapBars(answer.bars, { interval, grid }, openTimeOf);
      const page = { from, to: coveredFrom };
      const met = mapped.doubts.filter((doubt) => intersect(doubt.range, page) !== undefined);
      const doubtful = met.map((doubt) => doubt.range);
      for (const part of partsOutside(page, doubtful)) yield { ...pageOf(mapped.columns, part), ...named };
      doubts.push(...met);
      coveredFrom = from;
    }
    if (coveredFrom <= range.from) break;
    if (answer.completion === 'limit') throw outOfReach(request, coveredFrom);
    if (fruitless === FRUITLESS_ANSWERS) throw invalidAnswer('TradingView has older bars but sends none');
    const missing = mostBars(request, range.from, Math.min(oldest, request.now)) + SPARE_BARS;
    const count = Math.min(missing, BARS_PER_REQUEST);
    if (answer.completion === 'end') {
      saidToBegin = { oldestBar };
      await charts.next();
      answer = await charts.current.createSeries(resolution, countFrom(oldestBar, count) ?? firstCount(request));
    } else answer = await charts.current.requestMore(count);
  }
  if (doubts.length > 0) throw doubts[0].reason;
}

/** Bars that open in a span at the most: trading may begin anywhere. */
function mostBars({ interval, grid }: BarsRequest, from: number, to: number): number {
  if (grid === undefined) return countOpenTimes(from, to, interval);
  return Math.ceil(Math.max(0, to - from) / (fixedStepMs(interval) ?? DAY_MS));
}

/** Back from the newest bar where that reaches the range with one answer, else back from the range's end. */
function firstCount(request: BarsRequest): SeriesCount {
  const { interval, range, now } = request;
  const wanted = mostBars(request, range.from, Math.min(range.to, now)) + SPARE_BARS;
  const behind = mostBars(request, range.to, now);
  if (behind <= SPARE_BARS || behind + wanted <= BARS_PER_REQUEST) return Math.min(behind + wanted, BARS_PER_REQUEST);
  // A trading day may open up to a day after the 00:00Z that names it.
  const end = isDaily(interval) ? range.to + DAY_MS : range.to;
  return ['bar_count', Math.ceil(end / 1_000), Math.min(wanted, BARS_PER_REQUEST)];
}

/** Back from the bar, itself included; a second later, as it is not known whether the vendor includes that moment. */
function countFrom(bar: number | undefined, count: number): SeriesCount | undefined {
  return bar === undefined ? undefined : ['bar_count', bar / 1_000 + 1, count];
}

/** Where the bars begin that are not over, by the vendor's clock and delay, and by the moment that was asked for. */
function endOfClosed(
  answer: SeriesAnswer,
  { interval, grid = clockGrid(interval), range, now }: BarsRequest,
  openTimeOf: OpenTimeReader,
): EpochMs {
  const { newest, delayMs, serverTime } = answer;
  const ends: number[] = [range.to, overBefore(grid, Math.min(now, serverTime - delayMs))];
  const isForming = newest?.closesAt !== undefined && serverTime < newest.closesAt + delayMs;
  if (isForming) ends.push(openTimeOf(newest.time));
  return Math.min(...ends) as EpochMs;
}

/** By the vendor's time of it, UTC epoch ms. */
function oldestOf({ bars }: SeriesAnswer): number | undefined {
  let oldest: number | undefined;
  for (const bar of bars) oldest = Math.min(oldest ?? Infinity, timeOfBar(bar));
  return oldest;
}

function outOfReach({ interval, range, symbol, instrumentId }: BarsRequest, reached: EpochMs): ProviderError {
  const missing = rangeText({ from: range.from, to: reached });
  const message = `TradingView does not give ${interval} bars of ${symbol ?? instrumentId} that are as old as ${missing}`;
  return new ProviderError('PROVIDER_OUT_OF_REACH', message);
}
