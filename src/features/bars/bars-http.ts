import Type from 'typebox';
import { BAR_STATES, isoOrNull } from '../../market/index.ts';
import { AlignText, ChoiceFields, InstrumentIdText, IntervalText } from '../../market/schemas.ts';
import { orNull, TimeJson, TimeText } from '../../platform/http/index.ts';
import { BAR_FORMAT_NAMES, BAR_FORMATS, type BarFormat } from '../../barfiles/index.ts';
import { completenessJson } from './bars-json.ts';
import { FieldsText } from './fields.ts';
import type { UpsertOutcome } from './commands/upsert-bars/upsert-bars.command.ts';
import type { Completeness } from './reading/completeness.ts';
import { Align, Include, MinState, Order } from './schemas.ts';

// What the HTTP doors of this slice have in common. Times are text: RFC 3339, a date, or an epoch number.

export const SeriesParams = Type.Object({ instrumentId: InstrumentIdText });
export const SeriesQuery = Type.Object({ interval: IntervalText, align: Type.Optional(AlignText) });

/** Formats that come as they are read. */
export const STREAMED = ['ndjson', 'csv', 'arrow', 'feather', 'parquet'] as const;

export const mediaTypeOf = (format: BarFormat): string => BAR_FORMATS[format].contentType.replace(/;.*/, '');

const { exchange, glob } = ChoiceFields;
/** Instruments of one question, in one of three ways. */
export const ChoiceQuery = {
  ids: Type.Optional(Type.String({ maxLength: 20_000, description: 'Instruments, with commas between' })),
  exchange,
  glob,
};

/** A comma behind which an exchange is named: symbols may have commas, too. */
const betweenInstruments = /,(?=[\w.-]{1,32}:)/;

export function idsIn(text: string): string[] {
  return text.split(betweenInstruments);
}

/** Bars of one JSON answer; more is had by `nextCursor`, or as a stream in another format. */
const MAX_LIMIT = 50_000;

export const BarsQuery = Type.Object({
  interval: IntervalText,
  from: Type.Optional(TimeText),
  to: Type.Optional(TimeText),
  limit: Type.Optional(
    Type.Integer({
      minimum: 1,
      maximum: MAX_LIMIT,
      description: 'Default of json and columns: 1000; other formats stream the whole range',
    }),
  ),
  order: Type.Optional(Order),
  cursor: Type.Optional(Type.String({ maxLength: 200 })),
  asOf: Type.Optional(TimeText),
  minState: Type.Optional(MinState),
  align: Type.Optional(Align),
  include: Type.Optional(Include),
  fields: Type.Optional(FieldsText),
  format: Type.Optional(Type.Enum(BAR_FORMAT_NAMES)),
});

const BarJson = Type.Object({
  openTime: TimeJson,
  open: Type.Number(),
  high: Type.Number(),
  low: Type.Number(),
  close: Type.Number(),
  volume: orNull(Type.Number()),
  state: Type.Enum(BAR_STATES),
});

/** Fields that are there where they were asked for. */
const FieldsJson = {
  trades: Type.Optional(orNull(Type.Number(), { description: 'How many trades' })),
  turnover: Type.Optional(orNull(Type.Number(), { description: 'What was paid in all: the sum of price x size' })),
  vwap: Type.Optional(orNull(Type.Number(), { description: 'turnover / volume' })),
  openInterest: Type.Optional(orNull(Type.Number(), { description: 'Contracts open at the end of the bar' })),
};
const NumberOrNull = orNull(Type.Number());

/** A bar with all that it has; what it has not is left out. */
export const WholeBarJson = Type.Object({
  ...BarJson.properties,
  trades: Type.Optional(Type.Number()),
  turnover: Type.Optional(Type.Number()),
  openInterest: Type.Optional(Type.Number()),
});

export const ObservedBarJson = Type.Object({
  ...BarJson.properties,
  provider: Type.String(),
  observedAt: TimeJson,
  ...FieldsJson,
});

export const RevisionJson = Type.Object({
  ...BarJson.properties,
  provider: Type.String(),
  observedAt: TimeJson,
  observedTo: orNull(TimeJson),
  finalAt: orNull(TimeJson),
  ...FieldsJson,
});

