// The kernel in AssemblyScript: kernel.ts says what each function does, reference.ts does the same in TypeScript.
// scripts/build-kernel.ts makes block-wasm.ts of it.

// Bytes of the memory, see kernel.ts.
// @ts-ignore: decorator
@inline const SLOT: usize = 512;
// @ts-ignore: decorator
@inline const PACKED: usize = 2048;
// @ts-ignore: decorator
@inline const EXCEPTIONS: usize = 2576;
// @ts-ignore: decorator
@inline const BITMAP: usize = 3440;
// @ts-ignore: decorator
@inline const LENGTHS: usize = 3216;
// @ts-ignore: decorator
@inline const WIDE: usize = 4096;
// @ts-ignore: decorator
@inline const COLUMNS: usize = 5120;
// @ts-ignore: decorator
@inline const COLUMN: usize = 16384;

// @ts-ignore: decorator
@inline const BLOCK: i32 = 128;
// @ts-ignore: decorator
@inline const ROWS: i32 = 32;
// @ts-ignore: decorator
@inline const MOST_EXTRA_BITS: i32 = 24;

// @ts-ignore: decorator
@inline const ROUNDING: f64 = 6755399441055744.0;
// @ts-ignore: decorator
@inline const LARGEST_WHOLE: f64 = 1125899906842624.0;
// @ts-ignore: decorator
@inline const MOVE_LIMIT: f64 = 2097152.0;
// @ts-ignore: decorator
@inline const SHADOW_LIMIT: f64 = 268435456.0;

// @ts-ignore: decorator
@inline function maskOf(width: i32): i32 {
  return width == 32 ? -1 : (1 << width) - 1;
}

export function unpack(from: i32, size: i32, width: i32, slot: i32): void {
  const to = <usize>slot * SLOT;
  if (width == 0) memory.fill(to, 0, <usize>size << 2);
  else if (size == BLOCK) unpackLanes(<usize>from << 2, width, to);
  else unpackOneLane(<usize>from << 2, size, width, to);
}

function unpackLanes(from: usize, width: i32, slot: usize): void {
  const mask = i32x4.splat(maskOf(width));
  let to = slot;
  let bit = 0;
  for (let row = 0; row < ROWS; row++) {
    const at = from + (<usize>(bit >>> 5) << 4);
    const shift = bit & 31;
    const low = i32x4.shr_u(v128.load(at), shift);
    const high = i32x4.shl(i32x4.shl(v128.load(at, 16), 1), 31 - shift);
    v128.store(to, v128.and(v128.or(low, high), mask));
    to += 16;
    bit += width;
  }
}

function unpackOneLane(from: usize, size: i32, width: i32, slot: usize): void {
  const mask = maskOf(width);
  let bit = 0;
  for (let i = 0; i < size; i++) {
    const two = load<u64>(from + (<usize>(bit >>> 5) << 2));
    store<i32>(slot + (<usize>i << 2), <i32>(two >> (bit & 31)) & mask);
    bit += width;
  }
}

// @ts-ignore: decorator
@inline function placeBytes(size: i32, count: i32): i32 {
  return min(count, (size + 7) >>> 3);
}

/** Number `index` of those that are packed from a byte on. */
// @ts-ignore: decorator
@inline function packedBits(from: usize, index: i32, bits: i32, mask: i32): i32 {
  const bit = index * bits;
  return <i32>(load<u64>(from + <usize>(bit >> 3)) >> (bit & 7)) & mask;
}

export function addExceptions(from: i32, size: i32, count: i32, width: i32, extra: i32, slot: i32): i32 {
  return putExceptions(from, size, count, width, extra, <usize>slot * SLOT, false);
}

// @ts-ignore: decorator
@inline function putHigh(to: usize, place: i32, high: i32, width: i32, unit: f64, isWide: bool): void {
  if (isWide) {
    const value = to + (<usize>place << 3);
    store<f64>(value, load<f64>(value) + <f64>high * unit);
  } else {
    const value = to + (<usize>place << 2);
    store<i32>(value, load<i32>(value) | (high << width));
  }
}

