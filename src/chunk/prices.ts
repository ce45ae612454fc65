import { PRICE_COLUMNS, type BarColumns } from '../market/index.ts';
import type { BlockSink } from './block-sink.ts';
import { inTurns, putColumn, takeColumn, valuesIn, type BlockSource } from './block-source.ts';
import { ChunkFormatError } from './bytes.ts';
import { commonScale, fitsScale, MAX_SCALE, powerOfTen, wholeOf } from './decimals.ts';
import { BLOCK, COLUMN_ROWS, COLUMNS, kernel, MOST_MOVE_BITS, MOST_SHADOW_BITS } from './kernel/index.ts';
import { scratchColumn } from './scratch-columns.ts';
import { codeOf, signedOf, type Rows } from './source.ts';

type PriceColumns = Pick<BarColumns, (typeof PRICE_COLUMNS)[number]>;

/** All columns are whole numbers at one decimal scale, coded against each other; the scale follows. */
const TOGETHER = 1;
/** Each column is coded alone, after its own scale, or {@link NO_SCALE} and raw doubles. */
const APART = 0;
const NO_SCALE = 0xff;

/** Values whose scale is tried first. */
const SAMPLE = 16;

const { doubles } = kernel;
const [OPEN, HIGH, LOW, CLOSE] = [0, 1, 2, 3].map((column) => COLUMNS + column * COLUMN_ROWS);

/** Writes open, high, low and close. */
export function writePrices(prices: PriceColumns, sink: BlockSink): void {
  const count = prices.open.length;
  const guessed = scaleOfAll(prices, Math.min(count, SAMPLE));
  if (guessed !== undefined && writeTogether(prices, guessed, sink)) return;
  const scale = guessed === undefined ? undefined : scaleOfAll(prices, count);
  if (scale !== undefined && scale !== guessed && writeTogether(prices, scale, sink)) return;
  sink.head.byte(APART);
  for (const name of PRICE_COLUMNS) writeLevels(prices[name], sink);
}

/** Undoes {@link writePrices}: into `bars` from place `at` on. */
export function readPrices(bars: PriceColumns, at: number, rows: Rows, source: BlockSource): void {
  const kind = source.head.byte();
  if (kind === TOGETHER) return readTogether(bars, at, rows, source);
  if (kind !== APART) throw new ChunkFormatError(`Unknown kind of prices ${kind}`);
  for (const name of PRICE_COLUMNS) readLevels(bars[name], at, rows, source);
}

/** Of the first `count` values. */
function scaleOfAll({ open, high, low, close }: PriceColumns, count: number): number | undefined {
  let scale: number | undefined = 0;
  for (const column of [close, open, high, low]) {
    scale = commonScale(column, count, scale);
    if (scale === undefined) return undefined;
  }
  // At the scale of later columns, numbers of earlier ones may be too large.
  const found = scale;
  return [open, high, low, close].every((column) => fitsScale(column, count, found)) ? found : undefined;
}

/** @returns whether the scale fits and high and low are outside of open and close; if not, nothing is written */
function writeTogether(prices: PriceColumns, scale: number, sink: BlockSink): boolean {
  const { head } = sink;
  const count = prices.open.length;
  const power = powerOfTen(scale);
  const mark = sink.mark();
  head.byte(TOGETHER);
  head.byte(scale);
  let before = 0;
  let base = Math.round(prices.open[0] * power);
  for (let first = 0; first < count; first += BLOCK) {
    const size = Math.min(BLOCK, count - first);
    const at = first % COLUMN_ROWS;
    if (at === 0) for (const [column, name] of PRICE_COLUMNS.entries()) putColumn(column, prices[name], first);
    head.signedVarint(base - before);
    if (kernel.splitPrices(size, base, power, at) === 1) for (let slot = 0; slot < 4; slot++) sink.slot(slot, size);
    else if (!writeLongPrices(prices, first, size, base, power, sink)) {
      sink.rewind(mark);
      return false;
    }
    before = base;
    base = Math.round(prices.close[first + size - 1] * power);
  }
  return true;
}

