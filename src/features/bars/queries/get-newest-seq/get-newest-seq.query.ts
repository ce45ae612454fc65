import Type from 'typebox';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { BarsCollections } from '../../collections.ts';

/** The seq of the newest change, 0 where nothing ever changed: where to begin following what is new from now on. */
export const getNewestSeq = defineQuery<number>()('bars.get-newest-seq', Type.Object({}));

export function answerGetNewestSeq({ changes }: BarsCollections): HandlerOf<typeof getNewestSeq> {
  return async () => {
    const [newest] = await changes.find({}, { projection: { _id: 1 }, sort: { _id: -1 }, limit: 1 }).toArray();
    return newest?._id ?? 0;
  };
}
