import type { ProviderError } from '../../platform/errors/index.ts';

/** How a wait ends if nothing comes. */
export interface Patience {
  readonly limitMs: number;
  /** What it ends with at the limit. */
  readonly tooLate: () => ProviderError;
  /** Ends it before, with its reason. */
  readonly signal: AbortSignal;
}

/** Settles as the promise does, unless the limit or the signal comes first. */
export function settledInTime<Value>(promise: Promise<Value>, { limitMs, tooLate, signal }: Patience): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(signal.reason as Error);
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      reject(tooLate());
    }, limitMs);
    if (signal.aborted) onAbort();
    else signal.addEventListener('abort', onAbort, { once: true });
    promise.then(resolve, reject).finally(() => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
    });
  });
}
