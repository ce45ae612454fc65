import Type from 'typebox';
import {
  DAY_MS,
  instrumentId,
  isBelowDay,
  seriesId,
  type Alignment,
  type SeriesShape,
  type Span,
} from '../../../../market/index.ts';
import { AlignText, ExchangeText, InstrumentIdText, IntervalText, Time } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { InvalidRequestError, NotFoundError } from '../../../../platform/errors/index.ts';
import { cursorAfter, placeOfCursor } from '../../../../platform/paging/index.ts';
import type { CoverageDay } from '../../coverage-days.ts';
import type { CoverageAnswer, getCoverage } from '../get-coverage/get-coverage.query.ts';

/** A series of many. */
export interface ListedSeries extends SeriesShape {
  readonly instrumentId: string;
}

/** UTC dates that follow each other, lack no bar and expect equally many. */
export interface WholeDays {
  /** 00:00Z of the first, UTC epoch ms, and of the last. */
  readonly from: number;
  readonly to: number;
  /** Bars of all of them, held as expected. */
  readonly bars: number;
}

export interface SeriesCoverage extends ListedSeries {
  /** `undefined` where no schedule is known: then there are no days either. */
  readonly expected: number | undefined;
  /** With bars outside of the expected sessions. */
  readonly held: number;
  readonly extra: number;
  readonly complete: boolean;
  readonly whole: readonly WholeDays[];
  /** The other UTC dates on which bars are expected. */
  readonly days: readonly CoverageDay[];
}

export interface ManyCoverages {
  /** In order of their names. */
  readonly series: readonly SeriesCoverage[];
  /** How many there are, beyond `limit` too. */
  readonly total: number;
  readonly nextCursor: string | undefined;
}

/** What this query needs of other slices. */
export interface ManyCoveragesPort {
  /** Stored and tracked series of an interval. */
  readonly seriesOf: (question: {
    readonly interval: SeriesShape['interval'];
    readonly query?: string;
    readonly exchange?: string;
  }) => Promise<readonly ListedSeries[]>;
}

type Context = Parameters<HandlerOf<typeof getCoverage>>[1];

const MOST_DAYS = 800;
const MOST_SERIES = 100;
const AT_A_TIME = 8;

/**
 * The coverage of all stored and tracked series of an interval in `[from, to)`, UTC epoch ms, by day, 100 series a page.
 * `query` and `exchange` choose instruments as `getSymbols` does. `ids` names them instead, also those of which nothing
 * is stored; `align` tells which of their series is meant, and an id that is not known is left out.
 * @throws InvalidRequestError `INVALID_RANGE`, `INVALID_CURSOR`, `CURSOR_MISMATCH`
 */
export const getManyCoverages = defineQuery<ManyCoverages>()(
  'coverage.get-many-coverages',
  Type.Object({
    interval: IntervalText,
    from: Time,
    to: Time,
    query: Type.Optional(Type.String({ maxLength: 100 })),
    exchange: Type.Optional(ExchangeText),
    ids: Type.Optional(Type.Array(InstrumentIdText, { minItems: 1, maxItems: MOST_SERIES })),
    align: Type.Optional(AlignText),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: MOST_SERIES })),
    cursor: Type.Optional(Type.String({ maxLength: 1_000 })),
  }),
);

export function answerGetManyCoverages(
  { seriesOf }: ManyCoveragesPort,
  coverageOf: HandlerOf<typeof getCoverage>,
): HandlerOf<typeof getManyCoverages> {
  async function known(one: ListedSeries, range: Span, context: Context): Promise<SeriesCoverage | undefined> {
    try {
      return seriesCoverage(one, await coverageOf({ ...one, ...range }, context));
    } catch (error) {
      if (error instanceof NotFoundError) return undefined; // it was deleted meanwhile, or never was
      throw error;
    }
  }

  return async ({ limit = MOST_SERIES, cursor, from, to, ids, align, ...chosen }, context) => {
    if (from >= to || to - from > MOST_DAYS * DAY_MS)
      throw new InvalidRequestError('INVALID_RANGE', `"from" must be before "to", by at most ${MOST_DAYS} days`);
    if (ids !== undefined && (chosen.query !== undefined || chosen.exchange !== undefined))
      throw new InvalidRequestError('INVALID_REQUEST', 'Name either ids, or query and exchange');
    const scope = { ...chosen, from, to, ids: ids?.join(' '), align };
    const after = cursor === undefined ? '' : placeOfCursor(cursor, /^/, scope);
    const all = (ids?.map((id) => namedSeries(id, chosen.interval, align)) ?? (await seriesOf(chosen))).map((one) => ({
      name: nameOf(one),
      one,
    }));
    const rest = all.filter(({ name }) => name > after).sort((a, b) => (a.name < b.name ? -1 : 1));
    const page = rest.slice(0, limit);
    const series: SeriesCoverage[] = [];
    for (let start = 0; start < page.length; start += AT_A_TIME) {
      const answers = page.slice(start, start + AT_A_TIME).map(({ one }) => known(one, { from, to }, context));
      series.push(...(await Promise.all(answers)).filter((answer) => answer !== undefined));
    }
    const last = page.at(-1);
    const isLast = last === undefined || rest.length <= limit;
    return { series, total: all.length, nextCursor: isLast ? undefined : cursorAfter(last.name, scope) };
  };
}

function namedSeries(id: string, interval: SeriesShape['interval'], align?: Alignment): ListedSeries {
  return { instrumentId: id, interval, ...(align === 'session' && isBelowDay(interval) ? { align } : {}) };
}

function nameOf({ instrumentId: id, interval, align }: ListedSeries): string {
  return seriesId(instrumentId(id), interval, align);
}

function seriesCoverage(
  series: ListedSeries,
  { expected, held, extra, complete, days }: CoverageAnswer,
): SeriesCoverage {
  const isWhole = ({ bars, expected: wanted }: CoverageDay): boolean => bars['held'] === wanted;
  const whole: WholeDays[] = [];
  let expectedBefore: number | undefined;
  for (const { day, expected: bars } of days.filter(isWhole)) {
    const before = whole.at(-1);
    if (before?.to === day - DAY_MS && expectedBefore === bars)
      whole[whole.length - 1] = { from: before.from, to: day, bars: before.bars + bars };
    else whole.push({ from: day, to: day, bars });
    expectedBefore = bars;
  }
  return { ...series, expected, held, extra, complete, whole, days: days.filter((day) => !isWhole(day)) };
}
