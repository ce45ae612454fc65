export interface Limit {
  /** Default: as long as it takes. */
  readonly limitMs?: number;
  /** What the wait ends with at the limit. */
  readonly tooLate?: () => Error;
  /** Ends the wait before, with its reason. */
  readonly signal?: AbortSignal;
}

/**
 * Settles as the work does, unless the limit or the signal comes first. The work is told by its own signal; one that
 * does not listen is left behind.
 */
export async function within<Value>(
  { limitMs = Infinity, tooLate = leftBehind, signal }: Limit,
  work: (signal: AbortSignal) => Promise<Value>,
): Promise<Value> {
  const late = new AbortController();
  const over = signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]);
  over.throwIfAborted();
  const { promise: ended, reject } = Promise.withResolvers<never>();
  const end = (): void => reject(over.reason as Error);
  over.addEventListener('abort', end);
  const timer = limitMs === Infinity ? undefined : setTimeout(() => late.abort(tooLate()), limitMs);
  try {
    return await Promise.race([work(over), ended]);
  } finally {
    clearTimeout(timer);
    over.removeEventListener('abort', end);
  }
}

const leftBehind = (): Error => new Error('took too long and was left behind');
