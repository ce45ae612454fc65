import {
  DAY_MS,
  fixedStepMs,
  sessionCloseAfter,
  type BarInterval,
  type SessionSchedule,
} from '../../../market/index.ts';
import { cronTimes, type Appointment } from '../../../platform/scheduler/index.ts';
import type { MarketDataProvider } from '../../../providers/contract/index.ts';
import type { SyncCollections, TrackedSeries } from '../collections.ts';
import type { SyncRequest } from '../commands/sync-bars/sync-bars.command.ts';

/** How long after the close of a session its bars are fetched at the earliest: late prints have come in by then. */
const AFTER_CLOSE_MS = 10 * 60_000;
/** A vendor that still corrects bars of less than a day after that gives them before; what it corrects is read again. */
const LONGEST_WAIT_MS = 60 * 60_000;
/** Of markets that never close, and of those of which no hours are known. */
const HOURLY = '2 * * * *';
const UNKNOWN = 'unknown';
/** Of the many exchanges that have no appointment of their own; which of them are tracked is found out by looking. */
const WORLD = 'world';
const LOOK_AGAIN_MS = 60 * 60_000;
const NIGHTLY = '30 3 * * *';
const JOBS_KEPT_MS = 30 * DAY_MS;

export interface SyncAppointmentsWiring {
  /** Those with an appointment of their own. */
  readonly schedules: ReadonlyMap<string, SessionSchedule>;
  /** The schedules by which instruments trade, in their order. */
  readonly schedulesOf: (instrumentIds: readonly string[]) => Promise<readonly (SessionSchedule | undefined)[]>;
  readonly providers: ReadonlyMap<string, Pick<MarketDataProvider, 'finalityDelayMs'>>;
  readonly order: (order: SyncRequest) => Promise<unknown>;
  /** UTC epoch ms. */
  readonly clock: () => number;
}

/**
 * When the tracked series are brought up to date by themselves: each hour, or after the close of their market, when their
 * provider's bars of it are final. So a market may have several such moments, each for the series whose it is.
 */
export function syncAppointments(
  { tracked, jobs }: SyncCollections,
  { schedules, schedulesOf, providers, order, clock }: SyncAppointmentsWiring,
): readonly Appointment[] {
  const ownerOf = (schedule: SessionSchedule | undefined): string => {
    if (schedule === undefined) return UNKNOWN;
    return schedules.has(schedule.name) ? schedule.name : WORLD;
  };

  async function* trackedBy(owner: string): AsyncGenerator<readonly [TrackedSeries, SessionSchedule | undefined]> {
    for await (const some of inBatches(tracked.find({}, { sort: { _id: 1 } }))) {
      const schedulesOfSome = await schedulesOf(some.map(({ instrumentId }) => instrumentId));
      for (const [place, series] of some.entries()) {
        const schedule = schedulesOfSome[place];
        if (ownerOf(schedule) === owner) yield [series, schedule];
      }
    }
  }

  async function syncThoseOf(owner: string): Promise<void> {
    for await (const [series] of trackedBy(owner)) await order(orderOf(series));
  }

  async function syncDue(owner: string, since = -Infinity): Promise<void> {
    const now = clock();
    for await (const [series, schedule] of trackedBy(owner))
      if (
        since === -Infinity ||
        schedule?.neverCloses ||
        closeAfter(schedule, since - waitOf(series)) + waitOf(series) <= now
      )
        await order(orderOf(series));
  }

  async function nextDue(owner: string, time: number): Promise<number> {
    let next = Infinity;
    for await (const [series, schedule] of trackedBy(owner))
      next = Math.min(next, closeAfter(schedule, time - waitOf(series)) + waitOf(series));
    return next;
  }

  /** When the earliest bars of a market are final: always a moment to look, as more may be tracked by then. */
  const earliestDue = (schedule: SessionSchedule, time: number): number =>
    closeAfter(schedule, time - AFTER_CLOSE_MS) + AFTER_CLOSE_MS;

  function waitOf({ interval, provider }: TrackedSeries): number {
    const finalityMs = providers.get(provider)?.finalityDelayMs(interval) ?? 0;
    return Math.max(AFTER_CLOSE_MS, isBelowDay(interval) ? Math.min(finalityMs, LONGEST_WAIT_MS) : finalityMs);
  }
  const markets = [...schedules].map(([name, schedule]) => ({
    id: `sync-${name}`,
    ...(schedule.neverCloses
      ? {
          description: `Tracked series of ${name}, each hour`,
          nextAfter: cronTimes(HOURLY, 'UTC'),
          run: () => syncThoseOf(name),
        }
      : {
          description: `Tracked series of ${name}, after the close of its session, when their bars are final`,
          nextAfter: async (time: number) => Math.min(earliestDue(schedule, time), await nextDue(name, time)),
          run: (since: number | undefined) => syncDue(name, since),
        }),
  }));
  const world = {
    id: `sync-${WORLD}`,
    description: 'Tracked series of all other markets, after the close of their session, when their bars are final',
    nextAfter: async (time: number) => Math.min(time + LOOK_AGAIN_MS, await nextDue(WORLD, time)),
    run: (since: number | undefined) => syncDue(WORLD, since),
  };
  const others = {
    id: `sync-${UNKNOWN}`,
    description: 'Tracked series of markets whose hours are not known, each hour',
    nextAfter: cronTimes(HOURLY, 'UTC'),
    run: () => syncThoseOf(UNKNOWN),
  };
  const forgetting = {
    id: 'forget-jobs',
    description: 'Deletes jobs that ended more than 30 days ago, each night',
    nextAfter: cronTimes(NIGHTLY, 'UTC'),
    run: async () => void (await jobs.deleteMany({ endedAt: { $lt: clock() - JOBS_KEPT_MS } })),
  };
  return [...markets, world, others, forgetting];
}

/** So many series' schedules are asked for at once. */
const AT_A_TIME = 500;

async function* inBatches<Item>(items: AsyncIterable<Item>): AsyncGenerator<readonly Item[]> {
  let batch: Item[] = [];
  for await (const item of items) {
    batch.push(item);
    if (batch.length < AT_A_TIME) continue;
    yield batch;
    batch = [];
  }
  if (batch.length > 0) yield batch;
}

function closeAfter(schedule: SessionSchedule | undefined, time: number): number {
  return (schedule && sessionCloseAfter(schedule, time)) ?? Infinity;
}

const isBelowDay = (interval: BarInterval): boolean => (fixedStepMs(interval) ?? DAY_MS) < DAY_MS;

function orderOf({ _id, jobId: _jobId, ...series }: TrackedSeries): SyncRequest {
  return { ...series, keepsTracking: true };
}
