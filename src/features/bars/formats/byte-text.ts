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

const encoder = new TextEncoder();

/** ASCII text of numbers and times, written straight into bytes: what makes answers quick. */
export class ByteText {
  private bytes: Uint8Array;
  private length = 0;
  /** The decimals that the last price and the last volume needed: the next ones mostly need as many. */
  private readonly scales = { price: 0, volume: 0 };
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
    this.bytes.set(value, this.length);
    this.length += value.length;
  }

  /** The text that JavaScript gives a finite number, but for negative zero, which keeps its sign. */
  number(value: number, kind: 'price' | 'volume'): void {
    if (value === 0) return this.text(Object.is(value, -0) ? '-0' : '0');
    const magnitude = value < 0 ? -value : value;
    for (
      let tried = 0, scale = this.scales[kind];
      tried <= MAX_SCALE;
      tried++, scale = scale === MAX_SCALE ? 0 : scale + 1
    ) {
      const whole = Math.round(magnitude * POWERS[scale]);
      if (whole / POWERS[scale] !== magnitude || whole >= LARGEST_WHOLE || magnitude < 1e-6) continue;
      this.scales[kind] = scale;
      return this.decimal(value < 0, whole, scale);
    }
    this.text(String(value));
  }

  private decimal(isNegative: boolean, whole: number, scale: number): void {
    this.reserve(LONGEST_ITEM);
    if (isNegative) this.bytes[this.length++] = MINUS;
    let digits = whole;
    let decimals = scale;
    while (decimals > 0 && digits % 10 === 0) {
      digits /= 10;
      decimals--;
    }
    let count = 1;
    for (let limit = 10; digits >= limit; limit *= 10) count++;
    const written = Math.max(count, decimals + 1) + (decimals > 0 ? 1 : 0);
    for (let at = this.length + written - 1, place = 0; at >= this.length; at--, place++) {
      if (decimals > 0 && place === decimals) this.bytes[at--] = POINT;
      const rest = digits < 2 ** 31 ? ((digits | 0) / 10) | 0 : Math.floor(digits / 10);
      this.bytes[at] = ZERO + (digits - rest * 10);
      digits = rest;
    }
    this.length += written;
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
