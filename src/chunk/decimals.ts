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
 * whole numbers have no such thing. `NaN` fits all: it is an absent value.
 */
export function commonScale(values: Float64Array, atLeast: number): number | undefined {
  let scale = atLeast;
  let power = POWERS[scale];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const whole = Math.round(value * power);
    if (
      whole / power === value &&
      (whole !== 0 || !Object.is(value, -0)) &&
      whole < LARGEST_WHOLE &&
      whole > -LARGEST_WHOLE
    )
      continue;
    if (Number.isNaN(value)) continue;
    const larger = Object.is(value, -0) ? undefined : scaleOf(value, scale);
    if (larger === undefined) return undefined;
    scale = larger;
    power = POWERS[scale];
  }
  // A scale found late must also suit the values before it.
  return scale === atLeast || fitsScale(values, scale) ? scale : undefined;
}

function fitsScale(values: Float64Array, scale: number): boolean {
  const power = POWERS[scale];
  for (let i = 0; i < values.length; i++) {
    const value = values[i];
    const whole = Math.round(value * power);
    if (whole / power !== value && !Number.isNaN(value)) return false;
    if (whole > LARGEST_WHOLE || whole < -LARGEST_WHOLE) return false;
  }
  return true;
}
