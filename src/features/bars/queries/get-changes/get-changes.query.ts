import Type from 'typebox';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { InvalidRequestError } from '../../../../platform/errors/index.ts';
import { changeOf, type Change } from '../../../../chunk/index.ts';
import type { BarsCollections } from '../../collections.ts';

export interface ChangesAnswer {
  /** Ascending by seq. */
  readonly changes: readonly Change[];
  /** What to send as `after` next time: the seq of the last change, or `after` itself if there was none. */
  readonly next: number;
}

const DEFAULT_LIMIT = 1_000;

/**
 * Changes after a seq, in order. Each is told at least once; to follow the feed, ask again with `after: next`.
 * @throws InvalidRequestError `CHANGES_EXPIRED` if changes after `after` were already removed: read the bars anew
 */
export const getChanges = defineQuery<ChangesAnswer>()(
  'bars.get-changes',
  Type.Object({
    after: Type.Optional(Type.Integer({ minimum: 0, description: 'seq of the last change seen; 0 for the beginning' })),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  }),
);

export function answerGetChanges({ changes }: BarsCollections): HandlerOf<typeof getChanges> {
  return async ({ after = 0, limit = DEFAULT_LIMIT }) => {
    const found = await changes.find({ _id: { $gt: after } }, { sort: { _id: 1 }, limit }).toArray();
    const [first] = found;
    // seqs have no holes: a later first one means that older ones are gone.
    if (first !== undefined && after > 0 && first._id > after + 1)
      throw new InvalidRequestError(
        'CHANGES_EXPIRED',
        `Changes ${after + 1} to ${first._id - 1} are no longer kept; read the bars again, then follow from ${first._id - 1}`,
      );
    return { changes: found.map(changeOf), next: found.at(-1)?._id ?? after };
  };
}
