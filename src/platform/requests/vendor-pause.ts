import type { IncomingHttpHeaders } from 'node:http';

/** Binance bans for 3 days at most; what is longer is no pause but a mistake, such as ms in place of seconds. */
const LONGEST_PAUSE_MS = 7 * 86_400_000;

/** The vendor's own clock as its answer tells it, UTC epoch ms, whole seconds cut off. */
export function vendorTimeOf(headers: IncomingHttpHeaders): number | undefined {
  const time = Date.parse(headers.date ?? '');
  return Number.isNaN(time) ? undefined : time;
}

/**
 * How long the vendor asks to wait, in ms: `Retry-After` in seconds or as a date, else `X-RateLimit-Reset` in epoch
 * seconds. Moments are read by the vendor's clock where it tells it, so that a skewed clock here does no harm.
 */
export function vendorPauseMs(headers: IncomingHttpHeaders, now: number): number | undefined {
  const retryAfter = headers['retry-after']?.trim() ?? '';
  const vendorNow = vendorTimeOf(headers) ?? now;
  const pauses = [
    /^\d{1,9}$/.test(retryAfter) ? Number(retryAfter) * 1_000 : Date.parse(retryAfter) - vendorNow,
    resetTimeOf(headers) - vendorNow,
  ];
  return pauses.find((ms) => ms > 0 && ms <= LONGEST_PAUSE_MS);
}

/** The same for an answer that was good but the last one allowed. */
export function pauseAfterLastMs(headers: IncomingHttpHeaders, now: number): number | undefined {
  return headers['x-ratelimit-remaining'] === '0' ? vendorPauseMs(headers, now) : undefined;
}

function resetTimeOf(headers: IncomingHttpHeaders): number {
  const reset = headers['x-ratelimit-reset'];
  return typeof reset === 'string' && /^\d{1,12}$/.test(reset) ? Number(reset) * 1_000 : NaN;
}
