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
const NIGHTLY = '30 3 * * *';
const JOBS_KEPT_MS = 30 * DAY_MS;

export interface SyncAppointmentsWiring {
  readonly schedules: ReadonlyMap<string, SessionSchedule>;
  /** Name of the schedule by which an instrument trades. */
  readonly scheduleNameOf: (instrumentId: string) => Promise<string | undefined>;
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
  { schedules, scheduleNameOf, providers, order, clock }: SyncAppointmentsWiring,
): readonly Appointment[] {
  async function* trackedBy(name: string): AsyncGenerator<TrackedSeries> {
    for await (const series of tracked.find({}, { sort: { _id: 1 } }))
      if (((await scheduleNameOf(series.instrumentId)) ?? UNKNOWN) === name) yield series;
  }

  async function syncThoseOf(name: string): Promise<void> {
    for await (const series of trackedBy(name)) await order(orderOf(series));
  }

  async function syncDue(name: string, schedule: SessionSchedule, since = -Infinity): Promise<void> {
    const now = clock();
    for await (const series of trackedBy(name))
      if (since === -Infinity || closeAfter(schedule, since - waitOf(series)) + waitOf(series) <= now)
        await order(orderOf(series));
  }

  /** The earliest moment is always one, as it is not known yet who will be tracked by then. */
  async function nextDue(name: string, schedule: SessionSchedule, time: number): Promise<number> {
    const waits = new Set([AFTER_CLOSE_MS]);
    for await (const series of trackedBy(name)) waits.add(waitOf(series));
    return Math.min(...[...waits].map((wait) => closeAfter(schedule, time - wait) + wait));
  }

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
          nextAfter: (time: number) => nextDue(name, schedule, time),
          run: (since: number | undefined) => syncDue(name, schedule, since),
        }),
  }));
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
  return [...markets, others, forgetting];
}

const closeAfter = (schedule: SessionSchedule, time: number): number => sessionCloseAfter(schedule, time) ?? Infinity;

const isBelowDay = (interval: BarInterval): boolean => (fixedStepMs(interval) ?? DAY_MS) < DAY_MS;

function orderOf({ instrumentId, interval, provider, from }: TrackedSeries): SyncRequest {
  return { instrumentId, interval, provider, from };
}