// @ts-ignore: decorator
@inline
function putExceptions(from: i32, size: i32, count: i32, width: i32, extra: i32, to: usize, isWide: bool): i32 {
  const length = placeBytes(size, count);
  const highs = <usize>(from + length);
  const mask = (1 << extra) - 1;
  const unit = <f64>((<u64>1) << width);
  if (length == count) {
    for (let i = 0; i < count; i++) {
      const place = <i32>load<u8>(<usize>(from + i));
      if (place >= size) return 0;
      putHigh(to, place, packedBits(highs, i, extra, mask), width, unit, isWide);
    }
    return 1;
  }
  let found = 0;
  for (let first = 0; first < size; first += 32) {
    let bits = load<u32>(<usize>(from + (first >> 3)));
    // Of a short block, the bytes that follow are no places.
    const bytes = length - (first >> 3);
    if (bytes < 4) bits &= (1 << (bytes << 3)) - 1;
    for (; bits != 0; bits &= bits - 1) {
      const place = first + <i32>ctz(bits);
      if (place >= size || found == count) return 0;
      putHigh(to, place, packedBits(highs, found, extra, mask), width, unit, isWide);
      found++;
    }
  }
  return found == count ? 1 : 0;
}

export function unpackWide(from: i32, exceptions: i32, size: i32, width: i32, count: i32, extra: i32): i32 {
  unpack(from, size, width, PACKED / SLOT);
  let to = WIDE;
  const end = PACKED + (<usize>size << 2);
  for (let at = PACKED; at < end; at += 16) {
    const wholes = v128.load(at);
    v128.store(to, f64x2.convert_low_i32x4_u(wholes));
    v128.store(to, f64x2.convert_low_i32x4_u(v128.shuffle<i32>(wholes, wholes, 2, 3, 2, 3)), 16);
    to += 32;
  }
  return count == 0 ? 1 : putExceptions(exceptions, size, count, width, extra, WIDE, true);
}

export function pack(size: i32, slot: i32): i32 {
  const from = <usize>slot * SLOT;
  // Exceptions are looked for in rows of 32.
  if (size < BLOCK) memory.fill(from + (<usize>size << 2), 0, <usize>(BLOCK - size) << 2);
  memory.fill(LENGTHS, 0, 33 * 4);
  const end = from + (<usize>size << 2);
  let all = 0;
  for (let at = from; at < end; at += 4) {
    const value = load<i32>(at);
    all |= value;
    countLength(32 - <i32>clz(value));
  }
  const width = cheapestWidth(32 - <i32>clz(all), size);
  packLows(from, size, width);
  if (width == 32) return 32;
  // A bit for each value; those after the last one do not count.
  let highs = i32x4.splat(0);
  let count = 0;
  for (let first = 0; first < size; first += 32) {
    let bits: u32 = 0;
    for (let row = 0; row < 8; row++) {
      const high = i32x4.shr_u(v128.load(from + <usize>((first << 2) + (row << 4))), width);
      highs = v128.or(highs, high);
      bits |= (<u32>i32x4.bitmask(i32x4.ne(high, i32x4.splat(0)))) << (row << 2);
    }
    store<u32>(BITMAP + <usize>(first >> 3), bits);
    count += popcnt(bits);
  }
  const any = i32x4.extract_lane(highs, 0) | i32x4.extract_lane(highs, 1) | i32x4.extract_lane(highs, 2) | i32x4.extract_lane(highs, 3);
  return width | (writeExceptions(from, size, count, width, 32 - <i32>clz(any), false) << 8);
}

export function packWide(size: i32): i32 {
  let all: u64 = 0;
  for (let i = 0; i < size; i++) {
    const at = WIDE + (<usize>i << 3);
    const value = <u64>load<f64>(at);
    all |= value;
    store<u64>(at, value);
    store<u32>(<usize>i << 2, <u32>value);
  }
  const longest = 64 - <i32>clz(all);
  if (longest <= 32) return pack(size, 0);
  memory.fill(LENGTHS, 0, 54 * 4);
  for (let i = 0; i < size; i++) countLength(64 - <i32>clz(load<u64>(WIDE + (<usize>i << 3))));
  const width = cheapestWidth(longest, size);
  packLows(0, size, width);
  let count = 0;
  for (let first = 0; first < size; first += 32) {
    let bits: u32 = 0;
    for (let i = first; i < min(first + 32, size); i++)
      bits |= (<u32>(load<u64>(WIDE + (<usize>i << 3)) >> width != 0)) << (i - first);
    store<u32>(BITMAP + <usize>(first >> 3), bits);
    count += popcnt(bits);
  }
  return width | (writeExceptions(WIDE, size, count, width, longest - width, true) << 8);
}

