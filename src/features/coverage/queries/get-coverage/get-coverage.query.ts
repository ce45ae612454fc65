import Type from 'typebox';
import type { Alignment, BarGrid, BarInterval, PriceBasis, Span } from '../../../../market/index.ts';
import { AlignText, InstrumentIdText, IntervalText, Time } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { SyncRefusal } from '../../collections.ts';
import { coverageDays, coveredRanges, withLooks, type CoverageDay, type CoveredRange } from '../../coverage-days.ts';
import type { AskedRange } from '../../ledger.ts';
import type { Ledger } from '../get-ledger/get-ledger.query.ts';

/** What is held of a range, what is missing and why, and what providers were asked for. */
export interface CoverageAnswer {
  readonly instrumentId: string;
  readonly interval: BarInterval;
  /** As it was asked for; absent: below a day the clock. */
  readonly align?: Alignment;
  /** `[from, to)`, UTC epoch ms. */
  readonly from: number;
  readonly to: number;
  /** What the stored prices mean; `undefined` where no provider said. */
  readonly basis: PriceBasis | undefined;
  /** What they are in; `undefined` where no provider named it. */
  readonly currency: string | undefined;
  /** Why syncs of the series are refused; `undefined` where they are not. */
  readonly refusal: SyncRefusal | undefined;
  /** Bars that the schedule expects; `undefined` where none is known: then there are no ranges and days either. */
  readonly expected: number | undefined;
  /** Bars that are stored, with those outside of the expected sessions. */
  readonly held: number;
  readonly extra: number;
  /** Derived bars with missing parts; absent where the interval itself is stored. */
  readonly partial?: number;
  readonly complete: boolean;
  /** From when to when holidays are known, UTC epoch ms; present where the range goes beyond. */
  readonly scheduleKnown?: Span;
  /** In time order; `status` is `held` or the reason why bars are missing. */
  readonly ranges: readonly CoveredRange[];
  /** UTC dates on which bars are expected. */
  readonly days: readonly CoverageDay[];
  /** What providers were asked for, when, and with which result. */
  readonly asked: readonly AskedRange[];
}

interface Question {
  readonly instrumentId: string;
  readonly interval: BarInterval;
  readonly align?: Alignment;
  readonly from?: number;
  readonly to?: number;
}

/** What this query needs of other slices. */
export interface CoveragePort {
  readonly completenessOf: (question: Question) => Promise<{
    readonly from: number;
    readonly to: number;
    readonly expected: number | undefined;
    readonly returned: number;
    readonly extra: number;
    readonly partial?: number;
    readonly complete: boolean;
    readonly scheduleKnown?: Span;
    readonly missing: readonly (Span & { readonly bars: number; readonly reason: string })[];
  }>;
  /** Runs of expected openTimes; `undefined` where no schedule is known. */
  readonly expectedRunsOf: (question: Question & Span) => Promise<readonly Span[] | undefined>;
  /** Where the bars begin that are expected. */
  readonly gridOf: (question: Question) => Promise<BarGrid>;
  readonly ledgerOf: (question: Question & Span) => Promise<Ledger>;
}

/**
 * The coverage of a series, also before its first bar. Without `from` it begins at the first stored bar.
 * @throws as `getBars`
 */
export const getCoverage = defineQuery<CoverageAnswer>()(
  'coverage.get-coverage',
  Type.Object({
    instrumentId: InstrumentIdText,
    interval: IntervalText,
    align: Type.Optional(AlignText),
    from: Type.Optional(Time),
    to: Type.Optional(Time),
  }),
);

export function answerGetCoverage(port: CoveragePort): HandlerOf<typeof getCoverage> {
  return async (question) => {
    const completeness = await port.completenessOf(question);
    const { from, to, expected, returned, extra, partial, complete, missing, scheduleKnown } = completeness;
    const { instrumentId, interval, align } = question;
    const whole = { instrumentId, interval, ...(align === undefined ? {} : { align }), from, to };
    const [runs = [], grid, { basis, currency, refusal, asked }] = await Promise.all([
      port.expectedRunsOf(whole),
      port.gridOf(whole),
      port.ledgerOf(whole),
    ]);
    const ranges = withLooks(coveredRanges(runs, missing, grid.countOpenTimes), asked);
    const days = coverageDays(runs, ranges, grid.countOpenTimes);
    const counts = { expected, held: returned, extra, ...(partial === undefined ? {} : { partial }) };
    const assumed = scheduleKnown === undefined ? {} : { scheduleKnown };
    return { ...whole, basis, currency, refusal, ...counts, complete, ...assumed, ranges, days, asked };
  };
}
