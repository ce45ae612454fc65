import { useLayoutEffect, useState } from 'preact/hooks';
import { PocketQuantProblem } from '../client/index.ts';
import { returns } from './server-state.ts';

/** What is known of an answer: while the next one is awaited, the last one is still there. */
export interface Answer<T> {
  readonly value: T | undefined;
  readonly error: unknown;
  readonly isLoading: boolean;
  readonly reload: () => void;
}

/** As long as a server that has too much to do asks for. */
export const BUSY_MS = 5_000;

/**
 * Asks the server, and again when what is asked about changes, when the server is back after it was lost, and when it
 * had too much to do.
 * @param ask is not called while undefined
 * @param about everything that the question depends on
 */
export function useAnswer<T>(
  ask: ((signal: AbortSignal) => Promise<T>) | undefined,
  about: readonly unknown[],
): Answer<T> {
  const [value, setValue] = useState<T>();
  const [error, setError] = useState<unknown>();
  const [isLoading, setIsLoading] = useState(ask !== undefined);
  const [reloads, setReloads] = useState(0);

  async function learn(question: (signal: AbortSignal) => Promise<T>, signal: AbortSignal): Promise<void> {
    setIsLoading(true);
    try {
      const answer = await question(signal);
      if (signal.aborted) return;
      setValue(() => answer);
      setError(undefined);
    } catch (reason) {
      if (signal.aborted) return;
      setError(reason);
      if (isOfBusyServer(reason)) askAgainLater(signal);
    }
    if (!signal.aborted) setIsLoading(false);
  }

  const reload = (): void => setReloads((count) => count + 1);
  function askAgainLater(signal: AbortSignal): void {
    const timer = setTimeout(reload, BUSY_MS);
    signal.addEventListener('abort', () => clearTimeout(timer));
  }

  // Asked before what is there so far is painted, not after.
  useLayoutEffect(() => {
    if (ask === undefined) return;
    const leaving = new AbortController();
    void learn(ask, leaving.signal);
    return () => leaving.abort();
  }, [...about, reloads, returns.value]);
  return { value, error, isLoading, reload };
}

export const isOfBusyServer = (error: unknown): boolean =>
  error instanceof PocketQuantProblem && error.code === 'OVERLOADED';
