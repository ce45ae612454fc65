import type { ProviderError } from '../../platform/errors/index.ts';
import { within } from '../../platform/waiting/index.ts';
import type { Connection } from './connection.ts';
import { invalidAnswer, seriesRefused, sessionRefused, symbolRefused, timedOut } from './failures.ts';
import { timeOfBar, type WireBar } from './mapper.ts';
import {
  readCompletion,
  readSeriesUpdate,
  readSymbolInfo,
  textOf,
  type WireMessage,
  type WireSeriesData,
  type WireSymbolInfo,
} from './schema.ts';
import { newSessionId } from './session-id.ts';

/** A chart of the vendor with one symbol and one series; one question at a time. */
export interface ChartSession {
  /** @throws ProviderError `PROVIDER_SYMBOL_UNKNOWN`, or `PROVIDER_ANSWER_INVALID` if another symbol is answered */
  resolveSymbol(): Promise<WireSymbolInfo>;
  createSeries(resolution: string, count: SeriesCount): Promise<SeriesAnswer>;
  requestMore(count: number): Promise<SeriesAnswer>;
  close(): void;
}

/** How many bars back from the newest one, or from a moment (epoch s). */
export type SeriesCount = number | readonly ['bar_count', number, number];

export interface SeriesAnswer {
  /**
   * What came since the answer before. Of a bar that came in several messages what the last one says; of one that is
   * twice in a message both, as that is no update.
   */
  readonly bars: readonly WireBar[];
  /** The newest bar of the series and when it closes, by the vendor's clock, UTC epoch ms. */
  readonly newest: { readonly time: number; readonly closesAt: number | undefined } | undefined;
  /** How far the vendor's data lies behind. */
  readonly delayMs: number;
  /** `end`: there are no older bars. `limit`: there are, but not for us. */
  readonly completion: 'more' | 'end' | 'limit';
  /** The server's time, UTC epoch ms. */
  readonly serverTime: number;
}

export interface ChartOptions {
  readonly symbol: string;
  readonly answerMs: number;
  readonly signal: AbortSignal;
}

const SYMBOL_ID = 'sym_1';
const SERIES_ID = 'sds_1';
const TURN = 's1';
/** What is assumed of a mode that is not known. */
const LONGEST_DELAY_MS = 900_000;

type Answer = { readonly symbol: WireSymbolInfo } | { readonly series: SeriesAnswer };

