import Type, { type Static } from 'typebox';
import { answerReader } from '../../platform/requests/index.ts';

const Token = Type.Union([Type.String({ minLength: 1 }), Type.Null()]);
const Day = Type.String({ pattern: String.raw`^\d{4}-\d\d-\d\d$` });

const Bar = Type.Object({
  /** Start of the interval, RFC 3339. */
  t: Type.String({ pattern: String.raw`^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$` }),
  o: Type.Number(),
  h: Type.Number(),
  l: Type.Number(),
  c: Type.Number(),
  v: Type.Number(),
  /** How many trades. */
  n: Type.Optional(Type.Number()),
  /** Average price, by volume. */
  vw: Type.Optional(Type.Number()),
});
export type Bar = Static<typeof Bar>;

export const readBars = answerReader(
  'alpaca: bars',
  Type.Object({
    bars: Type.Union([Type.Record(Type.String(), Type.Array(Bar)), Type.Null()]),
    next_page_token: Token,
  }),
);

export const readLatestBars = answerReader(
  'alpaca: latest bars',
  Type.Object({ bars: Type.Union([Type.Record(Type.String(), Type.Unknown()), Type.Null()]) }),
);

const Rate = Type.Number({ exclusiveMinimum: 0 });
const Split = Type.Object({ symbol: Type.String(), ex_date: Day, old_rate: Rate, new_rate: Rate });
export type Split = Static<typeof Split>;
const CashDividend = Type.Object({ symbol: Type.String(), ex_date: Day, rate: Type.Number() });
export type CashDividend = Static<typeof CashDividend>;

export const readCorporateActions = answerReader(
  'alpaca: corporate actions',
  Type.Object({
    corporate_actions: Type.Object({
      forward_splits: Type.Optional(Type.Array(Split)),
      reverse_splits: Type.Optional(Type.Array(Split)),
      cash_dividends: Type.Optional(Type.Array(CashDividend)),
    }),
    next_page_token: Token,
  }),
);

export const readErrorBody = answerReader('alpaca: error', Type.Object({ message: Type.String() }));
