import Type from 'typebox';
import { BAR_STATES } from '../../market/index.ts';
import { TimeText } from '../../platform/http/index.ts';
import { BAR_FORMAT_NAMES } from './formats/index.ts';
import { Align, Include, InstrumentIdText, IntervalText, MinState, Order } from './schemas.ts';

// What the HTTP doors of this slice have in common. Times are text: RFC 3339, a date, or an epoch number.

const Time = Type.String({ description: 'RFC 3339' });
const OptionalTime = Type.Union([Time, Type.Null()]);

export const SeriesParams = Type.Object({ instrumentId: InstrumentIdText });
export const SeriesQuery = Type.Object({ interval: IntervalText });

/** Bars of one JSON answer; more is had by `nextCursor`, or as a stream in another format. */
export const DEFAULT_LIMIT = 1_000;
const MAX_LIMIT = 50_000;

export const BarsQuery = Type.Object({
  interval: IntervalText,
  from: Type.Optional(TimeText),
  to: Type.Optional(TimeText),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_LIMIT,
      description: 'Default of json and columns: 1000; the other formats are streamed whole',
    }),
  ),
  order: Type.Optional(Order),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  asOf: Type.Optional(TimeText),
  minState: Type.Optional(MinState),
  align: Type.Optional(Align),
  include: Type.Optional(Include),
  format: Type.Optional(Type.Enum(BAR_FORMAT_NAMES)),
});

export const BarJson = Type.Object({
  openTime: Time,
  open: Type.Number(),
  high: Type.Number(),
  low: Type.Number(),
  close: Type.Number(),
  volume: Type.Union([Type.Number(), Type.Null()]),
  state: Type.Enum(BAR_STATES),
});

export const ObservedBarJson = Type.Object({ ...BarJson.properties, provider: Type.String(), observedAt: Time });

export const RevisionJson = Type.Object({
  ...BarJson.properties,
  provider: Type.String(),
  observedAt: Time,
  observedTo: OptionalTime,
  finalAt: OptionalTime,
});

export const OutcomeJson = Type.Object({
  inserted: Type.Integer(),
  changed: Type.Integer(),
  unchanged: Type.Integer(),
  skippedStale: Type.Integer(),
  rejected: Type.Array(
    Type.Object({ index: Type.Integer(), openTime: OptionalTime, code: Type.String(), message: Type.String() }),
  ),
  revision: Type.String(),
});

export const ChangeJson = Type.Object({
  seq: Type.Integer(),
  series: Type.String(),
  from: Time,
  to: Time,
  inserted: Type.Integer(),
  changed: Type.Integer(),
  deleted: Type.Integer(),
  count: Type.Integer({ description: 'By how many the bars of the series grew' }),
  finalCount: Type.Integer(),
  providers: Type.Array(Type.String()),
  at: Time,
});
