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

export function answerGetStoredTotals({ series }: BarsCollections): HandlerOf<typeof getStoredTotals> {
  return async () => {
    const totals = { series: 0, bars: 0 };
    for await (const { count } of series.find({}, { projection: { count: 1 } })) {
      if (count === 0) continue; // all of its bars were deleted
      totals.series++;
      totals.bars += count;
    }
    return totals;
  };
}
