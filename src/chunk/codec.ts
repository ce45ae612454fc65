import { crc32 } from 'node:zlib';
import { firstIndexFrom, type BarColumns, type BarInterval } from '../market/index.ts';
import { readAmounts, writeAmounts } from './amounts.ts';
import { BlockSink } from './block-sink.ts';
import { BlockSource } from './block-source.ts';
import { ByteReader, ByteWriter, ChunkFormatError } from './bytes.ts';
import { readPrices as readPricesOfFormat1 } from './format-1/prices.ts';
import { WordSource } from './format-1/word-source.ts';
import {
  newObservedColumns,
  newRevisionColumns,
  type ObservedColumns,
  type RevisionColumns,
} from './observed-columns.ts';
import { readFinality, readObservations, readStates, writeFinality, writeObservations } from './observations.ts';
import { readOpenTimes, writeOpenTimes } from './open-times.ts';
import { fillAbsent, hasOptional, readOptional, readOptionalInto, writeOptional } from './optional-columns.ts';
import { readPrices, writePrices } from './prices.ts';
import { readRepeating, writeRepeating } from './repeating-columns.ts';
import { scratchColumn } from './scratch-columns.ts';
import { allRows, type Rows } from './source.ts';
import { stepsOf, type ChunkWindow } from './window.ts';

// docs/reference/chunk-format.md describes the bytes.
const VERSION = 2;
const CHECKSUM_AT = 1;
const COUNT_AT = 5;
const MAX_COUNT = 2 ** 20;

const preamble = new ByteWriter();
const sink = new BlockSink();

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
  const { count, source } = openChunk(bytes, Math.min(MAX_COUNT, stepsOf(window, interval)));
  if (count === 0) return newObservedColumns(0);
  const columns = readColumns(newObservedColumns(count), interval, window, source);
  requireEnd(source);
  return columns;
}

/**
 * Decodes bars into `target` from place `offset` on, without their providers and times of observation. Of the optional
 * columns those are filled that `target` has.
 * @param range leaves out bars that do not open in `[from, to)`, and most of what decoding them would cost
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
  range: Pick<ChunkWindow, 'from' | 'to'> = window,
): number {
  const { count, source } = openChunk(bytes, Math.min(MAX_COUNT, stepsOf(window, interval)));
  if (count === 0) return 0;
  const isWhole = range.from <= window.from && range.to >= window.to;
  const openTime = isWhole ? target.openTime : scratchColumn(4, count);
  if (isWhole) requireRoom(target, offset, count);
  readOpenTimes(openTime, isWhole ? offset : 0, count, interval, window, source);
  let rows = allRows(count);
  if (!isWhole) {
    const ofChunk = openTime.subarray(0, count);
    const start = firstIndexFrom(ofChunk, range.from);
    rows = { count, start, end: Math.max(start, firstIndexFrom(ofChunk, range.to)) };
    requireRoom(target, offset, rows.end - rows.start);
    target.openTime.set(ofChunk.subarray(rows.start, rows.end), offset);
  }
  readValues(target, offset, rows, source);
  readStates(target.state, offset, rows, source);
  if (source instanceof WordSource) fillAbsent(target, offset, rows);
  else if (hasOptional(target)) readOptionalInto(target, offset, rows, source);
  return rows.end - rows.start;
}

function requireRoom(target: BarColumns, offset: number, count: number): void {
  if (offset + count > target.openTime.length) throw new RangeError(`No room for ${count} bars at ${offset}`);
}

/** How many bars or log entries the bytes hold. @throws ChunkFormatError */
export function countOf(bytes: Uint8Array): number {
  requireVersion(bytes);
  return new ByteReader(bytes, COUNT_AT, bytes.length).count(MAX_COUNT);
}

/** A revision log as bytes. @throws RangeError as {@link encodeBars} */
export function encodeRevisions(columns: RevisionColumns, interval: BarInterval, window: ChunkWindow): Uint8Array {
  startWriting(columns.openTime);
  if (columns.openTime.length > 0) {
    writeColumns(columns, interval, window);
    writeRepeating(columns.observedTo, columns.openTime.length, sink);
  }
  return assemble(columns.openTime.length);
}

