import Type, { type Static } from 'typebox';
import { answerReader } from '../../platform/requests/index.ts';

const Decimal = Type.String({ pattern: String.raw`^-?\d+(\.\d+)?$` });

/** openTime, open, high, low, close, base volume, last ms inside, quote volume, trades, takers' base and quote, unused. */
const Kline = Type.Tuple([
  Type.Integer(),
  Decimal,
  Decimal,
  Decimal,
  Decimal,
  Decimal,
  Type.Integer(),
  Decimal,
  Type.Integer(),
  Type.Unknown(),
  Type.Unknown(),
  Type.Unknown(),
]);
export type Kline = Static<typeof Kline>;

const ExchangeSymbol = Type.Object({
  symbol: Type.String(),
  status: Type.String(),
  baseAsset: Type.String(),
  quoteAsset: Type.String(),
  filters: Type.Array(Type.Object({ filterType: Type.String(), tickSize: Type.Optional(Decimal) })),
});
export type ExchangeSymbol = Static<typeof ExchangeSymbol>;

const ErrorBody = Type.Object({ code: Type.Integer(), msg: Type.String() });

export const readKlines = answerReader('binance: klines', Type.Array(Kline));
export const readExchangeInfo = answerReader(
  'binance: exchangeInfo',
  Type.Object({ symbols: Type.Array(ExchangeSymbol) }),
);
export const readErrorBody = answerReader('binance: error', ErrorBody);
