import Type from 'typebox';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { BarsCollections } from '../../collections.ts';

/** What is stored in all, as far as it is published. */
export interface StoredTotals {
  readonly series: number;
  readonly bars: number;
}

/** How many series and bars are stored, by the series' heads. */
export const getStoredTotals = defineQuery<StoredTotals>()('bars.get-stored-totals', Type.Object({}));

const HEADS_AT_A_TIME = 5_000;

export function answerGetStoredTotals({ series }: BarsCollections): HandlerOf<typeof getStoredTotals> {
  return async () => {
    const totals = { series: 0, bars: 0 };
    // Read from an index, without the heads. Those of which all bars were deleted do not count.
    const stored = series.find({ count: { $gt: 0 } }, { projection: { _id: 1, count: 1 }, batchSize: HEADS_AT_A_TIME });
    for await (const { count } of stored) {
      totals.series++;
      totals.bars += count;
    }
    return totals;
  };
}