// @ts-ignore: decorator
@inline function countLength(bits: i32): void {
  const length = LENGTHS + (<usize>bits << 2);
  store<i32>(length, load<i32>(length) + 1);
}

/** Of counted lengths, of which there are up to `longest`. */
function cheapestWidth(longest: i32, size: i32): i32 {
  let best = longest;
  let bestCost = longest > 32 ? i32.MAX_VALUE : size * longest;
  let exceptions = 0;
  for (let width = longest - 1; width >= max(0, longest - MOST_EXTRA_BITS); width--) {
    exceptions += load<i32>(LENGTHS + (<usize>(width + 1) << 2));
    if (width > 32) continue;
    const cost = size * width + 16 + 8 * placeBytes(size, exceptions) + exceptions * (longest - width);
    if (cost < bestCost) {
      best = width;
      bestCost = cost;
    }
  }
  return best;
}

function packLows(from: usize, size: i32, width: i32): void {
  if (width == 0) return;
  if (size == BLOCK) packLanes(from, width);
  else packOneLane(from, size, width);
}

function packLanes(slot: usize, width: i32): void {
  const mask = i32x4.splat(maskOf(width));
  let from = slot;
  let at = PACKED;
  let word = i32x4.splat(0);
  let bit = 0;
  for (let row = 0; row < ROWS; row++) {
    const value = v128.and(v128.load(from), mask);
    from += 16;
    word = v128.or(word, i32x4.shl(value, bit));
    bit += width;
    if (bit >= 32) {
      v128.store(at, word);
      at += 16;
      bit -= 32;
      word = bit == 0 ? i32x4.splat(0) : i32x4.shr_u(value, width - bit);
    }
  }
}

function packOneLane(slot: usize, size: i32, width: i32): void {
  const mask = <u64>(<u32>maskOf(width));
  const end = slot + (<usize>size << 2);
  let at = PACKED;
  let held: u64 = 0;
  let bit = 0;
  for (let from = slot; from < end; from += 4) {
    held |= (<u64>load<u32>(from) & mask) << bit;
    bit += width;
    if (bit >= 32) {
      store<u32>(at, <u32>held);
      at += 4;
      held >>= 32;
      bit -= 32;
    }
  }
  if (bit > 0) store<u32>(at, <u32>held);
}

/** Of those that have a bit. @returns how many bytes */
// @ts-ignore: decorator
@inline
function writeExceptions(from: usize, size: i32, count: i32, width: i32, extra: i32, isWide: bool): i32 {
  if (count == 0) return 0;
  const length = placeBytes(size, count);
  const places = EXCEPTIONS + 2;
  const highs = places + <usize>length;
  store<u8>(EXCEPTIONS, count);
  store<u8>(EXCEPTIONS, extra, 1);
  memory.fill(highs, 0, 396);
  let found = 0;
  for (let first = 0; first < size; first += 32) {
    for (let bits = load<u32>(BITMAP + <usize>(first >> 3)); bits != 0; bits &= bits - 1) {
      const place = first + <i32>ctz(bits);
      if (length == count) store<u8>(places + <usize>found, place);
      const high = isWide ? load<u64>(from + (<usize>place << 3)) >> width : <u64>(load<u32>(from + (<usize>place << 2)) >>> width);
      const bit = found * extra;
      const to = highs + <usize>(bit >> 3);
      store<u64>(to, load<u64>(to) | (high << (bit & 7)));
      found++;
    }
  }
  if (length != count) memory.copy(places, BITMAP, <usize>length);
  return 2 + length + ((count * extra + 7) >>> 3);
}

// @ts-ignore: decorator
@inline function signed(codes: v128): v128 {
  return v128.xor(i32x4.shr_u(codes, 1), i32x4.neg(v128.and(codes, i32x4.splat(1))));
}

/** Each lane with those before it. */
// @ts-ignore: decorator
@inline function sums(values: v128): v128 {
  const zero = i32x4.splat(0);
  const pairs = i32x4.add(values, v128.shuffle<i32>(values, zero, 4, 0, 1, 2));
  return i32x4.add(pairs, v128.shuffle<i32>(pairs, zero, 4, 4, 0, 1));
}

