/** Powers of ten that are exact doubles and of use as a scale. */
const POWERS = Float64Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);
export const MAX_SCALE = POWERS.length - 1;

/** Differences of two such numbers, doubled, stay whole and exact. */
const LARGEST_WHOLE = 2 ** 50;

/** 10^scale */
export function powerOfTen(scale: number): number {
  return POWERS[scale];
}

/**
 * The smallest scale, not below `scale`, at which a value is a whole number r with r / 10^scale being the value, bit
 * for bit; `undefined` if there is none.
 */
function scaleOf(value: number, scale: number): number | undefined {
  for (let tried = scale; tried <= MAX_SCALE; tried++) {
    const power = POWERS[tried];
    const whole = Math.round(value * power);
    if (whole > LARGEST_WHOLE || whole < -LARGEST_WHOLE) return undefined;
    if (whole / power === value) return tried;
  }
  return undefined;
}

/**
 * The smallest scale, not below `atLeast`, that fits all values; `undefined` if none does. Negative zero fits none, as
 * whole numbers have no such thing.
 */
export function commonScale(values: Float64Array, count: number, atLeast: number): number | undefined {
  let scale = atLeast;
  let power = POWERS[scale];
  for (let i = 0; i < count; i++) {
    const value = values[i];
    const whole = Math.round(value * power);
    if (whole / power === value && whole < LARGEST_WHOLE && whole > -LARGEST_WHOLE && (whole !== 0 || 1 / value > 0))
      continue;
    const larger = Object.is(value, -0) ? undefined : scaleOf(value, scale);
    if (larger === undefined) return undefined;
    scale = larger;
    power = POWERS[scale];
  }
  // A scale found late may be too large for the values before it.
  return scale === atLeast || fitsScale(values, count, scale) ? scale : undefined;
}

/** Whether values that fit a smaller scale also fit this one. */
export function fitsScale(values: Float64Array, count: number, scale: number): boolean {
  const largest = LARGEST_WHOLE / POWERS[scale];
  for (let i = 0; i < count; i++) if (values[i] > largest || values[i] < -largest) return false;
  return true;
}

/** The whole number that a value is at a scale, to the last bit; `NaN` if it is none. */
export function wholeOf(value: number, power: number): number {
  const whole = Math.round(value * power);
  return whole / power === value && Math.abs(whole) <= LARGEST_WHOLE && !Object.is(value, -0) ? whole : NaN;
}
