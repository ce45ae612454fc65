import { crc32 } from 'node:zlib';
import { sliceColumns, type BarColumns, type BarInterval } from '../market/index.ts';
import { WordReader, WordWriter } from './bit-blocks.ts';
import { ByteReader, ByteWriter, ChunkFormatError } from './bytes.ts';
import {
  newObservedColumns,
  newRevisionColumns,
  type ObservedColumns,
  type RevisionColumns,
} from './observed-columns.ts';
import { readObservations, readStates, writeObservations } from './observations.ts';
import { readOpenTimes, writeOpenTimes } from './open-times.ts';
import { readPrices, writePrices } from './prices.ts';
import { readRepeating, writeRepeating } from './repeating-columns.ts';
import { readVolumes, writeVolumes } from './volumes.ts';
import { stepsOf, type ChunkWindow } from './window.ts';

// docs/reference/chunk-format.md describes the bytes.
const VERSION = 1;
const CHECKSUM_AT = 1;
const COUNT_AT = 5;
const MAX_COUNT = 2 ** 20;

const preamble = new ByteWriter();
const head = new ByteWriter();
const body = new WordWriter();

/**
 * Bars of one window as bytes.
 * @param interval whose steps openTimes are counted in, see `openTimeStep`; the same goes for all that follows
 * @throws RangeError if bars are not ascending, not of this window, or observed at no whole millisecond
 */
export function encodeBars(columns: ObservedColumns, interval: BarInterval, window: ChunkWindow): Uint8Array {
  requireDistinct(columns.openTime);
  startWriting(columns.openTime);
  if (columns.openTime.length > 0) writeColumns(columns, interval, window);
  return assemble(columns.openTime.length);
}

/** Undoes {@link encodeBars}. @throws ChunkFormatError if the bytes are damaged or of an unknown version */
export function decodeBars(bytes: Uint8Array, interval: BarInterval, window: ChunkWindow): ObservedColumns {
  const { count, head, body } = openChunk(bytes, Math.min(MAX_COUNT, stepsOf(window, interval)));
  if (count === 0) return newObservedColumns(0);
  const columns = readColumns(newObservedColumns(count), interval, window, head, body);
  requireEnd(head, body);
  return columns;
}

/**
 * Decodes bars into `target` from place `offset` on, without their providers and times of observation.
 * @returns how many
 * @throws ChunkFormatError if the bytes are damaged or of an unknown version
 * @throws RangeError if `target` has no room
 */
export function decodeBarsInto(
  bytes: Uint8Array,
  interval: BarInterval,
  window: ChunkWindow,
  target: BarColumns,
  offset: number,
): number {
  const { count, head, body } = openChunk(bytes, Math.min(MAX_COUNT, stepsOf(window, interval)));
  if (offset + count > target.openTime.length) throw new RangeError(`No room for ${count} bars at ${offset}`);
  if (count === 0) return 0;
  const bars = sliceColumns(target, offset, offset + count);
  readBarColumns(bars, interval, window, head, body);
  readStates(bars.state, head, body);
  return count;
}

/** How many bars or log entries the bytes hold. @throws ChunkFormatError */
export function countOf(bytes: Uint8Array): number {
  if (bytes[0] !== VERSION) throw new ChunkFormatError(`Not a chunk of format version ${VERSION}`);
  return new ByteReader(bytes, COUNT_AT, bytes.length).count(MAX_COUNT);
}

/** A revision log as bytes. @throws RangeError as {@link encodeBars} */
export function encodeRevisions(columns: RevisionColumns, interval: BarInterval, window: ChunkWindow): Uint8Array {
  startWriting(columns.openTime);
  if (columns.openTime.length > 0) {
    writeColumns(columns, interval, window);
    writeRepeating(columns.observedTo, columns.openTime.length, head, body);
  }
  return assemble(columns.openTime.length);
}

