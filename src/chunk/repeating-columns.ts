import type { BlockSink } from './block-sink.ts';
import { type ByteReader, type ByteWriter, ChunkFormatError } from './bytes.ts';
import { scratchColumn } from './scratch-columns.ts';
import { allRows, type ChunkSource } from './source.ts';

const RUNS = 0;
/** The smallest value, then what each has above it. */
const PACKED = 1;

/** Bars in a run, on average, from which on runs are smaller and faster to read. */
const SHORTEST_RUN = 8;

/** Whether the values stay the same for long enough to be written as runs. */
export function isRepeating(values: Float64Array, count: number): boolean {
  let runs = 1;
  let previous = values[0];
  for (let i = 1; i < count; i++) {
    const value = values[i];
    if (value === previous) continue;
    runs++;
    previous = value;
  }
  return runs === 1 || runs * SHORTEST_RUN <= count;
}

export function isConstant(values: Float64Array | Uint16Array): boolean {
  const first = values[0];
  for (let i = 1; i < values.length; i++) if (values[i] !== first) return false;
  return true;
}

/** As {@link writeRepeating} writes a value that all have. */
export function writeConstant(value: number, head: ByteWriter): void {
  head.byte(RUNS);
  writeRun(value, 0, head);
}

/** Writes whole numbers of either sign, of which many are the same as the one before. */
export function writeRepeating(values: Float64Array, count: number, sink: BlockSink): void {
  const { head } = sink;
  if (isRepeating(values, count)) {
    head.byte(RUNS);
    return writeRuns(values, count, head);
  }
  head.byte(PACKED);
  let smallest = Infinity;
  for (let i = 0; i < count; i++) if (values[i] < smallest) smallest = values[i];
  head.signedVarint(smallest);
  const above = scratchColumn(7, count);
  for (let i = 0; i < count; i++) above[i] = values[i] - smallest;
  sink.wholes(above, count);
}

/** Undoes {@link writeRepeating}. @returns the value that all have, where it is told once */
export function readRepeating(values: Float64Array, count: number, source: ChunkSource): number | undefined {
  const { head } = source;
  const kind = head.byte();
  if (kind === RUNS) return readRuns(values, count, head);
  if (kind !== PACKED) throw new ChunkFormatError(`Unknown kind of repeating column ${kind}`);
  const smallest = head.signedVarint();
  source.wholes(values, 0, allRows(count));
  for (let i = 0; i < count; i++) values[i] += smallest;
  return undefined;
}

/** Each run as the difference of its value to the one before, then its length; the last has length 0: all the rest. */
function writeRuns(values: Float64Array, count: number, head: ByteWriter): void {
  let previous = 0;
  for (let start = 0; start < count;) {
    let end = start + 1;
    while (end < count && values[end] === values[start]) end++;
    writeRun(values[start] - previous, end === count ? 0 : end - start, head);
    previous = values[start];
    start = end;
  }
}

function writeRun(difference: number, length: number, head: ByteWriter): void {
  head.signedVarint(difference);
  head.varint(length);
}

function readRuns(values: Float64Array, count: number, head: ByteReader): number | undefined {
  let value = 0;
  let runs = 0;
  for (let start = 0; start < count; runs++) {
    value += head.signedVarint();
    const length = head.count(count - start - 1);
    const end = length === 0 ? count : start + length;
    values.fill(value, start, end);
    start = end;
  }
  return runs === 1 ? value : undefined;
}
