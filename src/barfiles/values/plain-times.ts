import { copyLetters } from '../copy-letters.ts';
import { dayMs } from './calendar-day.ts';

const ZERO = 48;
const COLON = 58;
const LETTER_T = 84;
const LETTER_Z = 90;
const SPACE = 32;
const MINUS = 45;
const PLUS = 43;
/** `2024-01-02T09:30:00+00:00` */
const LONGEST_TEXT = 25;
const letters = Buffer.alloc(LONGEST_TEXT);

/**
 * Reads what most files have without a pattern for each row: `YYYY-MM-DD`, with `HH:MM` or `HH:MM:SS` after a space or
 * `T`, and `Z` or an offset such as `+00:00`. What is written in any other way is `NaN` here.
 */
export class PlainTimes {
  private readonly separator: number;
  private readonly isDateOnly: boolean;
  private readonly isInstant: boolean;
  private key = NaN;
  private day = NaN;

  constructor(separator: number, isDateOnly: boolean, isInstant: boolean) {
    this.separator = separator;
    this.isDateOnly = isDateOnly;
    this.isInstant = isInstant;
  }

  read(text: string): number {
    const { length } = text;
    if (length > LONGEST_TEXT) return NaN;
    copyLetters(text, letters);
    return this.readBytes(letters, 0, length);
  }

  /** Reads what stands in `[from, to)`. */
  readBytes(bytes: Uint8Array, from: number, to: number): number {
    const length = to - from;
    if (length < 10 || bytes[from + 4] !== this.separator || bytes[from + 7] !== this.separator) return NaN;
    const year = twoDigits(bytes, from) * 100 + twoDigits(bytes, from + 2);
    const key = year * 10_000 + twoDigits(bytes, from + 5) * 100 + twoDigits(bytes, from + 8);
    if (key !== this.key) {
      this.key = key;
      this.day = dayMs(year, Math.floor(key / 100) % 100, key % 100);
    }
    if (this.isDateOnly) return length === 10 ? this.day : NaN;
    const joint = bytes[from + 10];
    if (length < 16 || (joint !== LETTER_T && joint !== SPACE) || bytes[from + 13] !== COLON) return NaN;
    const hour = twoDigits(bytes, from + 11);
    const minute = twoDigits(bytes, from + 14);
    const hasSecond = length > 16 && bytes[from + 16] === COLON;
    if (hasSecond && length < 19) return NaN;
    const second = hasSecond ? twoDigits(bytes, from + 17) : 0;
    if (!(hour < 24 && minute < 60 && second < 60)) return NaN;
    const wall = this.day + ((hour * 60 + minute) * 60 + second) * 1_000;
    return wall - this.offset(bytes, from + (hasSecond ? 19 : 16), to);
  }

  private offset(bytes: Uint8Array, at: number, to: number): number {
    if (!this.isInstant) return to === at ? 0 : NaN;
    const sign = bytes[at];
    if (sign === LETTER_Z) return to === at + 1 ? 0 : NaN;
    if ((sign !== PLUS && sign !== MINUS) || to !== at + 6 || bytes[at + 3] !== COLON) return NaN;
    const hours = twoDigits(bytes, at + 1);
    const minutes = twoDigits(bytes, at + 4);
    if (!(hours < 24 && minutes < 60)) return NaN;
    const size = (hours * 60 + minutes) * 60_000;
    return sign === MINUS ? -size : size;
  }
}

function twoDigits(bytes: Uint8Array, at: number): number {
  const tens = bytes[at] - ZERO;
  const ones = bytes[at + 1] - ZERO;
  return tens >= 0 && tens < 10 && ones >= 0 && ones < 10 ? tens * 10 + ones : NaN;
}
