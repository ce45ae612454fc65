import { DAY_MS, sessionCloseAfter, type SessionSchedule } from '../../../market/index.ts';
import { cronTimes, type Appointment } from '../../../platform/scheduler/index.ts';
import type { SyncCollections, TrackedSeries } from '../collections.ts';
import type { SyncOrder } from '../commands/sync-bars/sync-bars.command.ts';

/** How long after the close of a session its bars are fetched: late prints have come in by then. */
const AFTER_CLOSE_MS = 10 * 60_000;
/** Of markets that never close, and of those of which no hours are known. */
const HOURLY = '2 * * * *';
const UNKNOWN = 'unknown';
const NIGHTLY = '30 3 * * *';
const JOBS_KEPT_MS = 30 * DAY_MS;

export interface SyncAppointmentsWiring {
  readonly schedules: ReadonlyMap<string, SessionSchedule>;
  /** Name of the schedule by which an instrument trades. */
  readonly scheduleNameOf: (instrumentId: string) => Promise<string | undefined>;
  readonly order: (order: SyncOrder) => Promise<unknown>;
  /** UTC epoch ms. */
  readonly clock: () => number;
}

/** When the tracked series are brought up to date by themselves: after the close of their market, or each hour. */
export function syncAppointments(
  { tracked, jobs }: SyncCollections,
  { schedules, scheduleNameOf, order, clock }: SyncAppointmentsWiring,
): readonly Appointment[] {
  async function syncThoseOf(name: string): Promise<void> {
    for await (const series of tracked.find({}, { sort: { _id: 1 } }))
      if (((await scheduleNameOf(series.instrumentId)) ?? UNKNOWN) === name) await order(orderOf(series));
  }
  const markets = [...schedules].map(([name, schedule]) => ({
    id: `sync-${name}`,
    ...(schedule.neverCloses
      ? { description: `Tracked series of ${name}, each hour`, nextAfter: cronTimes(HOURLY, 'UTC') }
      : {
          description: `Tracked series of ${name}, after the close of its session`,
          nextAfter: (time: number) => closeAfter(schedule, time - AFTER_CLOSE_MS) + AFTER_CLOSE_MS,
        }),
    run: () => syncThoseOf(name),
  }));
  const others = {
    id: `sync-${UNKNOWN}`,
    description: 'Tracked series of markets whose hours are not known, each hour',
    nextAfter: cronTimes(HOURLY, 'UTC'),
    run: () => syncThoseOf(UNKNOWN),
  };
  const forgetting = {
    id: 'forget-jobs',
    description: 'Jobs that ended more than 30 days ago are forgotten, each night',
    nextAfter: cronTimes(NIGHTLY, 'UTC'),
    run: async () => void (await jobs.deleteMany({ endedAt: { $lt: clock() - JOBS_KEPT_MS } })),
  };
  return [...markets, others, forgetting];
}

const closeAfter = (schedule: SessionSchedule, time: number): number => sessionCloseAfter(schedule, time) ?? Infinity;

function orderOf({ instrumentId, interval, provider, from }: TrackedSeries): SyncOrder {
  return { instrumentId, interval, provider, from };
}
