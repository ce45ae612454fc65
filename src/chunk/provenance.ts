import type { WordReader, WordWriter } from './bit-blocks.ts';
import { type ByteReader, type ByteWriter, ChunkFormatError } from './bytes.ts';
import { FINAL, PROVISIONAL } from '../market/index.ts';
import type { ObservedColumns } from './observed-columns.ts';
import { readSignedWholes, writeSignedWholes } from './whole-columns.ts';

/** Runs of the same code: for each its length and the code. */
export function writeRuns(codes: ArrayLike<number>, count: number, head: ByteWriter): void {
  for (let start = 0; start < count; ) {
    let end = start + 1;
    while (end < count && codes[end] === codes[start]) end++;
    head.varint(end - start);
    head.varint(codes[start]);
    start = end;
  }
}

/** Undoes {@link writeRuns}; no code exceeds `largest`. */
export function readRuns(codes: Uint8Array | Uint16Array, count: number, largest: number, head: ByteReader): void {
  for (let start = 0; start < count; ) {
    const length = readRunLength(head, count - start);
    codes.fill(head.count(largest), start, start + length);
    start += length;
  }
}

function readRunLength(head: ByteReader, most: number): number {
  const length = head.count(most);
  if (length === 0) throw new ChunkFormatError('A run of the chunk is empty');
  return length;
}

/** Times of which many are the same: runs. Times that follow their bars: lags behind the openTime. */
const TIME_RUNS = 0;
const TIME_LAGS = 1;
/** A run of one costs about this many bytes, a lag a good byte. */
const LAGS_PAY_FROM_RUNS = 2;

let lags = new Float64Array(0);

/** Writes whole epoch ms of which each goes with an openTime. */
export function writeTimes(times: Float64Array, openTimes: Float64Array, head: ByteWriter, body: WordWriter): void {
  const count = times.length;
  let runs = count > 0 ? 1 : 0;
  for (let i = 1; i < count; i++) if (times[i] !== times[i - 1]) runs++;
  if (runs * LAGS_PAY_FROM_RUNS <= count + 1) {
    head.byte(TIME_RUNS);
    let previous = 0;
    for (let start = 0; start < count; ) {
      let end = start + 1;
      while (end < count && times[end] === times[start]) end++;
      head.varint(end - start);
      head.signedVarint(times[start] - previous);
      previous = times[start];
      start = end;
    }
    return;
  }
  head.byte(TIME_LAGS);
  if (lags.length < count) lags = new Float64Array(count * 2);
  head.signedVarint(times[0] - openTimes[0]);
  lags[0] = 0;
  for (let i = 1; i < count; i++) lags[i] = times[i] - openTimes[i] - (times[i - 1] - openTimes[i - 1]);
  writeSignedWholes(lags, count, head, body);
}

/** Undoes {@link writeTimes}. */
export function readTimes(times: Float64Array, openTimes: Float64Array, head: ByteReader, body: WordReader): void {
  const count = times.length;
  const mode = head.byte();
  if (mode === TIME_RUNS) {
    let value = 0;
    for (let start = 0; start < count; ) {
      const length = readRunLength(head, count - start);
      value += head.signedVarint();
      times.fill(value, start, start + length);
      start += length;
    }
  } else if (mode === TIME_LAGS) {
    let lag = head.signedVarint();
    readSignedWholes(times, count, head, body);
    for (let i = 0; i < count; i++) {
      lag += times[i];
      times[i] = openTimes[i] + lag;
    }
  } else throw new ChunkFormatError(`Unknown way to write times ${mode}`);
}

/** How final a bar is: not yet, since its value was observed, or since a later moment that is written out. */
const NOT_FINAL = 0;
const FINAL_AT_ONCE = 1;
const FINAL_LATER = 2;

/**
 * Writes how final each bar is, in runs.
 * @returns places of the bars whose finalAt is to be written out
 */
export function writeFinality({ finalAt, observedAt }: ObservedColumns, head: ByteWriter): number[] {
  const later: number[] = [];
  const finality = new Uint8Array(finalAt.length);
  for (let i = 0; i < finality.length; i++) {
    if (finalAt[i] === observedAt[i]) finality[i] = FINAL_AT_ONCE;
    else if (Number.isNaN(finalAt[i])) finality[i] = NOT_FINAL;
    else {
      finality[i] = FINAL_LATER;
      later.push(i);
    }
  }
  writeRuns(finality, finality.length, head);
  return later;
}

/** A run of bars that are equally final. */
interface FinalityRun {
  readonly start: number;
  readonly end: number;
  readonly finality: number;
}

/** Reads how final each bar is, and fills in the states from `offset` on. */
export function readFinality(state: Uint8Array, offset: number, count: number, head: ByteReader): FinalityRun[] {
  const runs: FinalityRun[] = [];
  for (let start = 0; start < count; ) {
    const end = start + readRunLength(head, count - start);
    const finality = head.count(FINAL_LATER);
    state.fill(finality === NOT_FINAL ? PROVISIONAL : FINAL, offset + start, offset + end);
    runs.push({ start, end, finality });
    start = end;
  }
  return runs;
}

/** Fills in when each bar became final, which needs its observedAt. */
export function readFinalAt(
  { finalAt, observedAt, openTime }: ObservedColumns,
  runs: readonly FinalityRun[],
  head: ByteReader,
  body: WordReader,
): void {
  const later: number[] = [];
  for (const { start, end, finality } of runs) {
    if (finality === NOT_FINAL) finalAt.fill(NaN, start, end);
    else if (finality === FINAL_AT_ONCE) finalAt.set(observedAt.subarray(start, end), start);
    else for (let i = start; i < end; i++) later.push(i);
  }
  if (later.length === 0) return;
  const times = new Float64Array(later.length);
  readTimes(times, pick(openTime, later), head, body);
  for (const [place, i] of later.entries()) finalAt[i] = times[place];
}

/** The values in some places of a column. */
export function pick(column: Float64Array, places: readonly number[]): Float64Array {
  return Float64Array.from(places, (place) => column[place]);
}
