import Type from 'typebox';
import { instrumentId, partsOutside, PRICE_BASES, seriesId } from '../../../../market/index.ts';
import { AlignText, EpochMsNumber, InstrumentIdText, IntervalText } from '../../../../market/schemas.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import { changeLedger } from '../../change-ledger.ts';
import type { CoverageCollections } from '../../collections.ts';
import { withAnswer, type Answer } from '../../ledger.ts';

/**
 * Writes down that a provider was asked for `[from, to)` of a series, and what came of it; `basis` is what the
 * provider's prices mean, `currency` what they are in. `doubtful` are parts of what was fetched that prove nothing until a
 * second answer agrees; `confirmed` is such an answer, and counts for what was answered for before.
 * @throws ConflictError `WRITE_CONFLICT` if another writer kept changing the same ledger
 */
export const recordCoverage = defineCommand<void>()(
  'coverage.record-coverage',
  Type.Object({
    instrumentId: InstrumentIdText,
    interval: IntervalText,
    align: Type.Optional(AlignText),
    from: EpochMsNumber,
    to: EpochMsNumber,
    provider: Type.String({ minLength: 1, maxLength: 64 }),
    result: Type.Enum(['fetched', 'confirmed', 'unanswered', 'failed']),
    doubtful: Type.Optional(Type.Array(Type.Object({ from: EpochMsNumber, to: EpochMsNumber }))),
    basis: Type.Optional(Type.Enum(PRICE_BASES)),
    currency: Type.Optional(Type.String({ minLength: 1, maxLength: 16 })),
    code: Type.Optional(Type.String({ maxLength: 64 })),
    message: Type.Optional(Type.String({ maxLength: 500 })),
  }),
  { isRepeatable: true },
);

export function handleRecordCoverage(collections: CoverageCollections): HandlerOf<typeof recordCoverage> {
  return ({ instrumentId: instrument, interval, align, basis, currency, doubtful = [], ...entry }, { now }) => {
    const answers: readonly Answer[] = [
      ...doubtful.map(({ from, to }) => ({ ...entry, from, to, result: 'doubtful' as const, at: now })),
      ...partsOutside(entry, doubtful).map(({ from, to }) => ({ ...entry, from, to, at: now })),
    ];
    const series = seriesId(instrumentId(instrument), interval, align);
    const units = { ...(basis === undefined ? {} : { basis }), ...(currency === undefined ? {} : { currency }) };
    return changeLedger(collections, series, (asked) => answers.reduce(withAnswer, asked), units);
  };
}
