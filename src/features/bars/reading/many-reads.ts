import { parseChunkId, type SeriesHead } from '../../../chunk/index.ts';
import type { InstrumentId, SeriesId, TimeRange } from '../../../market/index.ts';
import { outlastFailover, type Projection } from '../../../platform/database/index.ts';
import { together } from '../../../platform/waiting/index.ts';
import type { BarsCollections } from '../collections.ts';
import type { BarsPort, InstrumentFacts, PlanReads, SeriesLedger } from './plan-answer.ts';
import { COUNTS, planReads } from './plan-reads.ts';

export interface LedgerQuestion {
  readonly series: SeriesId;
  readonly range: TimeRange;
}

/** What questions about many series need of other slices: answers in the order of what was asked. */
export interface ManyBarsPort extends BarsPort {
  readonly findInstruments: (ids: readonly InstrumentId[]) => Promise<readonly InstrumentFacts[]>;
  readonly findLedgers: (
    questions: readonly LedgerQuestion[],
    asOf: number | undefined,
  ) => Promise<readonly SeriesLedger[]>;
}

/** Chunks that may wait for the relay where heads are asked instead of chunks. */
const MOST_WAITING = 1_000;
const MAX_QUARANTINED = 10_000;

/**
 * The same as `planReads` tells of each series, in a few questions for all that are asked side by side.
 *
 * Whether a series is stored, and from when to when, its head says: all but those of which a chunk waits for the relay.
 * These are known beforehand, as a chunk waits until its head has been brought up to it.
 */
export async function manyReads(
  collections: BarsCollections,
  port: ManyBarsPort,
  asOf: number | undefined,
): Promise<PlanReads> {
  const alone = planReads(collections, port);
  const waiting = await waitingSeries(collections.chunks);
  const headOf = headsTogether(collections.series, {});
  const hasBars = headsTogether(collections.series, { projection: { _id: 1, count: 1 } }); // an index has both
  const ledgerOf = together<LedgerQuestion, SeriesLedger>((questions) => port.findLedgers(questions, asOf));
  const isWaiting = (series: SeriesId): boolean => waiting === undefined || waiting.has(series);
  return {
    findInstrument: together((ids) => port.findInstruments(ids)),
    findLedger: (series, range) => ledgerOf({ series, range }),
    async isStored(series) {
      return isWaiting(series) ? alone.isStored(series) : (await hasBars(series)) !== undefined;
    },
    async edgeOf(series, edge) {
      return isWaiting(series) ? alone.edgeOf(series, edge) : (await headOf(series))?.[edge];
    },
    quarantinedIn: quarantinedTogether(collections.quarantine, alone),
  };
}

/** Heads of series that have bars. */
function headsTogether(series: BarsCollections['series'], options: { readonly projection?: Projection }) {
  return together<SeriesId, SeriesHead | undefined>(async (asked) => {
    const told = { ...options, batchSize: asked.length + 1 }; // that all are there is seen without another look
    const heads = await outlastFailover(() => series.find({ _id: { $in: [...asked] } }, told).toArray());
    const byId = new Map(heads.filter(({ count }) => count > 0).map((head) => [head._id, head]));
    return asked.map((id) => byId.get(id));
  });
}

/** Series of which a chunk waits to be published; `undefined` if too many do. */
async function waitingSeries(chunks: BarsCollections['chunks']): Promise<ReadonlySet<string> | undefined> {
  const pending = await outlastFailover(() =>
    chunks
      .find({ pendingSince: { $gt: 0 } }, { projection: { _id: 1, pendingSince: 1 }, limit: MOST_WAITING + 1 })
      .toArray(),
  );
  return pending.length > MOST_WAITING ? undefined : new Set(pending.map(({ _id }) => parseChunkId(_id).series));
}

function quarantinedTogether(quarantine: BarsCollections['quarantine'], alone: PlanReads): PlanReads['quarantinedIn'] {
  const ask = together<LedgerQuestion, readonly number[] | undefined>(async (asked) => {
    const from = Math.min(...asked.map(({ range }) => range.from));
    const to = Math.max(...asked.map(({ range }) => range.to));
    const refused = await outlastFailover(() =>
      quarantine
        .find(
          { series: { $in: asked.map(({ series }) => series) }, openTime: { $gte: from, $lt: to }, code: COUNTS },
          { projection: { series: 1, openTime: 1 }, limit: MAX_QUARANTINED },
        )
        .toArray(),
    );
    if (refused.length === MAX_QUARANTINED) return asked.map(() => undefined);
    const bySeries = Map.groupBy(refused, ({ series }) => series);
    return asked.map(({ series, range }) => {
      const times = (bySeries.get(series) ?? []).flatMap(({ openTime }) => openTime ?? []);
      const inRange = times.filter((time) => time >= range.from && time < range.to);
      return [...new Set(inRange)].sort((a, b) => a - b);
    });
  });
  return async (series, range) => (await ask({ series, range })) ?? alone.quarantinedIn(series, range);
}
