import Type from 'typebox';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { BarsCollections } from '../../collections.ts';
import { newestChange } from '../../newest-change.ts';

/** The seq of the newest change, 0 where nothing ever changed: where to begin following what is new from now on. */
export const getNewestSeq = defineQuery<number>()('bars.get-newest-seq', Type.Object({}));

export function answerGetNewestSeq({ changes }: BarsCollections): HandlerOf<typeof getNewestSeq> {
  return async () => (await newestChange(changes))?._id ?? 0;
}
