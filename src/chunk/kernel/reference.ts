import {
  BLOCK,
  COLUMN_ROWS,
  COLUMNS,
  EXCEPTIONS,
  LANES,
  LENGTHS,
  MEMORY_BYTES,
  MOST_BITS,
  MOST_EXTRA_BITS,
  MOST_MOVE_BITS,
  MOST_SHADOW_BITS,
  PACKED,
  placeBytes,
  WIDE,
  type Kernel,
} from './kernel.ts';

const [OPEN, HIGH, LOW, CLOSE] = [0, 1, 2, 3].map((column) => COLUMNS + column * COLUMN_ROWS);
const [JUMPS, MOVES, ABOVE, BELOW] = [0, 1, 2, 3].map((slot) => slot * BLOCK);

/** Added and taken away again, it rounds what is below 2^51 to the nearest whole number. */
const ROUNDING = 1.5 * 2 ** 52;
const LARGEST_WHOLE = 2 ** 50;
const MOVE_LIMIT = 2 ** (MOST_MOVE_BITS - 1);
const SHADOW_LIMIT = 2 ** MOST_SHADOW_BITS;
const TWO_32 = 2 ** 32;

/** The kernel in TypeScript: what the other is compared with, and what runs where there is no WebAssembly. */
export function referenceKernel(): Kernel {
  const memory = new ArrayBuffer(MEMORY_BYTES);
  const bytes = new Uint8Array(memory);
  const words = new Uint32Array(memory);
  const doubles = new Float64Array(memory);
  return {
    bytes,
    words,
    doubles,
    unpack: (from, size, width, slot) => unpack(words, from, size, width, slot * BLOCK),
    addExceptions: (from, size, count, width, extra, slot) => {
      if (!readPlaces(bytes, from, size, count)) return 0;
      readHighs(bytes, from + placeBytes(size, count), count, extra);
      for (let i = 0; i < count; i++) words[slot * BLOCK + places[i]] |= highs[i] << width;
      return 1;
    },
    pack: (size, slot) => packNarrow(bytes, words, size, slot * BLOCK),
    unpackWide: (from, exceptions, size, width, count, extra) => {
      unpack(words, from, size, width, PACKED);
      for (let i = 0; i < size; i++) doubles[WIDE + i] = words[PACKED + i];
      if (count === 0) return 1;
      if (!readPlaces(bytes, exceptions, size, count)) return 0;
      readHighs(bytes, exceptions + placeBytes(size, count), count, extra);
      for (let i = 0; i < count; i++) doubles[WIDE + places[i]] += highs[i] * 2 ** width;
      return 1;
    },
    packWide: (size) => packWide(bytes, words, doubles, size),
    joinPrices: (size, base, power, at) => joinPrices(words, doubles, size, base, power, at),
    splitPrices: (size, base, power, at) => splitPrices(words, doubles, size, base, power, at),
    joinAmounts: (size, power, at) => {
      for (let i = 0; i < size; i++) doubles[COLUMNS + at + i] = doubles[WIDE + i] / power;
    },
    joinTwoScales: (size, power, smaller, at) => {
      for (let i = 0; i < size; i++) {
        const whole = Math.floor(doubles[WIDE + i] / 2);
        doubles[COLUMNS + at + i] = whole / (whole * 2 === doubles[WIDE + i] ? smaller : power);
      }
    },
    splitAmounts: (size, power, at) => splitAmounts(doubles, size, power, undefined, at),
    splitTwoScales: (size, power, smaller, at) => splitAmounts(doubles, size, power, smaller, at),
  };
}

/** Exceptions of a block: their places, and their bits above its width. */
const places = new Uint8Array(BLOCK);
const highs = new Uint32Array(BLOCK);

/** Fills {@link places}. @returns whether they are in the block, and as many as they should be */
function readPlaces(bytes: Uint8Array, from: number, size: number, count: number): boolean {
  if (placeBytes(size, count) === count) {
    for (let i = 0; i < count; i++) {
      const place = bytes[from + i];
      if (place >= size) return false;
      places[i] = place;
    }
    return true;
  }
  let found = 0;
  for (let first = 0; first < size; first += 8)
    for (let bits = bytes[from + (first >>> 3)]; bits !== 0; bits &= bits - 1) {
      const place = first + 31 - Math.clz32(bits & -bits);
      if (place >= size || found === count) return false;
      places[found++] = place;
    }
  return found === count;
}

/** Fills {@link highs} with numbers of `extra` bits (at most 24) each, from the lowest bit of the first byte on. */
function readHighs(bytes: Uint8Array, from: number, count: number, extra: number): void {
  const mask = (1 << extra) - 1;
  let at = from;
  let held = 0;
  let heldBits = 0;
  for (let i = 0; i < count; i++) {
    for (; heldBits < extra; heldBits += 8) held |= bytes[at++] << heldBits;
    highs[i] = held & mask;
    held >>>= extra;
    heldBits -= extra;
  }
}

