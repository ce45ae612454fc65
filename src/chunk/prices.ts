import { PRICE_COLUMNS, type BarColumns } from '../market/index.ts';
import { packDoubles, type WordReader, type WordWriter } from './bit-blocks.ts';
import { type ByteReader, type ByteWriter, ChunkFormatError } from './bytes.ts';
import { commonScale, fitsScale, MAX_SCALE, powerOfTen } from './decimals.ts';
import { scratchColumn } from './scratch-columns.ts';
import { readSignedWholes, readWholes, writeSignedWholes, writeWholes } from './whole-columns.ts';

type PriceColumns = Pick<BarColumns, (typeof PRICE_COLUMNS)[number]>;

/** All columns are whole numbers at one decimal scale, coded against each other; the scale follows. */
const TOGETHER = 1;
/** Each column is coded alone, after its own scale, or {@link NO_SCALE} and raw doubles. */
const APART = 0;
const NO_SCALE = 0xff;

/** Writes open, high, low and close. */
export function writePrices(prices: PriceColumns, head: ByteWriter, body: WordWriter): void {
  const scale = areHighAndLowOutside(prices) ? scaleOfAll(prices) : undefined;
  if (scale !== undefined) {
    head.byte(TOGETHER);
    head.byte(scale);
    return writeTogether(prices, powerOfTen(scale), head, body);
  }
  head.byte(APART);
  for (const name of PRICE_COLUMNS) writeAlone(prices[name], head, body);
}

/** Undoes {@link writePrices}. */
export function readPrices(prices: PriceColumns, head: ByteReader, body: WordReader): void {
  const kind = head.byte();
  if (kind === TOGETHER) return readTogether(prices, powerOfTen(head.count(MAX_SCALE)), head, body);
  if (kind !== APART) throw new ChunkFormatError(`Unknown kind of prices ${kind}`);
  for (const name of PRICE_COLUMNS) readAlone(prices[name], head, body);
}

function areHighAndLowOutside({ open, high, low, close }: PriceColumns): boolean {
  for (let i = 0; i < open.length; i++)
    if (high[i] < open[i] || high[i] < close[i] || low[i] > open[i] || low[i] > close[i]) return false;
  return true;
}

function scaleOfAll({ open, high, low, close }: PriceColumns): number | undefined {
  let scale: number | undefined = 0;
  for (const column of [close, open, high, low]) {
    scale = commonScale(column, column.length, scale);
    if (scale === undefined) return undefined;
  }
  // At the scale of later columns, numbers of earlier ones may be too large. High is the largest, low the smallest.
  const count = open.length;
  return fitsScale(high, count, scale) && fitsScale(low, count, scale) ? scale : undefined;
}

function writeTogether(
  { open, high, low, close }: PriceColumns,
  power: number,
  head: ByteWriter,
  body: WordWriter,
): void {
  const count = open.length;
  const jumps = scratchColumn(0, count);
  const moves = scratchColumn(1, count);
  const above = scratchColumn(2, count);
  const below = scratchColumn(3, count);
  let previous = 0;
  for (let i = 0; i < count; i++) {
    const opened = Math.round(open[i] * power);
    const closed = Math.round(close[i] * power);
    jumps[i] = opened - previous;
    moves[i] = closed - opened;
    above[i] = Math.round(high[i] * power) - (opened > closed ? opened : closed);
    below[i] = (opened < closed ? opened : closed) - Math.round(low[i] * power);
    previous = closed;
  }
  // The first jump is the price itself: it stands apart, lest it widen a whole block.
  head.signedVarint(jumps[0]);
  jumps[0] = 0;
  writeSignedWholes(jumps, count, head, body);
  writeSignedWholes(moves, count, head, body);
  writeWholes(above, count, head, body);
  writeWholes(below, count, head, body);
}

function readTogether(
  { open, high, low, close }: PriceColumns,
  power: number,
  head: ByteReader,
  body: WordReader,
): void {
  const count = open.length;
  const jumps = scratchColumn(0, count);
  const moves = scratchColumn(1, count);
  const above = scratchColumn(2, count);
  const below = scratchColumn(3, count);
  let previous = head.signedVarint();
  readSignedWholes(jumps, count, head, body);
  readSignedWholes(moves, count, head, body);
  readWholes(above, count, head, body);
  readWholes(below, count, head, body);
  for (let i = 0; i < count; i++) {
    const opened = previous + jumps[i];
    const closed = opened + moves[i];
    open[i] = opened / power;
    close[i] = closed / power;
    high[i] = ((opened > closed ? opened : closed) + above[i]) / power;
    low[i] = ((opened < closed ? opened : closed) - below[i]) / power;
    previous = closed;
  }
}

function writeAlone(prices: Float64Array, head: ByteWriter, body: WordWriter): void {
  const count = prices.length;
  const scale = commonScale(prices, count, 0);
  head.byte(scale ?? NO_SCALE);
  if (scale === undefined) return packDoubles(prices, count, body);
  const power = powerOfTen(scale);
  const moves = scratchColumn(0, count);
  let previous = 0;
  for (let i = 0; i < count; i++) {
    const whole = Math.round(prices[i] * power);
    moves[i] = whole - previous;
    previous = whole;
  }
  head.signedVarint(moves[0]);
  moves[0] = 0;
  writeSignedWholes(moves, count, head, body);
}

function readAlone(prices: Float64Array, head: ByteReader, body: WordReader): void {
  const count = prices.length;
  const scale = head.byte();
  if (scale === NO_SCALE) return body.doubles(prices, count);
  if (scale > MAX_SCALE) throw new ChunkFormatError(`Unknown scale ${scale}`);
  const power = powerOfTen(scale);
  const moves = scratchColumn(0, count);
  let whole = head.signedVarint();
  readSignedWholes(moves, count, head, body);
  for (let i = 0; i < count; i++) {
    whole += moves[i];
    prices[i] = whole / power;
  }
}