/** Undoes {@link encodeRevisions}. @throws ChunkFormatError if the bytes are damaged or of an unknown version */
export function decodeRevisions(bytes: Uint8Array, interval: BarInterval, window: ChunkWindow): RevisionColumns {
  const { count, head, body } = openChunk(bytes, MAX_COUNT);
  if (count === 0) return newRevisionColumns(0);
  const { observedTo, ...observed } = newRevisionColumns(count);
  const columns = readColumns(observed, interval, window, head, body);
  readRepeating(observedTo, count, head, body);
  requireEnd(head, body);
  return { ...columns, observedTo };
}

/** A log may have several entries of one bar, but a bar stands once. */
function requireDistinct(openTime: Float64Array): void {
  for (let i = 1; i < openTime.length; i++)
    if (openTime[i] === openTime[i - 1]) throw new RangeError(`Two bars open at ${openTime[i]}`);
}

function startWriting({ length }: Float64Array): void {
  if (length > MAX_COUNT) throw new RangeError(`A chunk holds at most ${MAX_COUNT} bars, not ${length}`);
  head.clear();
  body.clear();
}

function writeColumns(columns: ObservedColumns, interval: BarInterval, window: ChunkWindow): void {
  writeOpenTimes(columns.openTime, interval, window, head, body);
  writePrices(columns, head, body);
  writeVolumes(columns.volume, head, body);
  writeObservations(columns, head, body);
}

function readColumns(
  columns: ObservedColumns,
  interval: BarInterval,
  window: ChunkWindow,
  head: ByteReader,
  body: WordReader,
): ObservedColumns {
  readBarColumns(columns, interval, window, head, body);
  return { ...columns, providers: readObservations(columns, head, body) };
}

function readBarColumns(
  columns: BarColumns,
  interval: BarInterval,
  window: ChunkWindow,
  head: ByteReader,
  body: WordReader,
): void {
  readOpenTimes(columns.openTime, interval, window, head, body);
  readPrices(columns, head, body);
  readVolumes(columns.volume, head, body);
}

/** Version, checksum of all that follows, count, length of the head, head, body. */
function assemble(count: number): Uint8Array {
  preamble.clear();
  preamble.varint(count);
  preamble.varint(head.length);
  const headAt = COUNT_AT + preamble.length;
  const bodyAt = headAt + head.length;
  const bytes = new Uint8Array(bodyAt + body.length * 4);
  bytes[0] = VERSION;
  bytes.set(preamble.written(), COUNT_AT);
  bytes.set(head.written(), headAt);
  bytes.set(body.written(), bodyAt);
  new DataView(bytes.buffer).setUint32(CHECKSUM_AT, crc32(bytes.subarray(COUNT_AT)), true);
  return bytes;
}

interface OpenChunk {
  readonly count: number;
  readonly head: ByteReader;
  readonly body: WordReader;
}

function openChunk(bytes: Uint8Array, maxCount: number): OpenChunk {
  if (bytes[0] !== VERSION) throw new ChunkFormatError(`Not a chunk of format version ${VERSION}`);
  requireChecksum(bytes);
  const preamble = new ByteReader(bytes, COUNT_AT, bytes.length);
  const count = preamble.count(maxCount);
  const headLength = preamble.varint();
  const bodyAt = preamble.position + headLength;
  if (bodyAt > bytes.length) throw new ChunkFormatError('The chunk ends within its head');
  return {
    count,
    head: new ByteReader(bytes, preamble.position, bodyAt),
    body: new WordReader(bytes.subarray(bodyAt)),
  };
}

function requireChecksum(bytes: Uint8Array): void {
  const stored = bytes[1] | (bytes[2] << 8) | (bytes[3] << 16) | (bytes[4] << 24);
  if (bytes.length < COUNT_AT || (crc32(bytes.subarray(COUNT_AT)) | 0) !== stored)
    throw new ChunkFormatError('The checksum of the chunk does not fit its bytes: it is damaged');
}

function requireEnd(head: ByteReader, body: WordReader): void {
  if (!head.isAtEnd || !body.isAtEnd) throw new ChunkFormatError('The chunk holds more than its columns');
}
