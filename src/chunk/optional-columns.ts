import type { BarColumns } from '../market/index.ts';
import { readAmounts, writeAmounts } from './amounts.ts';
import type { BlockSink } from './block-sink.ts';
import type { BlockSource } from './block-source.ts';
import { ChunkFormatError } from './bytes.ts';
import { readLevels, writeLevels } from './prices.ts';
import { scratchColumn } from './scratch-columns.ts';
import { allRows, type Rows } from './source.ts';

/** Columns that few chunks have; bit i of a byte says that there is the one at place i. */
const OPTIONAL_COLUMNS = ['trades', 'turnover', 'openInterest'] as const;

export type OptionalColumns = Pick<BarColumns, (typeof OPTIONAL_COLUMNS)[number]>;

/** Writes those with a value that is not `NaN`. */
export function writeOptional(bars: BarColumns, sink: BlockSink): void {
  let present = 0;
  for (const [place, name] of OPTIONAL_COLUMNS.entries())
    if (bars[name]?.some((value) => !Number.isNaN(value)) === true) present |= 1 << place;
  sink.head.byte(present);
  if (present === 0) return;
  for (const [place, name] of OPTIONAL_COLUMNS.entries()) {
    const values = bars[name];
    if (values === undefined || (present & (1 << place)) === 0) continue;
    if (name === 'openInterest') writeInterest(values, sink);
    else writeAmounts(values, sink);
  }
}

/** Undoes {@link writeOptional}. @returns the columns that there are, new */
export function readOptional(count: number, source: BlockSource): OptionalColumns {
  const present = readPresent(source);
  const columns: { -readonly [name in keyof OptionalColumns]: Float64Array } = {};
  for (const [place, name] of OPTIONAL_COLUMNS.entries()) {
    if ((present & (1 << place)) === 0) continue;
    const values = new Float64Array(count);
    readColumn(name, values, 0, allRows(count), source);
    columns[name] = values;
  }
  return columns;
}

/** Fills those that `bars` has, from place `at` on, with `NaN` where there is nothing. */
export function readOptionalInto(bars: BarColumns, at: number, rows: Rows, source: BlockSource): void {
  const present = readPresent(source);
  for (const [place, name] of OPTIONAL_COLUMNS.entries()) {
    const values = bars[name];
    if ((present & (1 << place)) !== 0)
      if (values === undefined) readColumn(name, scratchColumn(6, rows.count), 0, rows, source);
      else readColumn(name, values, at, rows, source);
    else values?.fill(NaN, at, at + rows.end - rows.start);
  }
}

/** Whether a reader of these columns wants any. */
export function hasOptional(bars: BarColumns): boolean {
  return OPTIONAL_COLUMNS.some((name) => bars[name] !== undefined);
}

export function fillAbsent(bars: BarColumns, at: number, rows: Rows): void {
  for (const name of OPTIONAL_COLUMNS) bars[name]?.fill(NaN, at, at + rows.end - rows.start);
}

function readPresent(source: BlockSource): number {
  const present = source.head.byte();
  if (present >> OPTIONAL_COLUMNS.length !== 0) throw new ChunkFormatError(`Unknown optional columns ${present}`);
  return present;
}

function readColumn(
  name: keyof OptionalColumns,
  values: Float64Array,
  at: number,
  rows: Rows,
  source: BlockSource,
): void {
  if (name === 'openInterest') readInterest(values, at, rows, source);
  else readAmounts(values, at, rows, source);
}

/** A column of 0 and 1 says where there is a value; where there is none, the one before is written again. */
function writeInterest(values: Float64Array, sink: BlockSink): void {
  const count = values.length;
  const isAbsent = scratchColumn(5, count);
  const levels = values.slice();
  let level = levels.find((value) => !Number.isNaN(value)) ?? 0;
  for (let i = 0; i < count; i++) {
    isAbsent[i] = Number.isNaN(levels[i]) ? 1 : 0;
    if (isAbsent[i] === 1) levels[i] = level;
    else level = levels[i];
  }
  sink.wholes(isAbsent, count);
  writeLevels(levels, sink);
}

function readInterest(values: Float64Array, at: number, rows: Rows, source: BlockSource): void {
  const isAbsent = scratchColumn(5, rows.count);
  source.wholes(isAbsent, 0, rows);
  readLevels(values, at, rows, source);
  for (let i = 0; i < rows.end - rows.start; i++) if (isAbsent[i] === 1) values[at + i] = NaN;
}
