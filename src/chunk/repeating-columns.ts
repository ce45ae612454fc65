import type { WordReader, WordWriter } from './bit-blocks.ts';
import { type ByteReader, type ByteWriter, ChunkFormatError } from './bytes.ts';
import { scratchColumn } from './scratch-columns.ts';
import { readWholes, writeWholes } from './whole-columns.ts';

const RUNS = 0;
/** The smallest value, then what each has above it. */
const PACKED = 1;

/** Bars in a run, on average, from which on runs are smaller and faster to read. */
const SHORTEST_RUN = 8;

/** Whether the values stay the same for long enough to be written as runs. */
export function isRepeating(values: Float64Array, count: number): boolean {
  let runs = 1;
  for (let i = 1; i < count; i++) if (values[i] !== values[i - 1]) runs++;
  return runs === 1 || runs * SHORTEST_RUN <= count;
}

/** Writes whole numbers of either sign, of which many are the same as the one before. */
export function writeRepeating(values: Float64Array, count: number, head: ByteWriter, body: WordWriter): void {
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
  writeWholes(above, count, head, body);
}

/** Undoes {@link writeRepeating}. */
export function readRepeating(values: Float64Array, count: number, head: ByteReader, body: WordReader): void {
  const kind = head.byte();
  if (kind === RUNS) return readRuns(values, count, head);
  if (kind !== PACKED) throw new ChunkFormatError(`Unknown kind of repeating column ${kind}`);
  const smallest = head.signedVarint();
  readWholes(values, count, head, body);
  for (let i = 0; i < count; i++) values[i] += smallest;
}

/** Each run as the difference of its value to the one before, then its length; the last has length 0: all the rest. */
function writeRuns(values: Float64Array, count: number, head: ByteWriter): void {
  let previous = 0;
  for (let start = 0; start < count;) {
    let end = start + 1;
    while (end < count && values[end] === values[start]) end++;
    head.signedVarint(values[start] - previous);
    head.varint(end === count ? 0 : end - start);
    previous = values[start];
    start = end;
  }
}

function readRuns(values: Float64Array, count: number, head: ByteReader): void {
  let value = 0;
  for (let start = 0; start < count;) {
    value += head.signedVarint();
    const length = head.count(count - start - 1);
    const end = length === 0 ? count : start + length;
    values.fill(value, start, end);
    start = end;
  }
}
