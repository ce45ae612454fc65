import type { Timer } from '../../src/platform/requests/index.ts';

export interface ManualClock {
  readonly now: () => number;
  readonly timer: Timer;
  /** Lets time pass, and calls what is due on the way, in order. */
  readonly pass: (ms: number) => void;
}

export function manualClock(start = 0): ManualClock {
  let time = start;
  const due = new Set<{ readonly at: number; readonly callback: () => void }>();
  return {
    now: () => time,
    timer: (delayMs, callback) => {
      const entry = { at: time + delayMs, callback };
      due.add(entry);
      return () => due.delete(entry);
    },
    pass: (ms) => {
      const end = time + ms;
      for (;;) {
        const next = [...due].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0];
        if (next === undefined) break;
        due.delete(next);
        time = Math.max(time, next.at);
        next.callback();
      }
      time = end;
    },
  };
}
