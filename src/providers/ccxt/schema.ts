import Type, { type Static } from 'typebox';
import { answerReader } from '../../platform/requests/index.ts';

/** What is used of an exchange of the library; its own types are not at hand where it is not installed. */
export interface CcxtExchange {
  readonly id: string;
  readonly has: Readonly<Record<string, unknown>>;
  readonly timeframes?: Readonly<Record<string, unknown>>;
  readonly urls: { api: unknown };
  /** Ms that a request of cost 1 takes. */
  readonly rateLimit: number;
  readonly precisionMode: number;
  readonly markets?: Readonly<Record<string, unknown>>;
  /** Sends every request in place of the library. */
  fetchImplementation?: (url: string, request: { readonly method?: string }) => Promise<Response>;
  loadMarkets(reload: boolean): Promise<unknown>;
  fetchOHLCV(symbol: string, timeframe: string, since: number, limit: number): Promise<unknown>;
  featureValue(symbol: string, method: string, feature: string): unknown;
}

const Missing = Type.Union([Type.Undefined(), Type.Null()]);
const OptionalText = Type.Optional(Type.Union([Type.String(), Missing]));
const OptionalFlag = Type.Optional(Type.Union([Type.Boolean(), Missing]));

/** openTime, open, high, low, close, volume. */
const Row = Type.Tuple([
  Type.Integer(),
  Type.Number(),
  Type.Number(),
  Type.Number(),
  Type.Number(),
  Type.Union([Type.Number(), Missing]),
]);
export type Row = Static<typeof Row>;

const Market = Type.Object({
  /** The exchange's own name. */
  id: Type.String(),
  /** That of ccxt, such as `BTC/USDT`, or `BTC/USDT:USDT` for a swap. */
  symbol: Type.String(),
  quote: OptionalText,
  spot: OptionalFlag,
  /** A swap, future or option. */
  contract: OptionalFlag,
  /** Settled in its quote. */
  linear: OptionalFlag,
  /** Of a linear contract: how much of the base it is. */
  contractSize: Type.Optional(Type.Union([Type.Number(), Missing])),
  precision: Type.Optional(Type.Object({ price: Type.Optional(Type.Union([Type.Number(), Missing])) })),
});
export type Market = Static<typeof Market>;

export const rowsReader = (name: string) => answerReader(`${name}: bars`, Type.Array(Row));
export const marketsReader = (name: string) => answerReader(`${name}: markets`, Type.Array(Market));
