import { ProviderError } from '../errors/index.ts';
import { within } from '../waiting/index.ts';

/**
 * A vendor's answer to a question that somebody waits for. The vendor may retry as it does, but no longer than this;
 * one that does not listen to its signal is left behind.
 * @throws ProviderError `PROVIDER_TIMEOUT` after `limitMs`; the reason of `signal`; whatever `ask` throws
 */
export const withinDeadline = <Answer>(
  vendor: string,
  limitMs: number,
  signal: AbortSignal,
  ask: (signal: AbortSignal) => Promise<Answer>,
): Promise<Answer> => {
  const tooLate = () => new ProviderError('PROVIDER_TIMEOUT', `${vendor}: no answer within ${limitMs / 1_000} s`);
  return within({ limitMs, tooLate, signal }, ask);
};
