import { ProviderError } from '../../platform/errors/index.ts';

/**
 * A vendor's answer to a question that somebody waits for. The vendor may retry as it does, but no longer than this;
 * one that does not listen to its signal is left behind.
 * @throws ProviderError `PROVIDER_TIMEOUT` after `deadlineMs`; the reason of `signal`; whatever `ask` throws
 */
export async function withinDeadline<Answer>(
  vendor: string,
  deadlineMs: number,
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> {
  const deadline = AbortSignal.timeout(deadlineMs);
  const over = AbortSignal.any([signal, deadline]);
  over.throwIfAborted();
  const answer = ask(over);
  const ended = new Promise<never>((_resolve, reject) => {
    over.addEventListener('abort', () => reject(over.reason as Error), { once: true });
  });
  try {
    return await Promise.race([answer, ended]);
  } catch (error) {
    if (!deadline.aborted || signal.aborted) throw error;
    throw new ProviderError('PROVIDER_TIMEOUT', `${vendor}: no answer within ${deadlineMs / 1_000} s`, {
      cause: error,
    });
  }
}
