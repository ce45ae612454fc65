const MINUS = 45;
const POINT = 46;
const ZERO = 48;
const DAY_MS = 86_400_000;
/** Longest number and longest time, with room to spare. */
const LONGEST_ITEM = 40;
const MAX_SCALE = 9;
const POWERS = Float64Array.from({ length: MAX_SCALE + 1 }, (_, scale) => 10 ** scale);
/** Numbers of up to 15 digits are the shortest text of their double. */
const LARGEST_WHOLE = 1e15;

/** Smaller ones are written with an exponent. */
const SMALLEST_PLAIN = 1e-6;
const NINE_DIGITS = 1e9;

/** Prices and volumes mostly need different numbers of decimals. */
export const PRICE = 0;
export const VOLUME = 1;
type NumberKind = typeof PRICE | typeof VOLUME;

const encoder = new TextEncoder();

/** ASCII text of numbers and times, written straight into bytes: what makes answers quick. */
export class ByteText {
  private bytes: Uint8Array;
  private length = 0;
  /** The decimals that the last price and the last volume needed: the next ones mostly need as many. */
  private priceScale = 0;
  private volumeScale = 0;
  /** Digits of the number being written, last first. */
  private readonly digits = new Uint8Array(32);
  private day = NaN;
  private readonly dayText = new Uint8Array(11);

  constructor(capacity: number) {
    this.bytes = new Uint8Array(capacity);
  }

  /** What was written since the last time, as memory of its own. */
  take(): Uint8Array {
    const taken = this.bytes.slice(0, this.length);
    this.length = 0;
    return taken;
  }

  text(value: string): void {
    this.reserve(value.length * 3);
    this.length += encoder.encodeInto(value, this.bytes.subarray(this.length)).written;
  }

  /** Bytes that were made before. */
  raw(value: Uint8Array): void {
    this.reserve(value.length);
    const { bytes, length } = this;
    for (let i = 0; i < value.length; i++) bytes[length + i] = value[i]; // quicker than `set` for a few bytes
    this.length += value.length;
  }

  /** The text that JavaScript gives a finite number, but for negative zero, which keeps its sign. */
  number(value: number, kind: NumberKind): void {
    if (value === 0) return this.text(Object.is(value, -0) ? '-0' : '0');
    const magnitude = value < 0 ? -value : value;
    const first = kind === PRICE ? this.priceScale : this.volumeScale;
    for (let tried = 0, scale = first; tried <= MAX_SCALE; tried++, scale = scale === MAX_SCALE ? 0 : scale + 1) {
      const whole = Math.round(magnitude * POWERS[scale]);
      if (whole / POWERS[scale] !== magnitude || whole >= LARGEST_WHOLE || magnitude < SMALLEST_PLAIN) continue;
      if (kind === PRICE) this.priceScale = scale;
      else this.volumeScale = scale;
      this.reserve(LONGEST_ITEM);
      if (value < 0) this.bytes[this.length++] = MINUS;
      return this.decimal(whole, scale);
    }
    this.text(String(value));
  }

  /** Digits from the last to the first; those after the point lose their trailing zeros. */
  private decimal(whole: number, scale: number): void {
    let high = 0;
    let low = whole;
    if (whole >= NINE_DIGITS) {
      high = Math.floor(whole / NINE_DIGITS);
      low = whole - high * NINE_DIGITS;
    }
    const { digits } = this;
    let count = 0;
    for (let rest = low | 0; rest > 0 || (high > 0 && count < 9); count++) {
      const tenth = (rest / 10) | 0;
      digits[count] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    for (let rest = high | 0; rest > 0; count++) {
      const tenth = (rest / 10) | 0;
      digits[count] = ZERO + rest - tenth * 10;
      rest = tenth;
    }
    while (count <= scale) digits[count++] = ZERO;
    let end = 0;
    while (end < scale && digits[end] === ZERO) end++;
    const { bytes } = this;
    for (let place = count - 1; place >= end; place--) {
      bytes[this.length++] = digits[place];
      if (place === scale && end < scale) bytes[this.length++] = POINT;
    }
  }

  /** RFC 3339 with `Z`; milliseconds only where there are some. */
  time(epochMs: number): void {
    const day = Math.floor(epochMs / DAY_MS);
    if (day !== this.day) {
      this.day = day;
      encoder.encodeInto(new Date(day * DAY_MS).toISOString().slice(0, 11), this.dayText);
    }
    this.reserve(LONGEST_ITEM);
    this.bytes.set(this.dayText, this.length);
    this.length += 11;
    const ms = epochMs - day * DAY_MS;
    const seconds = Math.floor(ms / 1_000);
    this.twoDigits(Math.floor(seconds / 3_600));
    this.bytes[this.length++] = 58;
    this.twoDigits(Math.floor(seconds / 60) % 60);
    this.bytes[this.length++] = 58;
    this.twoDigits(seconds % 60);
    const fraction = ms - seconds * 1_000;
    if (fraction > 0) {
      this.bytes[this.length++] = POINT;
      this.bytes[this.length++] = ZERO + Math.floor(fraction / 100);
      this.twoDigits(fraction % 100);
    }
    this.bytes[this.length++] = 90;
  }

  private twoDigits(value: number): void {
    this.bytes[this.length++] = ZERO + ((value / 10) | 0);
    this.bytes[this.length++] = ZERO + (value % 10);
  }

  private reserve(count: number): void {
    if (this.length + count <= this.bytes.length) return;
    const larger = new Uint8Array(Math.max(this.bytes.length * 2, this.length + count));
    larger.set(this.bytes);
    this.bytes = larger;
  }
}
