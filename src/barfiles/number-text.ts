const MINUS = 45;
const POINT = 46;
const ZERO = 48;
/** Whole numbers of up to 15 digits and powers of ten up to 22 are exact doubles, so their quotient is the nearest one. */
const EXACT_DIGITS = 15;
const POWERS = Float64Array.from({ length: EXACT_DIGITS + 1 }, (_, decimals) => 10 ** decimals);
const numberText = /^\s*[+-]?(?:(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?|Infinity)\s*$/;

/** The same as `Number(text)` of a decimal number, and quicker; `NaN` for all else, such as `0x10` or nothing. */
export function numberOfText(text: string): number {
  const { length } = text;
  const isNegative = text.charCodeAt(0) === MINUS;
  const start = isNegative ? 1 : 0;
  let whole = 0;
  let pointAt = -1;
  for (let at = start; at < length; at++) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit >= 0 && digit <= 9) whole = whole * 10 + digit;
    else if (digit === POINT - ZERO && pointAt < 0) pointAt = at;
    else return numberOfAnyText(text);
  }
  const digits = length - start - (pointAt < 0 ? 0 : 1);
  if (digits === 0 || digits > EXACT_DIGITS) return numberOfAnyText(text);
  const value = pointAt < 0 ? whole : whole / POWERS[length - 1 - pointAt];
  return isNegative ? -value : value;
}

function numberOfAnyText(text: string): number {
  return numberText.test(text) ? Number(text) : NaN;
}
