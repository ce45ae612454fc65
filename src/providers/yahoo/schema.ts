import Type, { type Static } from 'typebox';
import { answerReader } from '../../platform/requests/index.ts';

const Values = Type.Optional(Type.Array(Type.Union([Type.Number(), Type.Null()])));

const Meta = Type.Object({
  symbol: Type.String(),
  currency: Type.Optional(Type.Union([Type.String(), Type.Null()])),
  exchangeName: Type.String(),
  exchangeTimezoneName: Type.String(),
  dataGranularity: Type.String(),
  instrumentType: Type.Optional(Type.String()),
  longName: Type.Optional(Type.String()),
  /** Epoch s of the first trading day's open; absent for what is no stock. */
  firstTradeDate: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
  /** Epoch s of the last trade; the live row has it as its time. */
  regularMarketTime: Type.Optional(Type.Integer()),
});
export type Meta = Static<typeof Meta>;

const Event = { date: Type.Integer() };
/** Some have come with a 0 in their ratio. */
const Split = Type.Object({
  ...Event,
  numerator: Type.Number({ exclusiveMinimum: 0 }),
  denominator: Type.Number({ exclusiveMinimum: 0 }),
});
const Dividend = Type.Object({ ...Event, amount: Type.Number() });

const ChartResult = Type.Object({
  meta: Meta,
  /** Epoch s; absent where there is no row. */
  timestamp: Type.Optional(Type.Array(Type.Integer())),
  /** Bars are read whatever stands here. */
  events: Type.Optional(Type.Unknown()),
  indicators: Type.Object({
    quote: Type.Array(Type.Object({ open: Values, high: Values, low: Values, close: Values, volume: Values }), {
      minItems: 1,
    }),
  }),
});
export type ChartResult = Static<typeof ChartResult>;

const Events = Type.Object({
  splits: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
  dividends: Type.Optional(Type.Record(Type.String(), Type.Unknown())),
});

const ChartError = Type.Object({ code: Type.String(), description: Type.String() });

export const readChart = answerReader(
  'yahoo: chart',
  Type.Object({ chart: Type.Object({ result: Type.Array(ChartResult, { minItems: 1 }) }) }),
);
export const readChartError = answerReader('yahoo: error', Type.Object({ chart: Type.Object({ error: ChartError }) }));
export const readEvents = answerReader('yahoo: events', Events);
export const readSplit = answerReader('yahoo: split', Split);
export const readDividend = answerReader('yahoo: dividend', Dividend);
