import {
  epochMs,
  firstOpenTimeFrom,
  openTimeAt,
  openTimeOfStep,
  rangeText,
  stepAt,
  type BarInterval,
  type EpochMs,
} from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import {
  barPages,
  closedPart,
  priorityOf,
  tellsVolume,
  withoutFillers,
  type BarsPage,
  type BarsRequest,
  type VendorBar,
} from '../contract/index.ts';
import type { CallOptions, SharedExchange } from './exchange.ts';
import type { Markets } from './markets.ts';
import { rowsReader, type Row } from './schema.ts';
import { volumeUnitOf } from './volume-unit.ts';

/** Where ccxt does not know how many rows an exchange answers with. */
const ROWS_IF_UNKNOWN = 100;
const MOST_ROWS = 1_000;

interface Rows {
  /** Ascending, none before the moment they were asked from. */
  readonly rows: readonly Row[];
  readonly vendorTime: number;
  readonly saysNothing: boolean;
}

interface Series {
  readonly name: string;
  readonly interval: BarInterval;
  readonly limit: number;
  /** Of the base. */
  readonly volumeUnit: number;
  readonly ask: (since: number) => Promise<Rows>;
}

/**
 * Oldest first. ccxt has one question for all exchanges, a moment and a number of rows, but exchanges understand it
 * differently: some answer with the first rows from there on, some with those of a window, some with their newest ones
 * whatever was asked; most with fewer than the number. So a span without rows is claimed only where an answer shows
 * that it reaches there:
 * - between two rows of one answer,
 * - after a row that comes alone though asked for with those after it, as far as the rows that were asked for reach.
 *
 * Each question therefore begins at the last row known. Before the first row of all, a wider question must show an
 * older one; if none comes, the exchange may not reach back so far, and the span is `PROVIDER_OUT_OF_REACH`.
 */
export async function* fetchOhlcv(
  name: string,
  shared: SharedExchange,
  markets: Markets,
  request: BarsRequest,
): AsyncGenerator<BarsPage> {
  const { interval, now } = request;
  const wanted = closedPart(request.range, interval, now);
  if (wanted === undefined) return;
  const series = await openSeries(name, shared, markets, request);

  let { from, to } = wanted;
  let since: number = from;
  /** The newest row known, older than all that is not claimed yet. */
  let known: number | undefined;
  let unreached: EpochMs | undefined;
  while (from < to) {
    const begin = firstOpenTimeFrom(from, interval);
    let answer = await series.ask(since);
    if (known === undefined && (answer.rows[0]?.[0] ?? Infinity) > begin) {
      const widerSince = stepsAfter(from, -Math.ceil(series.limit / 2), interval);
      const wider = await series.ask(widerSince);
      if (wider.rows.length > 0) {
        answer = wider;
        since = widerSince;
      } else if (answer.rows.length === 0) throw nothingShown(series, answer, wider);
    }
    const { rows, vendorTime } = answer;
    // What still runs by the exchange's clock is not over, whatever ours says.
    to = epochMs(Math.min(to, openTimeAt(Math.min(now, vendorTime), interval)));
    const windowEnd = stepsAfter(since, series.limit, interval);
    const first = rows[0]?.[0];
    const last = rows.at(-1)?.[0];
    if (since === known && first !== known) throw goneAgain(series);
    if (first === undefined) await requireStillShown(series, known);
    else if (first > begin && (known === undefined || first >= windowEnd)) {
      unreached = openTimeAt(first, interval);
      from = epochMs(Math.max(from, unreached));
    }
    const isAlone = last === undefined || last === since;
    const reached = isAlone ? windowEnd : openTimeAt(last, interval);
    const end = epochMs(last !== undefined && last >= to ? to : Math.min(to, reached));
    if (end > from) {
      yield* barPages(tradedBars(rows, series), { from, to: end }, interval);
      from = end;
    }
    known = last ?? known;
    since = isAlone ? windowEnd : last;
  }
  if (unreached !== undefined)
    throw outOfReach(series, { from: wanted.from, to: epochMs(Math.min(unreached, wanted.to)) });
}

async function openSeries(
  name: string,
  shared: SharedExchange,
  markets: Markets,
  request: BarsRequest,
): Promise<Series> {
  const { interval, now } = request;
  const options: CallOptions = { signal: request.signal, priority: priorityOf(request) };
  const market = await markets.find(request, options);
  const { symbol } = market;
  const { value: facts } = await shared.call((exchange) => {
    if (exchange.timeframes?.[interval] === undefined)
      throw new ProviderError('PROVIDER_OUT_OF_REACH', `${name}: the exchange has no ${interval} bars`);
    const most = exchange.featureValue(symbol, 'fetchOHLCV', 'limit');
    const limit = Math.min(typeof most === 'number' && most > 1 ? most : ROWS_IF_UNKNOWN, MOST_ROWS);
    return Promise.resolve({ limit, volumeUnit: volumeUnitOf(name, exchange.id, market) });
  }, options);
  const { limit } = facts;
  const readRows = rowsReader(name);
  return {
    name,
    interval,
    ...facts,
    ask: async (since) => {
      const asked = await shared.call((exchange) => exchange.fetchOHLCV(symbol, interval, since, limit), options);
      const rows = readRows(asked.value).toSorted((a, b) => a[0] - b[0]);
      if (rows.length > 0 && rows[0][0] < since)
        throw new ProviderError('PROVIDER_ANSWER_INVALID', `${name}: bars of another time than asked for`);
      return { rows, vendorTime: asked.vendorTime ?? now, saysNothing: asked.saysNothing };
    },
  };
}

function stepsAfter(time: number, steps: number, interval: BarInterval): EpochMs {
  return epochMs(openTimeOfStep(stepAt(time, interval) + steps, interval));
}

/** No rows may also be an answer that ccxt did not understand: then a row known before does not come either. */
async function requireStillShown(series: Series, known: number | undefined): Promise<void> {
  if (known !== undefined && (await series.ask(known)).rows[0]?.[0] === known) return;
  throw goneAgain(series);
}

function goneAgain({ name }: Series): ProviderError {
  return new ProviderError('PROVIDER_ANSWER_INVALID', `${name}: a bar that was sent before is missing now`);
}

function nothingShown({ name, interval }: Series, ...answers: readonly Rows[]): ProviderError {
  if (answers.every(({ saysNothing }) => saysNothing))
    return new ProviderError('PROVIDER_OUT_OF_REACH', `${name}: no ${interval} bars at this time, nor before it`);
  return new ProviderError('PROVIDER_ANSWER_INVALID', `${name}: an answer in which ccxt finds no bars`);
}

function outOfReach(
  { name, interval }: Series,
  range: { readonly from: EpochMs; readonly to: EpochMs },
): ProviderError {
  const message = `${name}: no ${interval} bar is shown that is as old as ${rangeText(range)}`;
  return new ProviderError('PROVIDER_OUT_OF_REACH', message);
}

/**
 * Where nothing traded, some exchanges repeat the last price, and others make a bar of quotes: of volume 0, and no bar
 * of ours. An answer without any volume may be of a market whose volume ccxt does not know: there only repeats go.
 */
function tradedBars(rows: readonly Row[], { volumeUnit }: Series): VendorBar[] {
  const bars = rows.map((row) => barOf(row, volumeUnit));
  return tellsVolume(bars) ? bars.filter(({ volume }) => volume !== 0) : withoutFillers(bars);
}

function barOf([openTime, open, high, low, close, volume]: Row, volumeUnit: number): VendorBar {
  return { openTime, open, high, low, close, volume: (volume ?? NaN) * volumeUnit };
}
