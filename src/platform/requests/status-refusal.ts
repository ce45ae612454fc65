import type { IncomingHttpHeaders } from 'node:http';
import { ProviderError } from '../errors/index.ts';
import { vendorPauseMs } from './vendor-pause.ts';

/** What a status other than the one that was hoped for means, where the vendor does not explain it. */
export function statusRefusal(
  told: string,
  status: number | undefined,
  headers: IncomingHttpHeaders,
  now: number,
): ProviderError {
  if (status === 429 || status === 418) {
    const pauseMs = vendorPauseMs(headers, now);
    const wait = pauseMs === undefined ? {} : { retryAfterSeconds: Math.ceil(pauseMs / 1_000) };
    return new ProviderError('PROVIDER_RATE_LIMITED', told, wait);
  }
  const isRefused = status !== undefined && status >= 400 && status < 500 && status !== 408;
  return new ProviderError(isRefused ? 'PROVIDER_REFUSED' : 'PROVIDER_UNAVAILABLE', told);
}
