import { epochMs, isoOfEpochMs, type TimeRange } from '../../market/index.ts';
import { InvalidRequestError } from '../../platform/errors/index.ts';

/** @throws InvalidRequestError `INVALID_RANGE` if `from` is not before `to` */
export function requireRange(from: number, to: number): TimeRange {
  if (from < to) return { from: epochMs(from), to: epochMs(to) };
  throw new InvalidRequestError(
    'INVALID_RANGE',
    `from must be before to, as a range is [from, to): from is ${isoOfEpochMs(from)}, to is ${isoOfEpochMs(to)}`,
  );
}
