import { chunkWindow } from '../../../chunk/index.ts';
import {
  DAY_MS,
  epochMs,
  expectedRuns,
  type BarInterval,
  type SeriesId,
  type SessionSchedule,
  type Span,
  type TrackedSessions,
} from '../../../market/index.ts';

/** A series of a universe, with the time that its bars are expected to span. */
export interface UniverseSeries {
  readonly series: SeriesId;
  readonly interval: BarInterval;
  /** `undefined` where it is not known when its market is open. */
  readonly schedule: SessionSchedule | undefined;
  readonly sessions: TrackedSessions;
  readonly span: Span;
}

const YEAR_DAYS = 364;
const HOUR_MS = DAY_MS / 24;

/** How many chunks series are expected to have. */
export function chunkCounter(now: number): (series: UniverseSeries) => number {
  const shares = new Map<string, number>();

  /** Which part of the windows of an interval has trading in it, by the last year of the schedule. */
  function shareOf({ schedule, sessions }: UniverseSeries, windowMs: number): number {
    if (schedule === undefined || schedule.neverCloses || windowMs > DAY_MS) return 1;
    const key = `${schedule.name} ${sessions} ${windowMs}`;
    const share =
      shares.get(key) ?? tradedWindows(schedule, sessions, windowMs, now) / (YEAR_DAYS * (DAY_MS / windowMs));
    shares.set(key, share);
    return share;
  }

  return (one) => {
    const { from, to } = chunkWindow(one.span.to - 1, one.interval);
    const windows = (one.span.to - one.span.from) / (to - from);
    return Math.max(1, windows * shareOf(one, to - from));
  };
}

function tradedWindows(schedule: SessionSchedule, sessions: TrackedSessions, windowMs: number, now: number): number {
  const to = epochMs(Math.floor(now / DAY_MS) * DAY_MS);
  const interval = windowMs === HOUR_MS ? '1h' : '1d';
  const from = epochMs(to - YEAR_DAYS * DAY_MS);
  const runs = expectedRuns(schedule, { from, to }, interval, sessions);
  return runs.reduce((sum, run) => sum + (run.to - run.from) / windowMs, 0);
}
