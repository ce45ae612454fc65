import Type from 'typebox';
import { instrumentId, seriesId } from '../../../../market/index.ts';
import { EpochMsNumber } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { CoverageCollections } from '../../collections.ts';
import { ledgerOf, SeriesRangeFields, type Ledger } from '../get-ledger/get-ledger.query.ts';

/** The ledgers of many series, each in its `[from, to)`, in the order in which they are named. */
export const getManyLedgers = defineQuery<readonly Ledger[]>()(
  'coverage.get-many-ledgers',
  Type.Object({
    series: Type.Array(Type.Object(SeriesRangeFields)),
    asOf: Type.Optional(EpochMsNumber),
  }),
);

export function answerGetManyLedgers({ coverage }: CoverageCollections): HandlerOf<typeof getManyLedgers> {
  return async ({ series, asOf }) => {
    const ids = series.map(({ instrumentId: id, interval, align }) => seriesId(instrumentId(id), interval, align));
    const documents = await coverage.find({ _id: { $in: ids } }).toArray();
    const byId = new Map(documents.map((document) => [document._id, document]));
    return series.map(({ from, to }, i) => ledgerOf(byId.get(ids[i]), { from, to, asOf }));
  };
}
