import { StoreError } from '../errors/index.ts';
import type { BulkWriteOperation, Collection, StoredDocument } from './collection.ts';
import { duplicateKeyIndexes, type AppliedCounts } from './duplicate-key.ts';

/**
 * Upserts in one unordered bulk write, and sees to it that each is accounted for.
 * @returns places of the operations that hit a key that exists: what their filters ask of it beside was not so
 * @throws StoreError `DATABASE_ANSWER_INVALID` where the database does not say of each what became of it
 */
export async function bulkUpsert<T extends StoredDocument>(
  collection: Pick<Collection<T>, 'bulkWrite'>,
  operations: readonly BulkWriteOperation<T>[],
): Promise<ReadonlySet<number>> {
  let conflicts: ReadonlySet<number> = new Set();
  const { matchedCount, upsertedCount }: AppliedCounts = await collection
    .bulkWrite(operations, { ordered: false })
    .catch((error: unknown) => {
      conflicts = new Set(duplicateKeyIndexes(error));
      if (conflicts.size === 0) throw error;
      return error as AppliedCounts;
    });
  if (matchedCount + upsertedCount + conflicts.size === operations.length) return conflicts;
  throw new StoreError(
    'DATABASE_ANSWER_INVALID',
    `Of ${operations.length} writes the database matched ${matchedCount}, inserted ${upsertedCount} and refused ` +
      `${conflicts.size}, and did not report the others; try again, nothing is stored twice`,
  );
}
