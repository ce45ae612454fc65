/** Bytes that are no chunk of a version this code knows. */
export class ChunkFormatError extends RangeError {}

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** Grows as it is written; kept and reused between chunks, so that encoding allocates only its result. */
export class ByteWriter {
  private bytes = new Uint8Array(4_096);
  length = 0;

  clear(): void {
    this.length = 0;
  }

  written(): Uint8Array {
    return this.bytes.subarray(0, this.length);
  }

  byte(value: number): void {
    if (this.length === this.bytes.length) this.grow();
    this.bytes[this.length++] = value;
  }

  /** `count` of some bytes, from place `from` on. */
  copy(bytes: Uint8Array, from: number, count: number): void {
    while (this.length + count > this.bytes.length) this.grow();
    for (let i = 0; i < count; i++) this.bytes[this.length + i] = bytes[from + i];
    this.length += count;
  }

  /** A whole number from 0 to 2^53 - 1, seven bits a byte, low ones first. */
  varint(value: number): void {
    let rest = value;
    while (rest >= 0x80) {
      this.byte((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    this.byte(rest);
  }

  /** A whole number of either sign: small magnitudes take few bytes. */
  signedVarint(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** Text in UTF-8 after its length in bytes. */
  text(value: string): void {
    const encoded = encoder.encode(value);
    this.varint(encoded.length);
    for (const byte of encoded) this.byte(byte);
  }

  /** Forgets what was written after `length` bytes. */
  rewind(length: number): void {
    this.length = length;
  }

  private grow(): void {
    const larger = new Uint8Array(this.bytes.length * 2);
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/** Reads what {@link ByteWriter} wrote, within `[position, end)`. @throws ChunkFormatError past the end */
export class ByteReader {
  readonly bytes: Uint8Array;
  private readonly end: number;
  position: number;

  constructor(bytes: Uint8Array, position: number, end: number) {
    this.bytes = bytes;
    this.position = position;
    this.end = end;
  }

  byte(): number {
    if (this.position >= this.end) throw new ChunkFormatError('The chunk ends too early');
    return this.bytes[this.position++];
  }

  /** Goes past `count` bytes. @returns where they are */
  skip(count: number): number {
    const from = this.position;
    if (count > this.end - from) throw new ChunkFormatError('The chunk ends too early');
    this.position += count;
    return from;
  }

  /** All bytes from here on. */
  rest(): Uint8Array {
    return this.bytes.subarray(this.position, this.end);
  }

  varint(): number {
    const first = this.byte();
    if (first < 0x80) return first;
    let value = first & 0x7f;
    let unit = 0x80;
    for (;;) {
      const byte = this.byte();
      value += (byte & 0x7f) * unit;
      if (byte < 0x80) break;
      unit *= 0x80;
      if (unit > 2 ** 49) throw new ChunkFormatError('A number in the chunk is too long');
    }
    if (value > Number.MAX_SAFE_INTEGER) throw new ChunkFormatError('A number in the chunk is too large');
    return value;
  }

  /** A varint that must not exceed `maximum`, as it says how much there is of something. */
  count(maximum: number): number {
    const value = this.varint();
    if (value > maximum) throw new ChunkFormatError(`The chunk claims ${value} where at most ${maximum} can be`);
    return value;
  }

  signedVarint(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  text(): string {
    const length = this.count(this.end - this.position);
    const text = decoder.decode(this.bytes.subarray(this.position, this.position + length));
    this.position += length;
    return text;
  }

  get isAtEnd(): boolean {
    return this.position === this.end;
  }
}
