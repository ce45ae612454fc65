/** Whole numbers up to 2^53 and powers of ten up to 22 are exact doubles, so their quotient is the nearest one. */
const MOST_EXACT = 9_007_199_254_740_992n;
const MOST_EXACT_SCALE = 22;

/** The double nearest to `unscaled / 10^scale`. */
export function nearestDouble(unscaled: bigint, scale: number): number {
  const isExact = unscaled <= MOST_EXACT && unscaled >= -MOST_EXACT && scale >= 0 && scale <= MOST_EXACT_SCALE;
  return isExact ? Number(unscaled) / 10 ** scale : Number(`${unscaled}e${-scale}`);
}

/** The whole number of a two's complement, its highest byte first. */
export function wholeOfBytes(bytes: Uint8Array): bigint {
  let value = 0n;
  for (const byte of bytes) value = (value << 8n) | BigInt(byte);
  return BigInt.asIntN(bytes.length * 8, value);
}

const UNITS_A_SECOND = { seconds: 1, milliseconds: 1e3, microseconds: 1e6, nanoseconds: 1e9 } as const;
export type ClockUnit = keyof typeof UNITS_A_SECOND;

/** A time of day as it is written: `09:30:00`. */
export function clockText(value: number | bigint, unit: ClockUnit): string {
  const seconds = Number(value) / UNITS_A_SECOND[unit];
  return new Date(Math.floor(seconds * 1_000)).toISOString().slice(11, 23).replace('.000', '');
}
