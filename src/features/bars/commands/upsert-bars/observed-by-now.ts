import { isoOfEpochMs } from '../../../../market/index.ts';
import { InvalidRequestError } from '../../../../platform/errors/index.ts';

/** Clocks of callers are so much ahead at the most. */
const MOST_SKEW_MS = 10_000;

/**
 * When values became known, UTC epoch ms, and no later than now: what is observed in the future would be hidden from
 * reads as of now, and so would every correction of it.
 * @throws InvalidRequestError `INVALID_REQUEST` if that is in the future by more than clocks differ
 */
export function observedByNow(observedAt: number, now: number): number {
  if (observedAt <= now + MOST_SKEW_MS) return Math.min(observedAt, now);
  const message = `observedAt must not be in the future: it is ${isoOfEpochMs(observedAt)}, now it is ${isoOfEpochMs(now)}`;
  throw new InvalidRequestError('INVALID_REQUEST', message, { errors: [{ path: '/observedAt', message }] });
}
