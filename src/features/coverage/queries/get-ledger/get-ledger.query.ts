import Type from 'typebox';
import { instrumentId, seriesId, type PriceBasis, type Span } from '../../../../market/index.ts';
import { AlignText, EpochMsNumber, InstrumentIdText, IntervalText } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { CoverageCollections, CoverageDocument, SyncRefusal } from '../../collections.ts';
import { claimsOf, ledgerIn, type AskedRange, type Claim } from '../../ledger.ts';

/** What is known of where a series came from. */
export interface Ledger {
  /** What its prices mean; `undefined` where no provider said. */
  readonly basis: PriceBasis | undefined;
  /** What they are in; `undefined` where no provider named it. */
  readonly currency: string | undefined;
  /** Why syncs of the series are refused; `undefined` where they are not. */
  readonly refusal: SyncRefusal | undefined;
  /** Bars from this openTime on may still be on another basis than those before; `undefined` where all are on one. */
  readonly rebasedUntil: number | undefined;
  /** What providers were asked for, ascending and disjoint. */
  readonly asked: readonly AskedRange[];
  /** What that proves, ascending and disjoint. */
  readonly claims: readonly Claim[];
}

/** A series, and a range of it. */
export const SeriesRangeFields = {
  instrumentId: InstrumentIdText,
  interval: IntervalText,
  align: Type.Optional(AlignText),
  from: EpochMsNumber,
  to: EpochMsNumber,
};

/** The ledger of a series in `[from, to)`; with `asOf`, as known at that moment. */
export const getLedger = defineQuery<Ledger>()(
  'coverage.get-ledger',
  Type.Object({ ...SeriesRangeFields, asOf: Type.Optional(EpochMsNumber) }),
);

export function answerGetLedger({ coverage }: CoverageCollections): HandlerOf<typeof getLedger> {
  return async ({ instrumentId: instrument, interval, align, ...range }) => {
    const ledger = await coverage.findOne({ _id: seriesId(instrumentId(instrument), interval, align) });
    return ledgerOf(ledger ?? undefined, range);
  };
}

interface KnownRange extends Span {
  readonly asOf?: number | undefined;
}

export function ledgerOf(ledger: CoverageDocument | undefined, { from, to, asOf = Infinity }: KnownRange): Ledger {
  const asked = ledgerIn(ledger?.asked ?? [], from, to).filter(({ at }) => at <= asOf);
  const { basis, currency, refusal, rebasedUntil } = ledger ?? {};
  return { basis, currency, refusal, rebasedUntil, asked, claims: claimsOf(asked) };
}
