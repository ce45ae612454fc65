import { BAR_INTERVALS, closeTimeOf, openTimeAt, type BarInterval } from '../../../market/index.ts';
import { sleep, systemTimer } from '../../../platform/waiting/index.ts';
import type { MarketDataProvider } from '../../../providers/contract/index.ts';
import { vendorTimeOf } from './feed-tools.ts';
import { seedBars, type Seeds } from './seed-bars.ts';
import type { FedInstrument, HistoryTools } from './settle-history.ts';
import { HISTORY_LATE_MS, type SettledHistory } from './settled-history.ts';
import type { WorkQueue } from './work-queue.ts';

/** From when on live data makes bars, by the vendor's clock, and what history knows of those that run then. */
export interface TakeOver {
  readonly since: number;
  readonly seeds: Seeds;
}

export interface TakeOverTools extends HistoryTools {
  readonly settled: SettledHistory;
  /** What all instruments ask of history once they are connected waits here. */
  readonly asking: WorkQueue;
  /** History could not be had. */
  readonly onTrouble: (error: unknown) => void;
}

const RETRY_MS = 1_000;
const LOOK_AGAIN_MS = 10_000;
/** A boundary that is later than it need be by no more is waited for. */
const CLOCK_SLACK_MS = 2_000;
const MOST_RETRIES = 5;

/**
 * Waits for a boundary of an instrument that is sent from now on, and asks history up to there; without any seeds in the
 * end if it cannot be had. What is known of the vendor's clock may change meanwhile and make another boundary the right one.
 * @param heardOf the newest event that was told before, UTC epoch ms
 * @returns `undefined` if the signal ended it
 */
export async function takeOver(
  fed: FedInstrument,
  heardOf: number,
  tools: TakeOverTools,
): Promise<TakeOver | undefined> {
  const { provider, clock, signal, asking, settled, onTrouble } = tools;
  const step = boundaryStep(fed, provider);
  const connectedAt = clock();
  /** The latest that this moment was at the vendor, by what is known by then: what happened before was not sent. */
  const begunBy = (): number => {
    const now = clock();
    return connectedAt + (provider.vendorClock?.latestAt(now) ?? now) - now;
  };

  async function historyUntil(since: number, failures: number): Promise<Seeds | undefined> {
    try {
      await settled.settle(since, signal);
      return await seedBars(fed, since, tools);
    } catch (error) {
      if (signal.aborted) return undefined;
      onTrouble(error);
      return failures < MOST_RETRIES ? undefined : new Map();
    }
  }

  for (let failures = 0; !signal.aborted;) {
    const since = boundaryAfter(Math.max(begunBy(), heardOf), step);
    const isStillRight = (): boolean => isBoundaryOf(since, begunBy(), heardOf, step);
    await waitUntil(since + HISTORY_LATE_MS, tools, isStillRight);
    if (!isStillRight()) continue;
    const seeds = await asking.run(async () => (signal.aborted ? undefined : historyUntil(since, failures)));
    if (!isStillRight()) continue;
    if (seeds !== undefined) return { since, seeds };
    failures++;
    await waitUntil(vendorTimeOf(tools) + RETRY_MS, tools, isStillRight);
  }
  return undefined;
}

/** A long interval is not waited for: history knows the minutes of it. */
export function boundaryStep({ base, intervals }: FedInstrument, provider: MarketDataProvider): BarInterval {
  const finest = base ?? intervals[0];
  const isLong = BAR_INTERVALS.indexOf(finest) > BAR_INTERVALS.indexOf('1m');
  return isLong && provider.intervals.includes('1m') ? '1m' : finest;
}

export function boundaryAfter(moment: number, step: BarInterval): number {
  return closeTimeOf(openTimeAt(moment, step), step);
}

/** Whether all that happened from `since` on is sent on a connection begun by then, and it is not needlessly late. */
export function isBoundaryOf(since: number, begunBy: number, heardOf: number, step: BarInterval): boolean {
  return since >= begunBy && since <= boundaryAfter(Math.max(begunBy + CLOCK_SLACK_MS, heardOf), step);
}

/** Waits in steps: what is known of the vendor's clock may change, and make it pointless. */
async function waitUntil(time: number, tools: HistoryTools, isWorthIt: () => boolean): Promise<void> {
  const { signal } = tools;
  for (let leftMs; (leftMs = time - vendorTimeOf(tools)) > 0 && isWorthIt() && !signal.aborted;)
    await sleep(Math.min(leftMs, LOOK_AGAIN_MS), systemTimer, signal).catch(() => undefined);
}
