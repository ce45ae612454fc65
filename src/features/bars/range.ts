import {
  countableYears,
  epochMs,
  isCountable,
  isoOfEpochMs,
  type BarInterval,
  type TimeRange,
} from '../../market/index.ts';
import { InvalidRequestError } from '../../platform/errors/index.ts';

/** @throws InvalidRequestError `INVALID_RANGE` if `from` is not before `to` */
export function requireRange(from: number, to: number): TimeRange {
  if (from < to) return { from: epochMs(from), to: epochMs(to) };
  throw new InvalidRequestError(
    'INVALID_RANGE',
    `from must be before to, as a range is [from, to): from is ${isoOfEpochMs(from)}, to is ${isoOfEpochMs(to)}`,
  );
}

/** @throws InvalidRequestError `INVALID_RANGE` if a range is too long to say what is expected in it */
export function requireCountable(range: TimeRange, interval: BarInterval): void {
  if (isCountable(range, interval)) return;
  throw new InvalidRequestError(
    'INVALID_RANGE',
    `One question about ${interval} bars is of ${countableYears(interval)} years at most, not of ` +
      `${isoOfEpochMs(range.from)} to ${isoOfEpochMs(range.to)}; name from and to`,
  );
}
