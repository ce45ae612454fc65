import { dayMs } from './calendar-day.ts';

const ZERO = 48;
const COLON = 58;
const LETTER_T = 84;
const LETTER_Z = 90;
const SPACE = 32;
const MINUS = 45;
const PLUS = 43;

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
    if (text.charCodeAt(4) !== this.separator || text.charCodeAt(7) !== this.separator) return NaN;
    const key =
      (twoDigits(text, 0) * 100 + twoDigits(text, 2)) * 10_000 + twoDigits(text, 5) * 100 + twoDigits(text, 8);
    if (key !== this.key) {
      this.key = key;
      this.day = dayMs(Math.floor(key / 10_000), Math.floor(key / 100) % 100, key % 100);
    }
    const { length } = text;
    if (this.isDateOnly) return length === 10 ? this.day : NaN;
    const joint = text.charCodeAt(10);
    if ((joint !== LETTER_T && joint !== SPACE) || text.charCodeAt(13) !== COLON) return NaN;
    const hour = twoDigits(text, 11);
    const minute = twoDigits(text, 14);
    const hasSecond = text.charCodeAt(16) === COLON;
    const second = hasSecond ? twoDigits(text, 17) : 0;
    if (!(hour < 24 && minute < 60 && second < 60)) return NaN;
    const wall = this.day + ((hour * 60 + minute) * 60 + second) * 1_000;
    return wall - this.offset(text, hasSecond ? 19 : 16);
  }

  private offset(text: string, at: number): number {
    const { length } = text;
    if (!this.isInstant) return length === at ? 0 : NaN;
    const sign = text.charCodeAt(at);
    if (sign === LETTER_Z) return length === at + 1 ? 0 : NaN;
    if ((sign !== PLUS && sign !== MINUS) || length !== at + 6 || text.charCodeAt(at + 3) !== COLON) return NaN;
    const hours = twoDigits(text, at + 1);
    const minutes = twoDigits(text, at + 4);
    if (!(hours < 24 && minutes < 60)) return NaN;
    const size = (hours * 60 + minutes) * 60_000;
    return sign === MINUS ? -size : size;
  }
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - ZERO;
  const ones = text.charCodeAt(at + 1) - ZERO;
  return tens >= 0 && tens < 10 && ones >= 0 && ones < 10 ? tens * 10 + ones : NaN;
}
