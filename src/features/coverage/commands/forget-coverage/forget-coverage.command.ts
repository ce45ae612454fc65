import Type from 'typebox';
import { instrumentId, seriesId } from '../../../../market/index.ts';
import { AlignText, EpochMsNumber, InstrumentIdText, IntervalText } from '../../../../market/schemas.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import { changeLedger } from '../../change-ledger.ts';
import type { CoverageCollections } from '../../collections.ts';
import { withoutSpan } from '../../ledger.ts';

/**
 * Forgets what providers were asked for in `[from, to)` of a series, so that it can be fetched again.
 * @throws ConflictError `WRITE_CONFLICT` if another writer kept changing the same ledger
 */
export const forgetCoverage = defineCommand<void>()(
  'coverage.forget-coverage',
  Type.Object({
    instrumentId: InstrumentIdText,
    interval: IntervalText,
    align: Type.Optional(AlignText),
    from: EpochMsNumber,
    to: EpochMsNumber,
  }),
  { isRepeatable: true },
);

export function handleForgetCoverage(collections: CoverageCollections): HandlerOf<typeof forgetCoverage> {
  return ({ instrumentId: instrument, interval, align, ...span }) =>
    changeLedger(collections, seriesId(instrumentId(instrument), interval, align), (asked) => withoutSpan(asked, span));
}
