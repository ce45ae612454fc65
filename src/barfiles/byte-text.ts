import { DAY_MS } from '../market/index.ts';
import { lendMemory } from './lent-memory.ts';

const encoder = new TextEncoder();

const MINUS = 45;
const ZERO = 48;
const POINT = 46;
const COLON = 58;
const LETTER_Z = 90;
/** Smaller ones are written with an exponent. */
const SMALLEST_PLAIN = 1e-6;
const EIGHT_DIGITS = 1e8;
const FOUR_DIGITS = 1e4;
/** Numbers of up to 15 digits are the shortest text of their double; eight of them may stand after the point. */
const MOST_WITH_DECIMALS = 1e7;
const MOST_WHOLE = 1e15;

/** The numbers of four digits as text, so that digits are written four at a time. */
const PADDED = new Uint32Array(FOUR_DIGITS);
/** The same without the zeros before the first digit, and how many digits are left. */
const LEADING = new Uint32Array(FOUR_DIGITS);
const LEADING_LENGTH = new Uint8Array(FOUR_DIGITS);
/** How many digits are left without the zeros at the end. */
const DECIMALS_LENGTH = new Uint8Array(FOUR_DIGITS);
/** The numbers of two digits, with a leading zero. */
const TWO_DIGITS = new Uint16Array(100);

// Without a text for each: whatever reads or writes bars waits for these tables.
for (let value = 0; value < TWO_DIGITS.length; value++)
  TWO_DIGITS[value] = ZERO + Math.floor(value / 10) + 256 * (ZERO + (value % 10));

for (let value = 0; value < FOUR_DIGITS; value++) {
  const length = value < 10 ? 1 : value < 100 ? 2 : value < 1_000 ? 3 : 4;
  PADDED[value] = TWO_DIGITS[Math.floor(value / 100)] + 65_536 * TWO_DIGITS[value % 100];
  LEADING[value] = PADDED[value] >>> (8 * (4 - length));
  LEADING_LENGTH[value] = length;
  DECIMALS_LENGTH[value] = value === 0 ? 0 : value % 1_000 === 0 ? 1 : value % 100 === 0 ? 2 : value % 10 === 0 ? 3 : 4;
}

/** Fixed ASCII text, as words of eight characters; as none is a NaN, they travel as doubles. */
export interface Label {
  readonly first: number;
  readonly second: number;
  readonly third: number;
  readonly length: number;
}

/** @param text up to 24 ASCII characters */
export function labelOf(text: string): Label {
  const [first, second, third] = new Float64Array(encoder.encode(text.padEnd(24, '\0')).buffer);
  return { first, second, third, length: text.length };
}

/** Prices that were written before, as up to eight characters: of neighbouring bars most are the same few. */
const KNOWN_NUMBERS = 1024;
const knownValues = new Float64Array(KNOWN_NUMBERS).fill(NaN);
const knownWords = new Float64Array(KNOWN_NUMBERS);
const knownLengths = new Uint8Array(KNOWN_NUMBERS);

const NOTHING = new Uint8Array(0);

type NumberColumn = Float64Array | Uint8Array | Uint16Array;

/**
 * ASCII text of numbers and times, written straight into bytes: what makes answers quick. What is written begins at
 * `at` and returns where it ended; room must have been made before, and the caller keeps the `length`. Numbers are
 * taken from their column, as a double that is handed on would be put into memory of its own.
 */
export class ByteText {
  length = 0;
  private bytes: Uint8Array<ArrayBuffer> = NOTHING;
  private view = new DataView(NOTHING.buffer);
  private day = NaN;
  private dayLabel = labelOf('');

  /** What was written since the last time; the memory is the caller's. */
  take(): Uint8Array {
    const piece = this.bytes.subarray(0, this.length);
    this.bytes = NOTHING;
    this.view = new DataView(NOTHING.buffer);
    this.length = 0;
    return piece;
  }

  /** Makes room for so many bytes more. */
  reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = lendMemory(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.view = new DataView(larger.buffer);
  }

  /** Adds any text, and makes room for it. */
  append(text: string): void {
    this.reserve(text.length * 3);
    this.length += encoder.encodeInto(text, this.bytes.subarray(this.length)).written;
  }

  /** What lies beyond the label is written over by what comes next. */
  label({ first, second, third, length }: Label, at: number): number {
    const { view } = this;
    view.setFloat64(at, first, true);
    view.setFloat64(at + 8, second, true);
    view.setFloat64(at + 16, third, true);
    return at + length;
  }

  /** Text of any kind that was made into bytes before. */
  encoded(text: Uint8Array, at: number): number {
    this.bytes.set(text, at);
    return at + text.length;
  }