// @ts-ignore: decorator
@inline function storePrices(to: usize, wholes: v128, base: v128, power: v128): void {
  v128.store(to, f64x2.div(f64x2.add(base, f64x2.convert_low_i32x4_s(wholes)), power));
  const upper = v128.shuffle<i32>(wholes, wholes, 2, 3, 2, 3);
  v128.store(to, f64x2.div(f64x2.add(base, f64x2.convert_low_i32x4_s(upper)), power), 16);
}

export function joinPrices(size: i32, base: f64, power: f64, at: i32): void {
  const bases = f64x2.splat(base);
  const powers = f64x2.splat(power);
  let before = i32x4.splat(0);
  let from: usize = 0;
  let to = COLUMNS + (<usize>at << 3);
  for (let i = 0; i < size; i += 4) {
    const moves = signed(v128.load(from, SLOT));
    const steps = i32x4.add(signed(v128.load(from)), moves);
    const closed = i32x4.add(sums(steps), before);
    const opened = i32x4.sub(closed, moves);
    before = v128.shuffle<i32>(closed, closed, 3, 3, 3, 3);
    const highest = i32x4.add(i32x4.max_s(opened, closed), v128.load(from, 2 * SLOT));
    const lowest = i32x4.sub(i32x4.min_s(opened, closed), v128.load(from, 3 * SLOT));
    storePrices(to, opened, bases, powers);
    storePrices(to + COLUMN, highest, bases, powers);
    storePrices(to + 2 * COLUMN, lowest, bases, powers);
    storePrices(to + 3 * COLUMN, closed, bases, powers);
    from += 16;
    to += 32;
  }
}

// @ts-ignore: decorator
@inline function rounded(values: v128, powers: v128): v128 {
  const rounding = f64x2.splat(ROUNDING);
  return f64x2.sub(f64x2.add(f64x2.mul(values, powers), rounding), rounding);
}

// @ts-ignore: decorator
@inline function codesOf(values: v128): v128 {
  const wholes = i32x4.trunc_sat_f64x2_s_zero(values);
  return v128.xor(i32x4.shl(wholes, 1), i32x4.shr_s(wholes, 31));
}

// @ts-ignore: decorator
@inline function within(values: v128, least: f64, limit: f64): v128 {
  return v128.and(f64x2.ge(values, f64x2.splat(least)), f64x2.lt(values, f64x2.splat(limit)));
}

export function splitPrices(size: i32, base: f64, power: f64, at: i32): i32 {
  const powers = f64x2.splat(power);
  let before = f64x2.splat(base);
  let from = COLUMNS + (<usize>at << 3);
  let to: usize = 0;
  let fits = i32x4.splat(-1);
  if ((size & 1) == 1) repeatLast(from + (<usize>size << 3));
  for (let i = 0; i < size; i += 2) {
    const open = v128.load(from);
    const high = v128.load(from, COLUMN);
    const low = v128.load(from, 2 * COLUMN);
    const close = v128.load(from, 3 * COLUMN);
    const opened = rounded(open, powers);
    const highest = rounded(high, powers);
    const lowest = rounded(low, powers);
    const closed = rounded(close, powers);
    const jump = f64x2.sub(opened, v128.shuffle<i64>(before, closed, 1, 2));
    const move = f64x2.sub(closed, opened);
    const above = f64x2.sub(highest, f64x2.max(opened, closed));
    const below = f64x2.sub(f64x2.min(opened, closed), lowest);
    before = closed;
    const exact = v128.and(
      v128.and(f64x2.eq(f64x2.div(opened, powers), open), f64x2.eq(f64x2.div(highest, powers), high)),
      v128.and(f64x2.eq(f64x2.div(lowest, powers), low), f64x2.eq(f64x2.div(closed, powers), close)),
    );
    const narrow = v128.and(
      v128.and(within(above, 0, SHADOW_LIMIT), within(below, 0, SHADOW_LIMIT)),
      v128.and(within(move, -MOVE_LIMIT, MOVE_LIMIT), within(jump, -MOVE_LIMIT, MOVE_LIMIT)),
    );
    const sized = v128.and(
      f64x2.le(highest, f64x2.splat(LARGEST_WHOLE)),
      f64x2.ge(lowest, f64x2.splat(-LARGEST_WHOLE)),
    );
    // Whole numbers have no negative zero.
    const apart = v128.or(f64x2.gt(lowest, f64x2.splat(0)), f64x2.lt(highest, f64x2.splat(0)));
    fits = v128.and(fits, v128.and(v128.and(exact, narrow), v128.and(sized, apart)));
    v128.store64_lane(to, codesOf(jump), 0);
    v128.store64_lane(to, codesOf(move), 0, SLOT);
    v128.store64_lane(to, i32x4.trunc_sat_f64x2_s_zero(above), 0, 2 * SLOT);
    v128.store64_lane(to, i32x4.trunc_sat_f64x2_s_zero(below), 0, 3 * SLOT);
    from += 16;
    to += 8;
  }
  return i64x2.all_true(fits) ? 1 : 0;
}