/** Writes {@link places} and {@link highs}, after how many there are and how many bits. @returns how many bytes */
function writeExceptions(bytes: Uint8Array, size: number, count: number): number {
  if (count === 0) return 0;
  let all = 0;
  for (let i = 0; i < count; i++) all |= highs[i];
  const extra = 32 - Math.clz32(all);
  bytes[EXCEPTIONS] = count;
  bytes[EXCEPTIONS + 1] = extra;
  let at = writePlaces(bytes, EXCEPTIONS + 2, size, count);
  let held = 0;
  let heldBits = 0;
  for (let i = 0; i < count; i++) {
    held |= highs[i] << heldBits;
    for (heldBits += extra; heldBits >= 8; heldBits -= 8) {
      bytes[at++] = held;
      held >>>= 8;
    }
  }
  if (heldBits > 0) bytes[at++] = held;
  return at - EXCEPTIONS;
}

/** @returns where it ends */
function writePlaces(bytes: Uint8Array, from: number, size: number, count: number): number {
  const length = placeBytes(size, count);
  if (length === count) for (let i = 0; i < count; i++) bytes[from + i] = places[i];
  else {
    bytes.fill(0, from, from + length);
    for (let i = 0; i < count; i++) bytes[from + (places[i] >>> 3)] |= 1 << (places[i] & 7);
  }
  return from + length;
}

function packNarrow(bytes: Uint8Array, words: Uint32Array, size: number, from: number): number {
  words.fill(0, LENGTHS, LENGTHS + MOST_BITS + 1);
  for (let i = from; i < from + size; i++) words[LENGTHS + 32 - Math.clz32(words[i])]++;
  const width = cheapestWidth(words, size);
  let count = 0;
  for (let i = 0; width < 32 && i < size; i++) {
    const high = words[from + i] >>> width;
    if (high === 0) continue;
    places[count] = i;
    highs[count++] = high;
  }
  packLows(words, size, width, from);
  return width | (writeExceptions(bytes, size, count) << 8);
}

function packWide(bytes: Uint8Array, words: Uint32Array, doubles: Float64Array, size: number): number {
  let largest = 0;
  for (let i = 0; i < size; i++) {
    words[i] = doubles[WIDE + i];
    largest = Math.max(largest, doubles[WIDE + i]);
  }
  if (largest < TWO_32) return packNarrow(bytes, words, size, 0);
  words.fill(0, LENGTHS, LENGTHS + MOST_BITS + 1);
  for (let i = 0; i < size; i++) words[LENGTHS + bitsOf(doubles[WIDE + i])]++;
  const width = cheapestWidth(words, size);
  let count = 0;
  for (let i = 0; i < size; i++) {
    const high = Math.floor(doubles[WIDE + i] / 2 ** width);
    if (high === 0) continue;
    places[count] = i;
    highs[count++] = high;
  }
  packLows(words, size, width, 0);
  return width | (writeExceptions(bytes, size, count) << 8);
}

function bitsOf(value: number): number {
  return value < TWO_32 ? 32 - Math.clz32(value) : 64 - Math.clz32(value / TWO_32);
}

/** The width that needs the fewest bits in all, where it is counted how many values have how many bits. */
function cheapestWidth(words: Uint32Array, size: number): number {
  let longest = MOST_BITS;
  while (longest > 0 && words[LENGTHS + longest] === 0) longest--;
  let best = longest;
  let bestCost = longest > 32 ? Infinity : size * longest;
  let exceptions = 0;
  for (let width = longest - 1; width >= Math.max(0, longest - MOST_EXTRA_BITS); width--) {
    exceptions += words[LENGTHS + width + 1];
    if (width > 32) continue;
    // Two bytes say how many there are and how many bits.
    const cost = size * width + 16 + 8 * placeBytes(size, exceptions) + exceptions * (longest - width);
    if (cost < bestCost) {
      best = width;
      bestCost = cost;
    }
  }
  return best;
}

function maskOf(width: number): number {
  return width === 32 ? -1 : (1 << width) - 1;
}

function unpack(words: Uint32Array, from: number, size: number, width: number, to: number): void {
  if (width === 0) words.fill(0, to, to + size);
  else if (size === BLOCK) unpackLanes(words, from, width, to);
  else unpackOneLane(words, from, size, width, to);
}

function unpackLanes(words: Uint32Array, from: number, width: number, to: number): void {
  const mask = maskOf(width);
  let bit = 0;
  for (let i = to; i < to + BLOCK; i += LANES) {
    const word = from + (bit >>> 5) * LANES;
    // (x << 1) << (31 - shift) is x << (32 - shift), and 0 where shift is 0.
    const shift = bit & 31;
    const rest = 31 - shift;
    words[i] = ((words[word] >>> shift) | ((words[word + 4] << 1) << rest)) & mask;
    words[i + 1] = ((words[word + 1] >>> shift) | ((words[word + 5] << 1) << rest)) & mask;
    words[i + 2] = ((words[word + 2] >>> shift) | ((words[word + 6] << 1) << rest)) & mask;
    words[i + 3] = ((words[word + 3] >>> shift) | ((words[word + 7] << 1) << rest)) & mask;
    bit += width;
  }
}

