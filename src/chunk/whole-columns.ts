import { packBlocks, type WordReader, type WordWriter } from './bit-blocks.ts';
import { type ByteReader, type ByteWriter, ChunkFormatError } from './bytes.ts';

/** How a column of whole numbers lies in the chunk. */
const ALL_ZERO = 0;
/** Every value below 2^32. */
const NARROW = 1;
/** The quotients by 2^32 of all values, then the remainders. */
const WIDE = 2;

const TWO_32 = 2 ** 32;

let quotients = new Float64Array(0);
let remainders = new Float64Array(0);

function reserveScratch(count: number): void {
  if (quotients.length >= count) return;
  quotients = new Float64Array(count * 2);
  remainders = new Float64Array(count * 2);
}

/** Writes whole numbers from 0 to 2^53 - 1. */
export function writeWholes(values: Float64Array, count: number, head: ByteWriter, body: WordWriter): void {
  let largest = 0;
  for (let i = 0; i < count; i++) if (values[i] > largest) largest = values[i];
  if (largest === 0) return head.byte(ALL_ZERO);
  if (largest < TWO_32) {
    head.byte(NARROW);
    return packBlocks(values, count, head, body);
  }
  head.byte(WIDE);
  reserveScratch(count);
  for (let i = 0; i < count; i++) {
    quotients[i] = Math.floor(values[i] / TWO_32);
    remainders[i] = values[i] - quotients[i] * TWO_32;
  }
  packBlocks(quotients, count, head, body);
  packBlocks(remainders, count, head, body);
}

/** Undoes {@link writeWholes}. */
export function readWholes(values: Float64Array, count: number, head: ByteReader, body: WordReader): void {
  readKind(head.byte(), values, count, head, body);
}

function readKind(kind: number, values: Float64Array, count: number, head: ByteReader, body: WordReader): void {
  if (kind === ALL_ZERO) values.fill(0, 0, count);
  else if (kind === NARROW) body.unpackBlocks(values, count, head);
  else if (kind === WIDE) {
    reserveScratch(count);
    body.unpackBlocks(quotients, count, head);
    body.unpackBlocks(values, count, head);
    for (let i = 0; i < count; i++) values[i] += quotients[i] * TWO_32;
  } else throw new ChunkFormatError(`Unknown kind of column ${kind}`);
}

/** Writes whole numbers of either sign, magnitude below 2^52; changes `values`. */
export function writeSignedWholes(values: Float64Array, count: number, head: ByteWriter, body: WordWriter): void {
  for (let i = 0; i < count; i++) values[i] = values[i] < 0 ? -2 * values[i] - 1 : 2 * values[i];
  writeWholes(values, count, head, body);
}

/** Undoes {@link writeSignedWholes}. */
export function readSignedWholes(values: Float64Array, count: number, head: ByteReader, body: WordReader): void {
  const kind = head.byte();
  if (kind === NARROW) return body.unpackSignedBlocks(values, count, head);
  readKind(kind, values, count, head, body);
  for (let i = 0; i < count; i++) {
    const half = Math.floor(values[i] / 2);
    values[i] = half * 2 === values[i] ? half : -half - 1;
  }
}