const CompletenessJson = Type.Object({
  from: TimeJson,
  to: TimeJson,
  expected: orNull(Type.Integer(), { description: 'null if no schedule is known' }),
  returned: Type.Integer(),
  extra: Type.Optional(Type.Integer({ description: 'Returned bars outside the expected sessions' })),
  partial: Type.Optional(Type.Integer({ description: 'Returned bars that lack parts' })),
  missing: Type.Array(
    Type.Object({
      from: TimeJson,
      to: TimeJson,
      bars: Type.Integer(),
      parts: Type.Optional(Type.Integer({ description: 'Stored bars missing in derived bars' })),
      reason: Type.String({ description: 'Such as notFetched, noTrades, providerError, notYet, quarantined' }),
    }),
  ),
  parts: Type.Optional(
    Type.Object(
      {
        interval: Type.String(),
        expected: Type.Integer(),
        held: Type.Integer(),
        extra: Type.Integer(),
        missing: Type.Integer(),
      },
      { description: 'The stored bars that derived bars are made of' },
    ),
  ),
  complete: Type.Boolean(),
  truncated: Type.Boolean(),
  scheduleKnown: Type.Optional(
    Type.Object(
      { from: TimeJson, to: TimeJson },
      { description: 'Present where the range goes beyond known holidays' },
    ),
  ),
});

const HeadJson = {
  instrumentId: Type.String(),
  interval: Type.String(),
  align: Align,
  storedInterval: orNull(Type.String(), {
    description:
      'The interval that the bars were read or derived from; 1h@session if the stored bars begin with trading',
  }),
  storedIntervals: Type.Optional(Type.Array(Type.String())),
  basis: Type.String({ description: 'Adjustment of the stored prices: raw, or split if the provider adjusted them' }),
  adjustment: Type.String(),
  asOf: orNull(TimeJson),
};
const EndJson = { completeness: CompletenessJson, nextCursor: orNull(Type.String()) };
const Numbers = Type.Array(Type.Number());

const Marks = Type.Array(Type.Integer({ minimum: 0, maximum: 1 }));
/** The fields that were asked for, of a bar and of columns. */
const ToldJson = {
  ...FieldsJson,
  provider: Type.Optional(Type.String({ description: 'Of a derived bar all its parts came from: `binance+csv`' })),
  observedAt: Type.Optional(orNull(TimeJson)),
};
const ToldColumnsJson = {
  trades: Type.Optional(Type.Array(NumberOrNull)),
  turnover: Type.Optional(Type.Array(NumberOrNull)),
  vwap: Type.Optional(Type.Array(NumberOrNull)),
  openInterest: Type.Optional(Type.Array(NumberOrNull)),
  provider: Type.Optional(Type.Array(Type.Integer({ description: 'Index into `providers`' }))),
  observedAt: Type.Optional(Type.Array(NumberOrNull, { description: 'Epoch ms' })),
};
const ColumnsJson = {
  openTime: Type.Array(Type.Integer({ description: 'Epoch ms' })),
  open: Numbers,
  high: Numbers,
  low: Numbers,
  close: Numbers,
  volume: Type.Array(orNull(Type.Number())),
  state: Type.Array(Type.Integer({ description: 'Index into `states`' })),
};

/** What `GET /bars` answers with `format=json` and `format=columns`. */
export const BarsAnswerJson = Type.Union([
  Type.Object({
    ...HeadJson,
    bars: Type.Array(
      Type.Object({
        ...BarJson.properties,
        isPartial: Type.Optional(Type.Boolean()),
        ...ToldJson,
      }),
    ),
    ...EndJson,
  }),
  Type.Object({
    ...HeadJson,
    columns: Type.Object(
      {
        ...ColumnsJson,
        isPartial: Type.Optional(Marks),
        ...ToldColumnsJson,
      },
      { description: 'Arrays of equal length' },
    ),
    states: Type.Array(Type.String()),
    providers: Type.Optional(Type.Array(Type.String())),
    ...EndJson,
  }),
]);