/** Bars are taken by two: the one after an odd last one opens, trades and closes where that closed. */
function repeatLast(end: usize): void {
  const close = load<f64>(end + 3 * COLUMN - 8);
  store<f64>(end, close);
  store<f64>(end + COLUMN, close);
  store<f64>(end + 2 * COLUMN, close);
  store<f64>(end + 3 * COLUMN, close);
}

export function joinAmounts(size: i32, power: f64, at: i32): void {
  const powers = f64x2.splat(power);
  let to = COLUMNS + (<usize>at << 3);
  const end = WIDE + (<usize>size << 3);
  for (let from = WIDE; from < end; from += 16) {
    v128.store(to, f64x2.div(v128.load(from), powers));
    to += 16;
  }
}

export function joinTwoScales(size: i32, power: f64, smaller: f64, at: i32): void {
  const powers = f64x2.splat(power);
  const smallers = f64x2.splat(smaller);
  let to = COLUMNS + (<usize>at << 3);
  const end = WIDE + (<usize>size << 3);
  for (let from = WIDE; from < end; from += 16) {
    const codes = v128.load(from);
    const wholes = f64x2.floor(f64x2.mul(codes, f64x2.splat(0.5)));
    const isSmaller = f64x2.eq(f64x2.add(wholes, wholes), codes);
    v128.store(to, f64x2.div(wholes, v128.bitselect(smallers, powers, isSmaller)));
    to += 16;
  }
}

export function splitAmounts(size: i32, power: f64, at: i32): i32 {
  const powers = f64x2.splat(power);
  let from = COLUMNS + (<usize>at << 3);
  let fits = i32x4.splat(-1);
  if ((size & 1) == 1) store<f64>(from + (<usize>size << 3), 0);
  const end = WIDE + (<usize>size << 3);
  for (let to = WIDE; to < end; to += 16) {
    const amounts = v128.load(from);
    const wholes = rounded(amounts, powers);
    fits = v128.and(fits, v128.and(isOf(wholes, powers, amounts), isAmount(amounts, wholes)));
    v128.store(to, wholes);
    from += 16;
  }
  return i64x2.all_true(fits) ? 1 : 0;
}

export function splitTwoScales(size: i32, power: f64, smaller: f64, at: i32): i32 {
  const powers = f64x2.splat(power);
  const smallers = f64x2.splat(smaller);
  let from = COLUMNS + (<usize>at << 3);
  let fits = i32x4.splat(-1);
  if ((size & 1) == 1) store<f64>(from + (<usize>size << 3), 0);
  const end = WIDE + (<usize>size << 3);
  for (let to = WIDE; to < end; to += 16) {
    const amounts = v128.load(from);
    const wholes = rounded(amounts, powers);
    const smallerWholes = rounded(amounts, smallers);
    const isSmaller = isOf(smallerWholes, smallers, amounts);
    const isEither = v128.or(isSmaller, isOf(wholes, powers, amounts));
    fits = v128.and(fits, v128.and(isEither, isAmount(amounts, wholes)));
    const codes = f64x2.add(f64x2.add(wholes, wholes), f64x2.splat(1));
    v128.store(to, v128.bitselect(f64x2.add(smallerWholes, smallerWholes), codes, isSmaller));
    from += 16;
  }
  return i64x2.all_true(fits) ? 1 : 0;
}

// @ts-ignore: decorator
@inline function isOf(wholes: v128, powers: v128, amounts: v128): v128 {
  return f64x2.eq(f64x2.div(wholes, powers), amounts);
}

/** Whole numbers have no negative zero. */
// @ts-ignore: decorator
@inline function isAmount(amounts: v128, wholes: v128): v128 {
  return v128.and(f64x2.le(wholes, f64x2.splat(LARGEST_WHOLE)), i64x2.ge_s(amounts, i64x2.splat(0)));
}