export function openChart(connection: Connection, { symbol, answerMs, signal }: ChartOptions): ChartSession {
  const id = newSessionId('cs');
  let bars = new Map<number, readonly WireBar[]>();
  let newest: SeriesAnswer['newest'];
  let serverTime = connection.greetedAt;
  let failure: ProviderError | undefined;
  let question: PromiseWithResolvers<Answer> | undefined;

  function onFailure(reason: ProviderError): void {
    failure ??= reason;
    question?.reject(failure);
  }

  function onMessage({ m: method, p, t, t_ms: tMs }: WireMessage): void {
    serverTime = tMs ?? (t === undefined ? serverTime : t * 1_000);
    const name = textOf(p[1]);
    switch (method) {
      case 'symbol_resolved':
        expectName(name, SYMBOL_ID);
        return question?.resolve({ symbol: readSymbolInfo(p[2]) });
      case 'timescale_update':
      case 'du':
        return Object.entries(readSeriesUpdate(p[1])).forEach(([series, data]) => onBars(series, data));
      case 'series_completed':
        expectName(name, SERIES_ID);
        return onCompleted(p);
      case 'symbol_error':
        return onFailure(symbolRefused(symbol, textOf(p[2])));
      case 'series_error':
        return onFailure(seriesRefused(symbol, textOf(p[3])));
      case 'critical_error':
        return onFailure(sessionRefused(name, textOf(p[2])));
      default: // series_loading and whatever else tells of the progress
    }
  }

  function onBars(series: string, { s = [], t: turn = TURN, lbs }: WireSeriesData): void {
    expectName(series, SERIES_ID);
    expectName(turn, TURN);
    const told = s.map(({ v: bar }) => bar);
    for (const [time, same] of Map.groupBy(told, ([time]) => time)) bars.set(time, same);
    const latest = s.reduce((time, { v: bar }) => Math.max(time, timeOfBar(bar)), -Infinity);
    if (latest < (newest?.time ?? -Infinity) || s.length === 0) return;
    newest = { time: latest, closesAt: closingTime(lbs?.bar_close_time) };
  }

  function onCompleted(p: readonly unknown[]): void {
    const { mode, turn, extra } = readCompletion({ mode: p[2], turn: p[3], extra: p[4] });
    expectName(turn, TURN);
    if (question === undefined) return; // what it completes stays for the next answer
    if (serverTime === undefined) throw invalidAnswer('TradingView does not say its time');
    const answered = [...bars.values()].flat();
    bars = new Map();
    const completion = completionOf(extra?.data_completed);
    question.resolve({ series: { bars: answered, newest, delayMs: delayOf(mode), completion, serverTime } });
  }

  async function ask(method: string, ...params: readonly unknown[]): Promise<Answer> {
    signal.throwIfAborted();
    if (failure !== undefined) throw failure;
    connection.send(method, [id, ...params]);
    const { promise } = (question = Promise.withResolvers<Answer>());
    const tooLate = (): ProviderError => timedOut(`answer ${method} of ${symbol}`, answerMs);
    return within({ limitMs: answerMs, tooLate, signal }, () => promise).finally(() => (question = undefined));
  }

  async function askForBars(method: string, ...params: readonly unknown[]): Promise<SeriesAnswer> {
    const answer = await ask(method, SERIES_ID, ...params);
    if ('series' in answer) return answer.series;
    throw invalidAnswer(`TradingView answered ${method} with a symbol`);
  }

  connection.join(id, { onMessage, onFailure });
  connection.send('chart_create_session', [id, '']);
  return {
    async resolveSymbol() {
      const wanted = { symbol, adjustment: 'splits', session: 'regular' };
      const answer = await ask('resolve_symbol', SYMBOL_ID, `=${JSON.stringify(wanted)}`);
      if ('series' in answer) throw invalidAnswer('TradingView answered resolve_symbol with bars');
      const { full_name: fullName, pro_name: proName } = answer.symbol;
      if (![fullName, proName].some((found) => found?.toUpperCase() === symbol.toUpperCase()))
        throw invalidAnswer(`TradingView answered ${fullName} to ${symbol}`);
      return answer.symbol;
    },
    createSeries: (resolution, count) => askForBars('create_series', TURN, SYMBOL_ID, resolution, count, ''),
    requestMore: (count) => askForBars('request_more_data', count),
    close() {
      connection.leave(id);
      if (connection.isOpen) connection.send('chart_delete_session', [id]);
    },
  };
}

/** Of another series, symbol or turn than ours nothing is taken. */
function expectName(name: string, expected: string): void {
  if (name !== expected) throw invalidAnswer(`TradingView sent data of ${JSON.stringify(name)}, not of ${expected}`);
}

/** The vendor's closing times end in :00 or :59. */
function closingTime(seconds: number | undefined): number | undefined {
  return seconds === undefined ? undefined : Math.ceil(seconds / 60) * 60_000;
}

function delayOf(mode: string): number {
  if (mode === 'streaming') return 0;
  const seconds = /^delayed_streaming_(\d{1,6})$/.exec(mode)?.[1];
  return seconds === undefined ? LONGEST_DELAY_MS : Number(seconds) * 1_000;
}

function completionOf(dataCompleted: string | undefined): SeriesAnswer['completion'] {
  if (dataCompleted === undefined || dataCompleted === '') return 'more';
  return dataCompleted === 'end' ? 'end' : 'limit';
}
