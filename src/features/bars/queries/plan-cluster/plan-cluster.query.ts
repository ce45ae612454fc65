import Type from 'typebox';
import {
  DAY_MS,
  instrumentId,
  seriesId,
  type Alignment,
  type BarInterval,
  type SessionSchedule,
  type TrackedSessions,
} from '../../../../market/index.ts';
import { IntervalText } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { Database } from '../../../../platform/database/index.ts';
import { NotFoundError } from '../../../../platform/errors/index.ts';
import { chunkCounter, type UniverseSeries } from '../../sharding/expected-chunks.ts';
import { splitEvenly, type ShardRange } from '../../sharding/split-evenly.ts';
import { clusterCommands } from './cluster-commands.ts';

/** An instrument that is registered, stored or tracked, with the series that are. */
export interface UniverseInstrument {
  readonly instrumentId: string;
  readonly schedule: SessionSchedule | undefined;
  readonly sessions: TrackedSessions;
  /** UTC epoch ms, `[listedFrom, listedTo)`. */
  readonly listedFrom: number | undefined;
  readonly listedTo: number | undefined;
  readonly series: readonly {
    readonly interval: BarInterval;
    readonly align?: Alignment | undefined;
    /** Of its first bar, stored or to be fetched. */
    readonly from: number | undefined;
  }[];
}

export type FindUniverse = () => AsyncIterable<UniverseInstrument>;

export interface ClusterPlan {
  readonly database: string;
  readonly series: number;
  readonly expectedChunks: number;
  /** Of documents and their `_id` index, as one copy takes on disk. */
  readonly expectedBytes: number;
  /** One for each shard, or fewer where there are fewer chunks. */
  readonly ranges: readonly ShardRange[];
  /** Ids at which ranges after the first begin. */
  readonly splitPoints: readonly string[];
  /** For mongosh, in order. */
  readonly commands: readonly string[];
}

/** Ten billion bars of one minute are 25 M chunks and 83 GB. */
const BYTES_PER_CHUNK = 3_320;
const DEFAULT_INTERVALS: readonly BarInterval[] = ['1m'];
const DEFAULT_YEARS = 10;

/**
 * How to spread a universe over the shards of a cluster: ranges of as many expected chunks each. `intervals` (default:
 * `1m`) are of instruments that have no series yet; `years` (default: 10) is how far series go back whose beginning is not
 * known.
 * @throws NotFoundError `INSTRUMENT_NOT_FOUND` if nothing is registered
 */
export const planCluster = defineQuery<ClusterPlan>()(
  'bars.plan-cluster',
  Type.Object({
    shards: Type.Integer({ minimum: 2, maximum: 1_000 }),
    intervals: Type.Optional(Type.Array(IntervalText, { minItems: 1, uniqueItems: true })),
    years: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 100 })),
  }),
);

export function answerPlanCluster(
  database: Pick<Database, 'name'>,
  findUniverse: FindUniverse,
): HandlerOf<typeof planCluster> {
  return async ({ shards, intervals = DEFAULT_INTERVALS, years = DEFAULT_YEARS }, { now }) => {
    const universe: UniverseSeries[] = [];
    for await (const instrument of findUniverse())
      universe.push(...seriesOf(instrument, intervals, now, years * 365.25 * DAY_MS));
    if (universe.length === 0)
      throw new NotFoundError(
        'INSTRUMENT_NOT_FOUND',
        'No instrument is registered or stored: a plan needs the ids that chunks will have; register the universe first',
      );
    const chunksOf = chunkCounter(now);
    const ranges = splitEvenly(universe, chunksOf, shards);
    const expectedChunks = ranges.reduce((sum, range) => sum + range.expectedChunks, 0);
    return {
      database: database.name,
      series: universe.length,
      expectedChunks,
      expectedBytes: expectedChunks * BYTES_PER_CHUNK,
      ranges,
      splitPoints: ranges.flatMap(({ from }) => from ?? []),
      commands: clusterCommands(database.name, ranges),
    };
  };
}

function seriesOf(
  { instrumentId: id, schedule, sessions, listedFrom, listedTo = Infinity, series }: UniverseInstrument,
  intervals: readonly BarInterval[],
  now: number,
  usualMs: number,
): UniverseSeries[] {
  const to = Math.min(now, listedTo);
  const wanted =
    series.length > 0 ? series : intervals.map((interval) => ({ interval, align: undefined, from: undefined }));
  return wanted.map(({ interval, align, from = Math.max(listedFrom ?? -Infinity, to - usualMs) }) => ({
    series: seriesId(instrumentId(id), interval, align),
    interval,
    schedule,
    sessions,
    span: { from: Math.min(from, to - 1), to },
  }));
}
