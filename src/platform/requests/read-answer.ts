import { ProviderError } from '../errors/index.ts';
import type { JsonAnswer, RequesterOptions } from './requester-options.ts';
import type { VendorAnswer } from './send-request.ts';
import { vendorTimeOf } from './vendor-pause.ts';

/** An answer, and how long all requests pause because of it. */
export interface HeededAnswer extends VendorAnswer {
  readonly pauseMs: number;
}

type Meaning = Pick<RequesterOptions, 'explain' | 'busy'>;

/**
 * A good answer's JSON.
 * @throws ProviderError that says what another status, or a body that is no JSON, means
 */
export function readAnswer(answer: HeededAnswer, what: string, meaning: Meaning): JsonAnswer {
  const { status, headers, body } = answer;
  if (status >= 200 && status < 300) return { json: parsed(body, what), headers, vendorTime: vendorTimeOf(headers) };
  throw failureOf(answer, `${what} answered ${status}`, meaning);
}

function failureOf({ status, body, pauseMs }: HeededAnswer, told: string, { explain, busy }: Meaning): ProviderError {
  if (status === 429 || status === 418) {
    const message = busy === undefined ? told : `${told}: ${busy.advice}`;
    return new ProviderError('PROVIDER_RATE_LIMITED', message, { retryAfterSeconds: Math.ceil(pauseMs / 1_000) });
  }
  if (status >= 500) return new ProviderError('PROVIDER_UNAVAILABLE', told);
  if (status >= 400) return explain?.(status, jsonOrNothing(body)) ?? new ProviderError('PROVIDER_REFUSED', told);
  return new ProviderError('PROVIDER_ANSWER_INVALID', `${told}, which is neither an answer nor an error`);
}

function parsed(body: string, what: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    throw new ProviderError('PROVIDER_ANSWER_INVALID', `${what} returned invalid JSON`, { cause: error });
  }
}

function jsonOrNothing(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
