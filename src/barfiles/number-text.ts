import { copyLetters } from './copy-letters.ts';

const MINUS = 45;
const POINT = 46;
const ZERO = 48;
/** Whole numbers up to this and powers of ten up to the 22nd are exact doubles, so their quotient is the nearest one. */
const MOST_EXACT = Number.MAX_SAFE_INTEGER;
const POWERS = Float64Array.from({ length: 23 }, (_, decimals) => 10 ** decimals);
const numberText = /^\s*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|Infinity)\s*$/;
const LONGEST_TEXT = 24;
const letters = Buffer.alloc(LONGEST_TEXT);

/** The same as `Number(text)` of a decimal number, and quicker; `NaN` for all else, such as `0x10` or nothing. */
export function numberOfText(text: string): number {
  const { length } = text;
  if (length > LONGEST_TEXT) return numberOfAnyText(text);
  copyLetters(text, letters);
  const value = numberOfBytes(letters, 0, length);
  return Number.isNaN(value) ? numberOfAnyText(text) : value;
}

/** The number of digits with or without a point and a minus; `NaN` where anything else stands in `[from, to)`. */
export function numberOfBytes(bytes: Buffer, from: number, to: number): number {
  const isNegative = bytes[from] === MINUS;
  const start = isNegative ? from + 1 : from;
  let whole = 0;
  let pointAt = -1;
  for (let at = start; at < to; at++) {
    const digit = bytes[at] - ZERO;
    if (digit >= 0 && digit <= 9) whole = whole * 10 + digit;
    else if (digit === POINT - ZERO && pointAt < 0) pointAt = at;
    else return NaN;
  }
  const digits = to - start - (pointAt < 0 ? 0 : 1);
  if (digits <= 0) return NaN;
  const decimals = pointAt < 0 ? 0 : to - 1 - pointAt;
  if (whole > MOST_EXACT || decimals >= POWERS.length) return Number(bytes.toString('latin1', from, to));
  const value = whole / POWERS[decimals];
  return isNegative ? -value : value;
}

function numberOfAnyText(text: string): number {
  return numberText.test(text) ? Number(text) : NaN;
}
