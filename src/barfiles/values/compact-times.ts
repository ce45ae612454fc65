import { numberOfBytes, numberOfText } from '../number-text.ts';
import { clockMs, dayMs } from './calendar-day.ts';
import type { TimeForm } from './time-form.ts';

const FIRST_YEAR = 1900;
const LAST_YEAR = 2100;

/** A layout of date and time as digits alone, by its number of digits. */
interface CompactLayout {
  readonly digits: number;
  readonly shown: string;
  /** What the number is divided by to have its `YYYYMMDD`. */
  readonly perDay: number;
}

export const COMPACT_LAYOUTS: readonly CompactLayout[] = [
  { digits: 8, shown: 'YYYYMMDD', perDay: 1 },
  { digits: 12, shown: 'YYYYMMDDHHMM', perDay: 1e4 },
  { digits: 14, shown: 'YYYYMMDDHHMMSS', perDay: 1e6 },
];

/** `20240102`, `202401020930` and `20240102093000` of the years 1900 to 2100, as text or as a number. */
export class CompactForm implements TimeForm {
  readonly shown: string;
  readonly gives = 'wall';
  readonly isDateOnly: boolean;
  private readonly layout: CompactLayout;
  private key = NaN;
  private day = NaN;

  constructor(layout: CompactLayout) {
    this.layout = layout;
    this.shown = layout.shown;
    this.isDateOnly = layout.perDay === 1;
  }

  read(cell: unknown): number {
    const value = numberOfCell(cell);
    const { perDay } = this.layout;
    const key = Math.floor(value / perDay);
    if (key !== this.key) {
      this.key = key;
      this.day = dayOfKey(key);
    }
    if (perDay === 1) return key === value ? this.day : NaN;
    const clock = value - key * perDay;
    return this.day + (perDay === 1e4 ? clockOf(clock * 100) : clockOf(clock));
  }

  readBytes(bytes: Buffer, from: number, to: number): number {
    return this.read(numberOfBytes(bytes, from, to));
  }

  localDay(): number {
    return NaN;
  }
}

/** A number, whole or not, as numbers, bigints and text of digits give it; `NaN` for all else. */
export function numberOfCell(cell: unknown): number {
  if (typeof cell === 'string') return numberOfText(cell);
  return typeof cell === 'number' || typeof cell === 'bigint' ? Number(cell) : NaN;
}

/** Whether a number can be a date of some compact layout. */
export function isLikeCompact(value: number): boolean {
  return COMPACT_LAYOUTS.some(
    ({ perDay }) =>
      value >= FIRST_YEAR * 1e4 * perDay &&
      value < (LAST_YEAR + 1) * 1e4 * perDay &&
      !Number.isNaN(dayOfKey(Math.floor(value / perDay))),
  );
}

function dayOfKey(key: number): number {
  const year = Math.floor(key / 10_000);
  return year >= FIRST_YEAR && year <= LAST_YEAR ? dayMs(year, Math.floor(key / 100) % 100, key % 100) : NaN;
}

function clockOf(digits: number): number {
  return clockMs(Math.floor(digits / 10_000), Math.floor(digits / 100) % 100, digits % 100, 0);
}