/** A block that is too much for the kernel. @returns as {@link writeTogether} */
function writeLongPrices(
  { open, high, low, close }: PriceColumns,
  first: number,
  size: number,
  base: number,
  power: number,
  sink: BlockSink,
): boolean {
  const [jumps, moves, above, below] = [0, 1, 2, 3].map((index) => scratchColumn(index, BLOCK));
  let previous = base;
  for (let i = 0; i < size; i++) {
    const opened = wholeOf(open[first + i], power);
    const highest = wholeOf(high[first + i], power);
    const lowest = wholeOf(low[first + i], power);
    const closed = wholeOf(close[first + i], power);
    jumps[i] = codeOf(opened - previous);
    moves[i] = codeOf(closed - opened);
    above[i] = highest - Math.max(opened, closed);
    below[i] = Math.min(opened, closed) - lowest;
    // Not so either where one of them is NaN.
    if (!(above[i] >= 0 && below[i] >= 0)) return false;
    previous = closed;
  }
  for (const column of [jumps, moves, above, below]) sink.block(column, 0, size);
  return true;
}

function readTogether({ open, high, low, close }: PriceColumns, at: number, rows: Rows, source: BlockSource): void {
  const power = powerOfTen(source.head.count(MAX_SCALE));
  let base = 0;
  inTurns(
    rows,
    (size) => {
      base += source.head.signedVarint();
      for (let slot = 0; slot < 4; slot++) source.skipBlock(size);
    },
    (size, place) => {
      base += source.head.signedVarint();
      readBlock(size, base, power, place, source);
    },
    (from, count, to) => {
      takeColumn(0, from, count, open, at + to);
      takeColumn(1, from, count, high, at + to);
      takeColumn(2, from, count, low, at + to);
      takeColumn(3, from, count, close, at + to);
    },
  );
}

function readBlock(size: number, base: number, power: number, at: number, source: BlockSource): void {
  const jumpBits = source.readBlock(size, 0);
  const moveBits = source.readBlock(size, 1);
  const aboveBits = source.readBlock(size, 2);
  const belowBits = source.readBlock(size, 3);
  if (
    jumpBits <= MOST_MOVE_BITS &&
    moveBits <= MOST_MOVE_BITS &&
    aboveBits <= MOST_SHADOW_BITS &&
    belowBits <= MOST_SHADOW_BITS
  )
    return kernel.joinPrices(size, base, power, at);
  const jumps = valuesIn(0, size, jumpBits);
  const moves = valuesIn(1, size, moveBits);
  const above = valuesIn(2, size, aboveBits);
  const below = valuesIn(3, size, belowBits);
  let previous = base;
  for (let i = 0; i < size; i++) {
    const opened = previous + signedOf(jumps[i]);
    const closed = opened + signedOf(moves[i]);
    doubles[OPEN + at + i] = opened / power;
    doubles[HIGH + at + i] = (Math.max(opened, closed) + above[i]) / power;
    doubles[LOW + at + i] = (Math.min(opened, closed) - below[i]) / power;
    doubles[CLOSE + at + i] = closed / power;
    previous = closed;
  }
}

/** Writes values of which each is near the one before: at a scale as differences, or as doubles. */
export function writeLevels(values: Float64Array, sink: BlockSink): void {
  const { head } = sink;
  const count = values.length;
  const scale = commonScale(values, count, 0);
  head.byte(scale ?? NO_SCALE);
  if (scale === undefined) return sink.doubles(values, count);
  const power = powerOfTen(scale);
  const moves = scratchColumn(0, BLOCK);
  let before = 0;
  let previous = Math.round(values[0] * power);
  for (let first = 0; first < count; first += BLOCK) {
    const size = Math.min(BLOCK, count - first);
    head.signedVarint(previous - before);
    before = previous;
    for (let i = 0; i < size; i++) {
      const whole = Math.round(values[first + i] * power);
      moves[i] = codeOf(whole - previous);
      previous = whole;
    }
    sink.block(moves, 0, size);
  }
}

/** Undoes {@link writeLevels}. */
export function readLevels(values: Float64Array, at: number, rows: Rows, source: BlockSource): void {
  const { head } = source;
  const { count, start, end } = rows;
  const scale = head.byte();
  if (scale === NO_SCALE) return source.doubles(values, at, rows);
  if (scale > MAX_SCALE) throw new ChunkFormatError(`Unknown scale ${scale}`);
  const power = powerOfTen(scale);
  let base = 0;
  for (let first = 0; first < count; first += BLOCK) {
    const size = Math.min(BLOCK, count - first);
    base += head.signedVarint();
    if (first + size <= start || first >= end) {
      source.skipBlock(size);
      continue;
    }
    const moves = valuesIn(0, size, source.readBlock(size, 0));
    let whole = base;
    for (let i = 0; i < Math.min(size, end - first); i++) {
      whole += signedOf(moves[i]);
      if (first + i >= start) values[at + first + i - start] = whole / power;
    }
  }
}