/** Undoes {@link encodeRevisions}. @throws ChunkFormatError if the bytes are damaged or of an unknown version */
export function decodeRevisions(bytes: Uint8Array, interval: BarInterval, window: ChunkWindow): RevisionColumns {
  const { count, source } = openChunk(bytes, MAX_COUNT);
  if (count === 0) return newRevisionColumns(0);
  const observedTo = new Float64Array(count);
  const columns = readColumns(newObservedColumns(count), interval, window, source);
  readRepeating(observedTo, count, source);
  requireEnd(source);
  return { ...columns, observedTo };
}

/** A log may have several entries of one bar, but a bar stands once. */
function requireDistinct(openTime: Float64Array): void {
  let previous = NaN;
  for (let i = 0; i < openTime.length; i++) {
    const time = openTime[i];
    if (time === previous) throw new RangeError(`Two bars open at ${time}`);
    previous = time;
  }
}

function startWriting({ length }: Float64Array): void {
  if (length > MAX_COUNT) throw new RangeError(`A chunk holds at most ${MAX_COUNT} bars, not ${length}`);
  sink.clear();
}

function writeColumns(columns: ObservedColumns, interval: BarInterval, window: ChunkWindow): void {
  writeOpenTimes(columns.openTime, interval, window, sink);
  writePrices(columns, sink);
  writeAmounts(columns.volume, sink);
  // A reader of bars alone needs nothing of what follows finality.
  writeFinality(columns, sink);
  writeOptional(columns, sink);
  writeObservations(columns, sink);
}

type Source = WordSource | BlockSource;

function readColumns(
  columns: ObservedColumns,
  interval: BarInterval,
  window: ChunkWindow,
  source: Source,
): ObservedColumns {
  const count = columns.openTime.length;
  readOpenTimes(columns.openTime, 0, count, interval, window, source);
  readValues(columns, 0, allRows(count), source);
  const finality = readFinality(columns.finalAt, count, source);
  const optional = source instanceof WordSource ? {} : readOptional(count, source);
  return { ...columns, ...optional, providers: readObservations(columns, finality, source) };
}

function readValues(bars: BarColumns, at: number, rows: Rows, source: Source): void {
  if (source instanceof WordSource) readPricesOfFormat1(bars, at, rows, source);
  else readPrices(bars, at, rows, source);
  readAmounts(bars.volume, at, rows, source);
}

/** Version, checksum of all that follows, count, length of the head, head, body. */
function assemble(count: number): Uint8Array {
  const body = sink.body();
  preamble.clear();
  preamble.varint(count);
  preamble.varint(sink.head.length);
  const headAt = COUNT_AT + preamble.length;
  const bodyAt = headAt + sink.head.length;
  const bytes = new Uint8Array(bodyAt + body.length);
  bytes[0] = VERSION;
  bytes.set(preamble.written(), COUNT_AT);
  bytes.set(sink.head.written(), headAt);
  bytes.set(body, bodyAt);
  new DataView(bytes.buffer).setUint32(CHECKSUM_AT, crc32(bytes.subarray(COUNT_AT)), true);
  return bytes;
}

function openChunk(bytes: Uint8Array, maxCount: number): { readonly count: number; readonly source: Source } {
  requireVersion(bytes);
  requireChecksum(bytes);
  const preamble = new ByteReader(bytes, COUNT_AT, bytes.length);
  const count = preamble.count(maxCount);
  const headLength = preamble.varint();
  const bodyAt = preamble.position + headLength;
  if (bodyAt > bytes.length) throw new ChunkFormatError('The chunk ends within its head');
  const head = new ByteReader(bytes, preamble.position, bodyAt);
  const body = bytes.subarray(bodyAt);
  return { count, source: bytes[0] === VERSION ? new BlockSource(head, body) : new WordSource(head, body) };
}

function requireVersion(bytes: Uint8Array): void {
  if (bytes[0] !== 1 && bytes[0] !== VERSION)
    throw new ChunkFormatError(`Not a chunk of format version 1 or ${VERSION}`);
}

function requireChecksum(bytes: Uint8Array): void {
  const stored = bytes[1] | (bytes[2] << 8) | (bytes[3] << 16) | (bytes[4] << 24);
  if (bytes.length < COUNT_AT || (crc32(bytes.subarray(COUNT_AT)) | 0) !== stored)
    throw new ChunkFormatError('The checksum of the chunk does not fit its bytes: it is damaged');
}

function requireEnd(source: Source): void {
  if (!source.isAtEnd) throw new ChunkFormatError('The chunk holds more than its columns');
}
