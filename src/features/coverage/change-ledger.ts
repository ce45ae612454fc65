import type { SeriesId } from '../../market/index.ts';
import { isDuplicateKey } from '../../platform/database/index.ts';
import { ConflictError } from '../../platform/errors/index.ts';
import type { CoverageCollections, CoverageDocument } from './collections.ts';
import type { AskedRange } from './ledger.ts';

const MOST_ATTEMPTS = 10;
const NOTHING_KNOWN = { basis: '', currency: '', refusal: '', rebasedUntil: '' } as const;

/**
 * Writes a ledger anew; one that another writer changed meanwhile is read and changed again. Where nothing is left of
 * it, nothing is known of what the prices mean either.
 * @throws ConflictError `WRITE_CONFLICT` if another writer kept changing the same ledger
 */
export async function changeLedger(
  { coverage }: CoverageCollections,
  _id: SeriesId,
  change: (asked: readonly AskedRange[]) => readonly AskedRange[],
  units: Pick<CoverageDocument, 'basis' | 'currency'> = {},
): Promise<void> {
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    const known = await coverage.findOne({ _id });
    const { rev = 0, asked: before = [] } = known ?? {};
    const asked = change(before);
    if (known === null && asked.length === 0) return;
    try {
      const { matchedCount, upsertedCount } = await coverage.updateOne(
        { _id, rev },
        {
          $set: { asked, rev: rev + 1, ...(asked.length === 0 ? {} : units) },
          ...(asked.length === 0 ? { $unset: NOTHING_KNOWN } : {}), // servers refuse operators without fields
        },
        { upsert: rev === 0 },
      );
      if (matchedCount + upsertedCount > 0) return;
    } catch (error) {
      if (!isDuplicateKey(error)) throw error; // another writer made the document first
    }
  }
  throw new ConflictError('WRITE_CONFLICT', `The coverage of ${_id} was changed by other writers again and again`);
}