  /** The text that JavaScript gives a finite number, but for negative zero, which keeps its sign. */
  number(column: NumberColumn, index: number, at: number): number {
    const value = column[index];
    const slot = (value * 100) & (KNOWN_NUMBERS - 1);
    if (knownValues[slot] !== value) return this.newNumber(column, index, at, slot);
    this.view.setFloat64(at, knownWords[slot], true);
    return at + knownLengths[slot];
  }

  private newNumber(column: NumberColumn, index: number, at: number, slot: number): number {
    const end = this.digits(column, index, at);
    if (end - at > 8 || column[index] === 0) return end; // zero has two signs
    knownValues[slot] = column[index];
    for (let rest = end; rest < at + 8; rest++) this.bytes[rest] = 0; // lest what lies there makes it a NaN
    knownWords[slot] = this.view.getFloat64(at, true);
    knownLengths[slot] = end - at;
    return end;
  }

  private digits(column: NumberColumn, index: number, start: number): number {
    const value = column[index];
    const magnitude = value < 0 ? -value : value;
    const signEnd = value < 0 ? start + 1 : start;
    const scaled = Math.round(magnitude * EIGHT_DIGITS);
    if (magnitude >= SMALLEST_PLAIN && magnitude < MOST_WITH_DECIMALS && scaled / EIGHT_DIGITS === magnitude) {
      this.bytes[start] = MINUS;
      const whole = magnitude | 0;
      const end = this.whole(whole, signEnd);
      const decimals = (scaled - whole * EIGHT_DIGITS) | 0;
      return decimals === 0 ? end : this.decimals(decimals, end);
    }
    if (magnitude >= 1 && magnitude < MOST_WHOLE && magnitude === Math.floor(magnitude)) {
      this.bytes[start] = MINUS;
      const high = (magnitude / EIGHT_DIGITS) | 0;
      const low = (magnitude - high * EIGHT_DIGITS) | 0;
      return high === 0 ? this.whole(low, signEnd) : this.eightDigits(low, this.whole(high, signEnd));
    }
    const text = Object.is(value, -0) ? '-0' : String(value);
    return start + encoder.encodeInto(text, this.bytes.subarray(start)).written;
  }

  /** An integer below 100,000,000. */
  private whole(value: number, at: number): number {
    const { view } = this;
    const high = (value / FOUR_DIGITS) | 0;
    const low = value - high * FOUR_DIGITS;
    if (high === 0) {
      view.setUint32(at, LEADING[low], true);
      return at + LEADING_LENGTH[low];
    }
    view.setUint32(at, LEADING[high], true);
    const end = at + LEADING_LENGTH[high];
    view.setUint32(end, PADDED[low], true);
    return end + 4;
  }

  /** An integer below 100,000,000 with its leading zeros. */
  private eightDigits(value: number, at: number): number {
    const { view } = this;
    const high = (value / FOUR_DIGITS) | 0;
    view.setUint32(at, PADDED[high], true);
    view.setUint32(at + 4, PADDED[value - high * FOUR_DIGITS], true);
    return at + 8;
  }

  /** The point and up to eight digits after it, without zeros at the end. */
  private decimals(value: number, at: number): number {
    this.bytes[at] = POINT;
    const end = this.eightDigits(value, at + 1);
    const low = value % FOUR_DIGITS;
    return low === 0 ? end - 8 + DECIMALS_LENGTH[value / FOUR_DIGITS] : end - 4 + DECIMALS_LENGTH[low];
  }

  /** RFC 3339 with `Z`; milliseconds only where there are some. */
  time(openTime: Float64Array, index: number, at: number): number {
    const epochMs = openTime[index];
    const day = Math.floor(epochMs / DAY_MS);
    if (day !== this.day) {
      this.day = day;
      this.dayLabel = labelOf(new Date(day * DAY_MS).toISOString().slice(0, 11));
    }
    const { bytes, view } = this;
    const ms = (epochMs - day * DAY_MS) | 0;
    const seconds = (ms / 1_000) | 0;
    const minutes = (seconds / 60) | 0;
    const hours = (minutes / 60) | 0;
    let end = this.label(this.dayLabel, at);
    view.setUint16(end, TWO_DIGITS[hours], true);
    bytes[end + 2] = COLON;
    view.setUint16(end + 3, TWO_DIGITS[minutes - hours * 60], true);
    bytes[end + 5] = COLON;
    view.setUint16(end + 6, TWO_DIGITS[seconds - minutes * 60], true);
    end += 8;
    const fraction = ms - seconds * 1_000;
    if (fraction > 0) {
      bytes[end] = POINT;
      view.setUint32(end + 1, PADDED[fraction * 10], true); // the fourth digit is written over
      end += 4;
    }
    bytes[end] = LETTER_Z;
    return end + 1;
  }
}
