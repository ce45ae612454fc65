/** Powers of ten that are exact doubles and of use as a scale. */
const POWERS = Float64Array.from({ length: 16 }, (_, exponent) => 10 ** exponent);
const LARGEST_SCALE = POWERS.length - 1;
/** Whole numbers up to this one are told from their neighbours at every scale. */
const LARGEST_WHOLE = 2 ** 50;

/** A sum of decimals: `whole / 10^scale`, exactly. */
export interface DecimalSum {
  readonly whole: number;
  readonly scale: number;
}

/** The exact sum of values that are decimals; `undefined` where one is not, is negative, or the sum grows too large. */
export function decimalSum(values: Float64Array, start: number, end: number): DecimalSum | undefined {
  let scale = 0;
  let whole = 0;
  for (let i = start; i < end; i++) {
    const value = values[i];
    let part = Math.round(value * POWERS[scale]);
    if (part / POWERS[scale] !== value) {
      const larger = scaleOf(value, scale + 1);
      if (larger === undefined) return undefined;
      whole *= POWERS[larger - scale];
      scale = larger;
      part = Math.round(value * POWERS[scale]);
    }
    whole += part;
    if (!(part >= 0 && whole <= LARGEST_WHOLE)) return undefined;
  }
  return { whole, scale };
}

/**
 * The sum as the nearest double to what the decimals add up to, so that it is the same whichever way they were grouped:
 * `17.40063`, not `17.400630000000003`. `NaN` where one is unknown. What is no decimal is added as it is.
 */
export function sumOf(values: Float64Array, start: number, end: number): number {
  const sum = decimalSum(values, start, end);
  if (sum !== undefined) return sum.whole / POWERS[sum.scale];
  return largeSum(values, start, end) ?? plainSum(values, start, end);
}

function plainSum(values: Float64Array, start: number, end: number): number {
  let sum = 0;
  for (let i = start; i < end; i++) sum += values[i];
  return sum;
}

/** The same beyond the whole numbers that doubles have, and of negative values: what counts is how numbers are written. */
function largeSum(values: Float64Array, start: number, end: number): number | undefined {
  let whole = 0n; // at the largest scale
  for (let i = start; i < end; i++) {
    const part = largeWhole(values[i]);
    if (part === undefined) return undefined;
    whole += part;
  }
  return Number(`${whole}e-${LARGEST_SCALE}`);
}

const PLAIN_DECIMAL = new RegExp(`^(-?\\d+)(?:\\.(\\d{1,${LARGEST_SCALE}}))?$`);

/** The value at the largest scale; `undefined` where it has more decimals. */
function largeWhole(value: number): bigint | undefined {
  const scale = scaleOf(value, 0);
  if (scale !== undefined) return BigInt(Math.round(value * POWERS[scale])) * 10n ** BigInt(LARGEST_SCALE - scale);
  const [, digits, decimals = ''] = PLAIN_DECIMAL.exec(String(value)) ?? [];
  return digits === undefined ? undefined : BigInt(digits + decimals.padEnd(LARGEST_SCALE, '0'));
}

/** The smallest scale, not below `atLeast`, at which a value is a whole number; `undefined` if there is none. */
export function scaleOf(value: number, atLeast: number): number | undefined {
  for (let scale = atLeast; scale < POWERS.length; scale++) {
    const whole = Math.round(value * POWERS[scale]);
    if (!(Math.abs(whole) <= LARGEST_WHOLE)) return undefined;
    if (whole / POWERS[scale] === value) return scale;
  }
  return undefined;
}
