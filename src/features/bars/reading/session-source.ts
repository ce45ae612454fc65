import {
  boundaryStepMs, clockGrid, DAY_MS, fixedStepMs, seriesId, sessionGrid,
  type BarGrid, type BarInterval, type InstrumentId, type SessionSchedule, type TrackedSessions,
} from '../../../market/index.ts'; // prettier-ignore
import { InvalidRequestError } from '../../../platform/errors/index.ts';
import type { BarsCollections } from '../collections.ts';
import { storedIntervalFor } from './stored-interval.ts';

/** What bars are read from, and where they lie. */
export interface BarSource {
  readonly stored: BarInterval | undefined;
  readonly grid: BarGrid;
  /** Whether the stored bars must be added up to those of the grid. */
  readonly isDerived: boolean;
}

/** As bars are stored: on the UTC grid. */
export function sourceByClock(stored: BarInterval | undefined, interval: BarInterval): BarSource {
  return { stored, grid: clockGrid(interval), isDerived: stored !== undefined && stored !== interval };
}

/**
 * The source of bars that begin with trading: the interval itself or else the finest stored one below a day that never
 * holds both time of the sessions and other time. Days, weeks and months of which no such is stored come from stored
 * days, weeks or months, as those are trading days already.
 * @throws InvalidRequestError `NO_SCHEDULE`, `NO_SUITABLE_INTERVAL`
 */
export async function sourceBySession(
  chunks: BarsCollections['chunks'],
  id: InstrumentId,
  interval: BarInterval,
  schedule: SessionSchedule | undefined,
  tracked: TrackedSessions,
): Promise<BarSource> {
  if (schedule === undefined)
    throw new InvalidRequestError(
      'NO_SCHEDULE',
      `It is not known when ${id} trades, so no bar can begin with its trading; give it a schedule, or ask with align=clock`,
    );
  if (schedule.neverCloses) return sourceByClock(await storedIntervalFor(chunks, id, interval), interval);
  const mostMs = boundaryStepMs(schedule, tracked);
  const suits = (candidate: BarInterval): boolean => isBelowDay(candidate) && mostMs % stepMsOf(candidate) === 0;
  const stored = await storedIntervalFor(chunks, id, interval, suits);
  if (stored !== undefined) return { stored, grid: sessionGrid(schedule, interval, tracked), isDerived: true };
  const whole = await storedIntervalFor(chunks, id, interval, (candidate) => !isBelowDay(candidate));
  if (whole !== undefined) return sourceByClock(whole, interval);
  throw new InvalidRequestError(
    'NO_SUITABLE_INTERVAL',
    `Nothing is stored from which ${seriesId(id, interval)} can begin with trading, which takes an interval that divides ` +
      `${mostMs / 60_000} minutes and ${interval}; sync ${id} at 1m, or ask with align=clock`,
  );
}

function stepMsOf(interval: BarInterval): number {
  return fixedStepMs(interval) ?? Infinity;
}

function isBelowDay(interval: BarInterval): boolean {
  return stepMsOf(interval) < DAY_MS;
}
