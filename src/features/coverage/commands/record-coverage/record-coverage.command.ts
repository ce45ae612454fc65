import Type from 'typebox';
import { instrumentId, PRICE_BASES, seriesId } from '../../../../market/index.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import { isDuplicateKey } from '../../../../platform/database/index.ts';
import { ConflictError } from '../../../../platform/errors/index.ts';
import type { CoverageCollections } from '../../collections.ts';
import { withAsked, type AskedRange } from '../../ledger.ts';
import { EpochMsNumber, InstrumentIdText, IntervalText } from '../../schemas.ts';

const MOST_ATTEMPTS = 10;

/**
 * Writes down that a provider was asked for `[from, to)` of a series, and what came of it; `basis` is what the
 * provider's prices mean, `currency` what they are in.
 * @throws ConflictError `WRITE_CONFLICT` if another writer kept changing the same ledger
 */
export const recordCoverage = defineCommand<void>()(
  'coverage.record-coverage',
  Type.Object({
    instrumentId: InstrumentIdText,
    interval: IntervalText,
    from: EpochMsNumber,
    to: EpochMsNumber,
    provider: Type.String({ minLength: 1, maxLength: 64 }),
    result: Type.Enum(['fetched', 'failed']),
    basis: Type.Optional(Type.Enum(PRICE_BASES)),
    currency: Type.Optional(Type.String({ minLength: 1, maxLength: 16 })),
    code: Type.Optional(Type.String({ maxLength: 64 })),
    message: Type.Optional(Type.String({ maxLength: 500 })),
  }),
);

export function handleRecordCoverage({ coverage }: CoverageCollections): HandlerOf<typeof recordCoverage> {
  return async ({ instrumentId: instrument, interval, basis, currency, ...entry }, { now }) => {
    const _id = seriesId(instrumentId(instrument), interval);
    const added: AskedRange = { ...entry, at: now };
    const units = { ...(basis === undefined ? {} : { basis }), ...(currency === undefined ? {} : { currency }) };
    for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
      const { rev = 0, asked = [] } = (await coverage.findOne({ _id })) ?? {};
      try {
        const { matchedCount, upsertedCount } = await coverage.updateOne(
          { _id, rev },
          { $set: { asked: withAsked(asked, added), rev: rev + 1, ...units } },
          { upsert: rev === 0 },
        );
        if (matchedCount + upsertedCount > 0) return;
      } catch (error) {
        if (!isDuplicateKey(error)) throw error; // another writer made the document first
      }
    }
    throw new ConflictError('WRITE_CONFLICT', `The coverage of ${_id} kept being changed by others`);
  };
}
