/** Calls back once after so many ms; answers what takes the call back. */
export type Timer = (delayMs: number, callback: () => void) => () => void;

const LONGEST_MS = 2 ** 31 - 1;

export const systemTimer: Timer = (delayMs, callback) => {
  const handle = setTimeout(callback, Math.min(delayMs, LONGEST_MS));
  return () => clearTimeout(handle);
};

/** Does not keep a process that has nothing else to do. */
export const backgroundTimer: Timer = (delayMs, callback) => {
  const handle = setTimeout(callback, delayMs).unref();
  return () => clearTimeout(handle);
};

/** Waits, unless the signal ends it; then it throws the signal's reason. */
export function sleep(delayMs: number, timer: Timer, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = (): void => {
      cancel();
      reject(signal.reason as Error);
    };
    const cancel = timer(delayMs, () => {
      signal.removeEventListener('abort', leave);
      resolve();
    });
    signal.addEventListener('abort', leave, { once: true });
    if (signal.aborted) leave();
  });
}
