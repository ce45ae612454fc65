import {
  boundaryStepMs,
  clockGrid,
  expectedRuns,
  expectedRunsByClock,
  expectedRunsBySession,
  fixedStepMs,
  isBelowDay,
  seriesId,
  sessionGrid,
  type Alignment,
  type BarGrid,
  type BarInterval,
  type InstrumentId,
  type SeriesShape,
  type SessionSchedule,
  type TrackedSessions,
} from '../../../market/index.ts';
import { InvalidRequestError } from '../../../platform/errors/index.ts';
import { storedSeriesFor, type IsStored } from './stored-series.ts';

/** What bars are read from, and where they begin. */
export interface BarSource {
  readonly align: Alignment;
  readonly stored: SeriesShape | undefined;
  readonly grid: BarGrid;
  /** Whether the stored bars must be added up to those of the grid. */
  readonly isDerived: boolean;
  /** Runs of openTimes of the grid that a schedule expects. */
  readonly runsOf: typeof expectedRuns;
}

/** What decides on a source. */
export interface SourceQuestion {
  readonly id: InstrumentId;
  readonly interval: BarInterval;
  readonly schedule: SessionSchedule | undefined;
  readonly tracked: TrackedSessions;
}

/** As bars are stored: on the UTC grid; from a day up under the label of the trading day. */
export function sourceByClock(
  stored: BarInterval | undefined,
  interval: BarInterval,
  align: Alignment = 'clock',
): BarSource {
  const isDerived = stored !== undefined && stored !== interval;
  const shape = stored === undefined ? undefined : { interval: stored };
  // Days that are made of less than days hold what the clock says.
  const runsOf = isDerived && isBelowDay(stored) ? expectedRunsByClock : expectedRuns;
  return { align, stored: shape, grid: clockGrid(interval), isDerived, runsOf };
}

/**
 * The source where nobody chose an alignment: below a day the clock, from a day up trading days, where there are such.
 * An interval that is stored is read as it is. Bars that reach across an opening make days too, but only where nothing
 * else is stored.
 */
export async function sourceByDefault(
  isStored: IsStored,
  question: SourceQuestion,
  isItself: boolean,
): Promise<BarSource> {
  const { id, interval, schedule, tracked } = question;
  const stored = isItself ? interval : await storedByClock(isStored, id, interval);
  if (isBelowDay(interval) || schedule === undefined || schedule.neverCloses) return sourceByClock(stored, interval);
  if (stored === interval) return sourceByClock(stored, interval, 'session');
  const exact = await exactSource(isStored, question, schedule);
  if (exact !== undefined) return exact;
  if (stored === undefined) return sourceByClock(undefined, interval, 'session');
  return bySession({ interval: stored }, interval, schedule, tracked, stored);
}

/** The finest interval of the clock from which another can be read. */
export async function storedByClock(
  isStored: IsStored,
  id: InstrumentId,
  interval: BarInterval,
): Promise<BarInterval | undefined> {
  return (await storedSeriesFor(isStored, id, interval))?.interval;
}

/** What is stored at this very interval, whether anything is or not. */
export function sourceAsStored({ id, interval, schedule, tracked }: SourceQuestion, align?: Alignment): BarSource {
  if (align !== 'session' || !isBelowDay(interval)) return sourceByClock(interval, interval);
  return asStored(interval, requireSchedule(id, schedule), tracked);
}

/**
 * The source of bars that begin with trading: the interval itself or else the finest stored one below a day that never
 * holds both time of the sessions and other time. So are the series aligned to sessions, which come before those of the
 * clock at one interval, and those of the clock that divide the time between openings. Days, weeks and months of which no such is stored come from stored
 * days, weeks or months, as those are trading days already.
 * @throws InvalidRequestError `NO_SCHEDULE`, `NO_SUITABLE_INTERVAL`
 */
export async function sourceBySession(isStored: IsStored, question: SourceQuestion): Promise<BarSource> {
  const { id, interval, schedule, tracked } = question;
  const hours = requireSchedule(id, schedule);
  if (hours.neverCloses) return sourceByClock(await storedByClock(isStored, id, interval), interval, 'session');
  const exact = await exactSource(isStored, question, hours);
  if (exact !== undefined) return exact;
  throw new InvalidRequestError(
    'NO_SUITABLE_INTERVAL',
    `Nothing is stored from which ${seriesId(id, interval)} can begin with trading, which takes an interval that divides ` +
      `${boundaryStepMs(hours, tracked) / 60_000} minutes and ${interval}; sync ${id} at 1m or with align=session, or ask with align=clock`,
  );
}

/** A source of which no bar holds time of two trading days, or of none. */
async function exactSource(
  isStored: IsStored,
  { id, interval, tracked }: SourceQuestion,
  schedule: SessionSchedule,
): Promise<BarSource | undefined> {
  const mostMs = boundaryStepMs(schedule, tracked);
  const stored = await storedSeriesFor(isStored, id, interval, (candidate) => {
    if (!isBelowDay(candidate)) return [];
    const ofSessions = { interval: candidate, align: 'session' } as const;
    return mostMs % (fixedStepMs(candidate) ?? Infinity) === 0 ? [ofSessions, { interval: candidate }] : [ofSessions];
  });
  if (stored?.align === 'session' && stored.interval === interval) return asStored(interval, schedule, tracked);
  if (stored !== undefined) return bySession(stored, interval, schedule, tracked);
  const whole = await storedSeriesFor(isStored, id, interval, (candidate) =>
    isBelowDay(candidate) ? [] : [{ interval: candidate }],
  );
  return whole && sourceByClock(whole.interval, interval, 'session');
}

function requireSchedule(id: InstrumentId, schedule: SessionSchedule | undefined): SessionSchedule {
  if (schedule !== undefined) return schedule;
  throw new InvalidRequestError(
    'NO_SCHEDULE',
    `The trading hours of ${id} are unknown, so bars cannot align to them; set a schedule, or use align=clock`,
  );
}

/** Whether each bar holds whole trading days, as those do that are stored at a day or more, and what they make. */
export function followsTradingDays({ stored }: BarSource, interval: BarInterval): boolean {
  return !isBelowDay(stored?.interval ?? interval);
}

/** A series that is aligned to sessions, as it is. */
function asStored(interval: BarInterval, schedule: SessionSchedule, tracked: TrackedSessions): BarSource {
  const source = bySession({ interval, align: 'session' }, interval, schedule, tracked);
  return { ...source, isDerived: false };
}

function bySession(
  stored: SeriesShape,
  interval: BarInterval,
  schedule: SessionSchedule,
  tracked: TrackedSessions,
  acrossOpenings?: BarInterval,
): BarSource {
  const grid = sessionGrid(schedule, interval, tracked, acrossOpenings);
  return { align: 'session', stored, grid, isDerived: true, runsOf: expectedRunsBySession };
}
