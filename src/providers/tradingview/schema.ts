import { Type, type Static } from 'typebox';
import { answerReader } from '../../platform/requests/index.ts';
import { invalidAnswer } from './failures.ts';

// What the vendor sends. Fields that are not read here are not described.

const Message = Type.Object({
  m: Type.String(),
  p: Type.Array(Type.Unknown()),
  /** The server's time: seconds, and milliseconds. */
  t: Type.Optional(Type.Number()),
  t_ms: Type.Optional(Type.Number()),
});
export type WireMessage = Static<typeof Message>;

const Greeting = Type.Object({ session_id: Type.String(), timestamp: Type.Optional(Type.Number()) });

/** `symbol_resolved`. */
const SymbolInfo = Type.Object({
  full_name: Type.String(),
  pro_name: Type.Optional(Type.String()),
  description: Type.Optional(Type.String()),
  type: Type.Optional(Type.String()),
  timezone: Type.Optional(Type.String()),
  session: Type.Optional(Type.String()),
  pricescale: Type.Optional(Type.Number()),
  currency_code: Type.Optional(Type.Union([Type.String(), Type.Null()])),
});
export type WireSymbolInfo = Static<typeof SymbolInfo>;

/** `[time in s, open, high, low, close, volume?]`. */
const Bar = Type.Array(Type.Number(), { minItems: 5, maxItems: 6 });

const SeriesData = Type.Object({
  s: Type.Optional(Type.Array(Type.Object({ v: Bar }))),
  t: Type.Optional(Type.String()),
  lbs: Type.Optional(Type.Object({ bar_close_time: Type.Optional(Type.Number()) })),
});
export type WireSeriesData = Static<typeof SeriesData>;

const SeriesUpdate = Type.Record(Type.String(), SeriesData);

const Completion = Type.Object({
  mode: Type.String(),
  turn: Type.String(),
  extra: Type.Optional(Type.Object({ data_completed: Type.Optional(Type.String()) })),
});

/** What changed of a symbol's quote; what is not known is absent, `null` or 1e100. */
const Figure = Type.Optional(Type.Union([Type.Number(), Type.Null()]));
const QuoteData = Type.Object({
  /** The symbol, as it was asked for. */
  n: Type.String(),
  s: Type.String(),
  errmsg: Type.Optional(Type.String()),
  v: Type.Optional(
    Type.Object({
      lp: Figure,
      /** Whole seconds. */
      lp_time: Figure,
      /** Of the trading day so far. */
      volume: Figure,
      bid: Figure,
      bid_size: Figure,
      ask: Figure,
      ask_size: Figure,
    }),
  ),
});
export type WireQuoteValues = NonNullable<Static<typeof QuoteData>['v']>;

const SearchAnswer = Type.Object({
  symbols: Type.Array(
    Type.Object({
      symbol: Type.String(),
      exchange: Type.String(),
      prefix: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      description: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      type: Type.Optional(Type.Union([Type.String(), Type.Null()])),
      currency_code: Type.Optional(Type.Union([Type.String(), Type.Null()])),
    }),
  ),
});
export type WireFoundSymbol = Static<typeof SearchAnswer>['symbols'][number];

export const readMessage = answerReader('TradingView: a message', Message);
export const readGreeting = answerReader('TradingView: a greeting', Greeting);
export const readSymbolInfo = answerReader('TradingView: a symbol', SymbolInfo);
export const readSeriesUpdate = answerReader('TradingView: bars', SeriesUpdate);
export const readCompletion = answerReader('TradingView: the end of an answer', Completion);
export const readQuoteData = answerReader('TradingView: a quote', QuoteData);
export const readSearchAnswer = answerReader('TradingView: a list of symbols', SearchAnswer);

/** @throws ProviderError `PROVIDER_ANSWER_INVALID` */
export function readJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw invalidAnswer(`TradingView sent no JSON: ${JSON.stringify(text.slice(0, 60))}`, error);
  }
}

/** A part of `p` that is only shown or compared. */
export function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
