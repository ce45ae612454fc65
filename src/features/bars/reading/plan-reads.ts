import { idsOfSeries } from '../../../chunk/index.ts';
import type { BarsCollections } from '../collections.ts';
import type { BarsPort, PlanReads } from './plan-answer.ts';
import { edgeOf } from './series-edges.ts';

const MAX_QUARANTINED = 10_000;

/** Of one series at a time. */
export function planReads({ chunks, quarantine }: BarsCollections, port: BarsPort): PlanReads {
  const { findInstrument, findLedger } = port;
  return {
    findInstrument,
    findLedger,
    async isStored(series) {
      const { first, last } = idsOfSeries(series);
      return (await chunks.findOne({ _id: { $gte: first, $lte: last } }, { projection: { _id: 1 } })) !== null;
    },
    edgeOf: (series, edge) => edgeOf(chunks, series, edge),
    async quarantinedIn(series, { from, to }) {
      const refused = await quarantine
        .find(
          { series, openTime: { $gte: from, $lt: to }, code: COUNTS },
          { projection: { openTime: 1 }, limit: MAX_QUARANTINED },
        )
        .toArray();
      const openTimes = refused.flatMap(({ openTime }) => openTime ?? []);
      return [...new Set(openTimes)].sort((a, b) => a - b);
    },
  };
}

/** What came too early says nothing of the bar that is there once its interval is over. */
export const COUNTS = { $ne: 'inFuture' } as const;