function unpackOneLane(words: Uint32Array, from: number, size: number, width: number, to: number): void {
  const mask = maskOf(width);
  let bit = 0;
  for (let i = to; i < to + size; i++) {
    const word = from + (bit >>> 5);
    words[i] = ((words[word] >>> (bit & 31)) | ((words[word + 1] << 1) << (31 - (bit & 31)))) & mask;
    bit += width;
  }
}

function packLows(words: Uint32Array, size: number, width: number, from: number): void {
  if (width === 0) return;
  const lanes = size === BLOCK ? LANES : 1;
  const mask = maskOf(width);
  for (let lane = 0; lane < lanes; lane++) {
    let at = PACKED + lane;
    let bit = 0;
    let word = 0;
    for (let i = from + lane; i < from + size; i += lanes) {
      const value = words[i] & mask;
      word |= value << bit;
      bit += width;
      if (bit < 32) continue;
      words[at] = word;
      at += lanes;
      bit -= 32;
      word = bit === 0 ? 0 : value >>> (width - bit);
    }
    if (bit > 0) words[at] = word;
  }
}

function joinPrices(
  words: Uint32Array,
  doubles: Float64Array,
  size: number,
  base: number,
  power: number,
  at: number,
): void {
  let closed = 0;
  for (let i = 0; i < size; i++) {
    const jump = words[JUMPS + i];
    const move = words[MOVES + i];
    const opened = (closed + ((jump >>> 1) ^ -(jump & 1))) | 0;
    closed = (opened + ((move >>> 1) ^ -(move & 1))) | 0;
    doubles[OPEN + at + i] = (base + opened) / power;
    doubles[HIGH + at + i] = (base + (((opened > closed ? opened : closed) + words[ABOVE + i]) | 0)) / power;
    doubles[LOW + at + i] = (base + (((opened < closed ? opened : closed) - words[BELOW + i]) | 0)) / power;
    doubles[CLOSE + at + i] = (base + closed) / power;
  }
}

function splitPrices(
  words: Uint32Array,
  doubles: Float64Array,
  size: number,
  base: number,
  power: number,
  at: number,
): number {
  let previous = base;
  for (let i = 0; i < size; i++) {
    const open = doubles[OPEN + at + i];
    const high = doubles[HIGH + at + i];
    const low = doubles[LOW + at + i];
    const close = doubles[CLOSE + at + i];
    const opened = open * power + ROUNDING - ROUNDING;
    const highest = high * power + ROUNDING - ROUNDING;
    const lowest = low * power + ROUNDING - ROUNDING;
    const closed = close * power + ROUNDING - ROUNDING;
    const above = highest - (opened > closed ? opened : closed);
    const below = (opened < closed ? opened : closed) - lowest;
    const jump = opened - previous;
    const move = closed - opened;
    if (
      opened / power !== open ||
      highest / power !== high ||
      lowest / power !== low ||
      closed / power !== close ||
      !(above >= 0 && above < SHADOW_LIMIT && below >= 0 && below < SHADOW_LIMIT) ||
      !(jump >= -MOVE_LIMIT && jump < MOVE_LIMIT && move >= -MOVE_LIMIT && move < MOVE_LIMIT) ||
      highest > LARGEST_WHOLE ||
      lowest < -LARGEST_WHOLE ||
      // Whole numbers have no negative zero.
      (lowest <= 0 && highest >= 0)
    )
      return 0;
    words[JUMPS + i] = (jump << 1) ^ (jump >> 31);
    words[MOVES + i] = (move << 1) ^ (move >> 31);
    words[ABOVE + i] = above;
    words[BELOW + i] = below;
    previous = closed;
  }
  return 1;
}

function splitAmounts(
  doubles: Float64Array,
  size: number,
  power: number,
  smaller: number | undefined,
  at: number,
): number {
  for (let i = 0; i < size; i++) {
    const amount = doubles[COLUMNS + at + i];
    const whole = amount * power + ROUNDING - ROUNDING;
    const smallerWhole = smaller === undefined ? NaN : amount * smaller + ROUNDING - ROUNDING;
    const isSmaller = smaller !== undefined && smallerWhole / smaller === amount;
    if (!(isSmaller || whole / power === amount)) return 0;
    if (!(amount >= 0 && whole <= LARGEST_WHOLE) || Object.is(amount, -0)) return 0;
    doubles[WIDE + i] = smaller === undefined ? whole : isSmaller ? 2 * smallerWhole : 2 * whole + 1;
  }
  return 1;
}
