import { isoOfEpochMs, type BarColumns } from '../../../market/index.ts';
import { ConflictError } from '../../../platform/errors/index.ts';
import type { SyncTask } from '../port.ts';

/** Between pounds and pence, dollars and cents, shares and lots. */
const UNIT_FACTOR = 100;
/** A jump by the factor, times or divided by this, may be one of units. */
const TOLERANCE = 1.5;
/** Of one bar to the next; what follows may add to it. */
const LEAST_STEP = UNIT_FACTOR / TOLERANCE ** 2;
/** Of so many bars the median is their level: one bad print is none. */
export const LEVEL_BARS = 5;
export const LEAST_BEFORE = 3;
const MOST_ON_LEVEL = 0.8;
/** Volumes move more: they are judged where there are many on both sides, and none is this many times another. */
const VOLUMES_BEFORE = 10;
const VOLUMES_AFTER = 5;
export const MOST_VOLUMES = 20;
const STEADY_SPREAD = 10;
/**
 * Where prices jump by a factor of about 100 and stay: the openTime of the first bar after it. After the last bar
 * nothing is known yet, so that it alone may be a jump.
 * @param first the first bar that is compared with those before it; `end` is after the last
 */
export function priceJump({ openTime, close }: BarColumns, first = 0, end = close.length): number | undefined {
  for (let place = Math.max(LEAST_BEFORE, first); place < end; place++) {
    const step = close[place] / close[place - 1];
    if (step < LEAST_STEP && step > 1 / LEAST_STEP) continue;
    const before = close.subarray(Math.max(0, place - LEVEL_BARS), place);
    const after = close.subarray(place, place + LEVEL_BARS);
    if (isUnitFactor(medianOf(after) / medianOf(before)) && isLevel(before) && isLevel(after)) return openTime[place];
  }
  return undefined;
}

/** Whether steady volumes go on, as steadily, on a level that is about 100 times higher or lower. */
export function isVolumeJump(before: BarColumns, after: BarColumns): boolean {
  const [older, newer] = [before.volume.slice(-MOST_VOLUMES), after.volume.slice(0, MOST_VOLUMES)].map((volumes) =>
    volumes.filter((volume) => volume > 0),
  );
  return (
    older.length >= VOLUMES_BEFORE &&
    newer.length >= VOLUMES_AFTER &&
    [older, newer].every((volumes) => Math.max(...volumes) <= STEADY_SPREAD * Math.min(...volumes)) &&
    isUnitFactor(medianOf(newer) / medianOf(older))
  );
}

function isUnitFactor(ratio: number): boolean {
  const factor = Math.max(ratio, 1 / ratio);
  return factor >= UNIT_FACTOR / TOLERANCE && factor <= UNIT_FACTOR * TOLERANCE;
}

/** Most are near their median; prices near nought, or below, are on no level. */
function isLevel(prices: Float64Array): boolean {
  const median = medianOf(prices);
  const near = prices.filter((price) => price < TOLERANCE * median && price > median / TOLERANCE);
  return near.length >= MOST_ON_LEVEL * prices.length;
}

/** Between two levels lies neither of them. */
function medianOf(values: Float64Array): number {
  const sorted = values.toSorted();
  const middle = (sorted.length - 1) / 2;
  return Math.sqrt(sorted[Math.floor(middle)] * sorted[Math.ceil(middle)]);
}

export function unitJump(what: 'prices' | 'volumes', at: number, request: SyncTask): ConflictError {
  const { instrumentId, interval, provider } = request;
  return new ConflictError(
    'UNIT_JUMP',
    `The ${interval} ${what} of ${instrumentId} from ${provider} jump by a factor of about ${UNIT_FACTOR} at ` +
      `${isoOfEpochMs(at)} and stay there: another unit, such as pence for pounds or lots for shares? If the market ` +
      'did that, sync with acceptJump (--accept-jump); else take another provider',
  );
}