const ManySeriesJson = {
  series: Type.Array(
    Type.Object({
      instrumentId: Type.String(),
      align: Align,
      storedInterval: HeadJson.storedInterval,
      storedIntervals: HeadJson.storedIntervals,
      basis: HeadJson.basis,
      completeness: CompletenessJson,
    }),
    { description: 'The series that this page tells of' },
  ),
  unknown: Type.Array(Type.String(), { description: 'Instruments that are neither registered nor have any bar' }),
  refused: Type.Array(Type.Object({ instrumentId: Type.String(), code: Type.String(), message: Type.String() }), {
    description: 'Series that cannot be answered',
  }),
  completeness: Type.Object({
    series: Type.Integer(),
    completeSeries: Type.Integer(),
    expected: orNull(Type.Integer(), { description: 'null if no schedule is known of one of them' }),
    returned: Type.Integer(),
    extra: Type.Integer(),
    partial: Type.Integer(),
    missing: Type.Record(Type.String(), Type.Integer(), { description: 'Missing bars by reason' }),
    incomplete: Type.Array(Type.String(), { description: 'The first series that are not complete' }),
    complete: Type.Boolean(),
    truncated: Type.Boolean(),
  }),
  nextCursor: orNull(Type.String()),
};
const ManyHeadJson = { interval: Type.String(), adjustment: Type.String(), asOf: orNull(TimeJson) };

/** What `GET /bars` answers of many series with `format=json` and `format=columns`. */
export const ManyBarsAnswerJson = Type.Union([
  Type.Object({
    ...ManyHeadJson,
    bars: Type.Array(
      Type.Object({ instrumentId: Type.String(), ...BarJson.properties, isPartial: Type.Boolean(), ...ToldJson }),
    ),
    ...ManySeriesJson,
  }),
  Type.Object({
    ...ManyHeadJson,
    columns: Type.Object(
      {
        instrument: Type.Array(Type.Integer({ description: 'Index into `instruments`' })),
        ...ColumnsJson,
        isPartial: Marks,
        ...ToldColumnsJson,
      },
      { description: 'Arrays of equal length' },
    ),
    states: Type.Array(Type.String()),
    providers: Type.Optional(Type.Array(Type.String())),
    instruments: Type.Array(Type.String()),
    ...ManySeriesJson,
  }),
]);

/** Bars of one call. */
export const MOST_BARS = 50_000;
/** Rejected bars that an answer tells one by one. */
const MOST_TOLD = 1_000;

export const OutcomeJson = Type.Object({
  inserted: Type.Integer(),
  changed: Type.Integer(),
  unchanged: Type.Integer(),
  skippedStale: Type.Integer(),
  rejected: Type.Array(
    Type.Object({ index: Type.Integer(), openTime: orNull(TimeJson), code: Type.String(), message: Type.String() }),
    { description: `The first ${MOST_TOLD} of them` },
  ),
  rejectedCount: Type.Integer({ description: 'All rejected bars; the five counts add up to the bars sent' }),
  revision: Type.String(),
});

export const BarList = Type.Array(Type.Unknown(), {
  maxItems: MOST_BARS,
  description:
    'Objects with openTime, open, high, low, close, and optionally volume, trades, turnover, openInterest and state',
});

export function outcomeJson({ rejected, ...outcome }: UpsertOutcome) {
  const told = rejected.slice(0, MOST_TOLD).map((bar) => ({ ...bar, openTime: isoOrNull(bar.openTime) }));
  return { ...outcome, rejected: told, rejectedCount: rejected.length };
}

export const ChangeJson = Type.Object({
  seq: Type.Integer(),
  series: Type.String(),
  from: TimeJson,
  to: TimeJson,
  inserted: Type.Integer(),
  changed: Type.Integer(),
  deleted: Type.Integer(),
  count: Type.Integer({ description: 'How many bars the series gained' }),
  finalCount: Type.Integer(),
  providers: Type.Array(Type.String()),
  at: TimeJson,
});

/** Clients give up an answer whose headers or trailers are longer than 8 or 16 KiB. */
const MOST_RANGES = 50;

/** Completeness where an answer's bytes have no place for it. */
export function trailerJson(completeness: Completeness) {
  const { missing, ...rest } = completenessJson(completeness);
  return { ...rest, missing: missing.slice(0, MOST_RANGES), missingCount: missing.length };
}
