import type { Timer } from '../../src/platform/requests/index.ts';

export interface SkippingClock {
  readonly now: () => number;
  /** Every wait is over at once, and the time it takes has passed. */
  readonly timer: Timer;
}

/** A clock that stands still but for the waits that are asked of it. */
export function skippingClock(start: number): SkippingClock {
  let time = start;
  return {
    now: () => time,
    timer: (delayMs, callback) => {
      const due = time + delayMs;
      const handle = setImmediate(() => {
        time = Math.max(time, due);
        callback();
      });
      return () => clearImmediate(handle);
    },
  };
}
