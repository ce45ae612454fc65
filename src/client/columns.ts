import { readArrow, textsIn, type ArrowBatch } from './arrow.ts';
import type { Answer } from './inputs-and-answers.ts';
import { ServerUnreachable } from './problem.ts';

/** Bars as arrays of equal length. */
export interface BarColumns {
  /** UTC epoch ms. */
  readonly openTime: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** `NaN` where it is not known. */
  readonly volume: Float64Array;
  /** Indexes into `states`. */
  readonly state: Uint8Array;
  /** 1 where parts of a derived bar are missing; absent where none can be. */
  readonly isPartial?: Uint8Array;
  /** Where `fields` asked for them; `NaN` where a bar has none. */
  readonly trades?: Float64Array;
  readonly turnover?: Float64Array;
  readonly vwap?: Float64Array;
  readonly openInterest?: Float64Array;
  /** UTC epoch ms. */
  readonly observedAt?: Float64Array;
  readonly provider?: readonly string[];
}

export interface ColumnsAnswer {
  readonly columns: BarColumns;
  readonly states: readonly string[];
  readonly completeness: Answer<'getBars'>['completeness'];
  readonly nextCursor: string | null;
}

const FIELDS = ['trades', 'turnover', 'vwap', 'openInterest', 'observedAt'] as const;
const PRICES = ['open', 'high', 'low', 'close', 'volume'] as const;

/** The bars of an Arrow stream. @throws ServerUnreachable if it ends early */
export function columnsOf(buffer: ArrayBuffer): ColumnsAnswer {
  const { batches, dictionary } = readArrow(buffer);
  const end = batches.at(-1)?.metadata ?? new Map<string, string>();
  const completeness = end.get('completeness');
  if (completeness === undefined) throw new ServerUnreachable('The bars end early');
  const rows = batches.reduce((sum, batch) => sum + batch.rows, 0);
  const columns = {
    openTime: new Float64Array(rows),
    open: new Float64Array(rows),
    high: new Float64Array(rows),
    low: new Float64Array(rows),
    close: new Float64Array(rows),
    volume: new Float64Array(rows),
    state: new Uint8Array(rows),
  };
  const told: { [Name in (typeof FIELDS)[number]]?: Float64Array } = {};
  for (const name of FIELDS) if (batches[0]?.columns.has(name)) told[name] = new Float64Array(rows);
  const provider: string[] = [];
  const isPartial = batches[0]?.columns.has('isPartial') ? new Uint8Array(rows) : undefined;
  let row = 0;
  for (const batch of batches) {
    fillTimes(columns.openTime, batch, 'openTime', row);
    for (const name of PRICES) fillNumbers(columns[name], batch, name, row);
    columns.state.set(valuesOf(batch, 'state').subarray(0, batch.rows), row);
    if (isPartial !== undefined) fillFlags(isPartial, batch, row);
    for (const name of FIELDS) {
      const column = told[name];
      if (column === undefined) continue;
      if (name === 'observedAt') fillTimes(column, batch, name, row);
      else fillNumbers(column, batch, name, row);
    }
    const texts = batch.columns.get('provider');
    if (texts !== undefined) for (const text of textsIn(texts, batch.rows)) provider.push(text);
    row += batch.rows;
  }
  return {
    columns: {
      ...columns,
      ...(isPartial === undefined ? {} : { isPartial }),
      ...told,
      ...(batches[0]?.columns.has('provider') ? { provider } : {}),
    },
    states: dictionary,
    completeness: JSON.parse(completeness) as ColumnsAnswer['completeness'],
    nextCursor: end.get('nextCursor') || null,
  };
}

function fillTimes(target: Float64Array, batch: ArrowBatch, name: string, row: number): void {
  const { buffer, byteOffset } = valuesOf(batch, name);
  const times = new BigInt64Array(buffer, byteOffset, batch.rows);
  for (let index = 0; index < batch.rows; index++) target[row + index] = Number(times[index]);
  fillAbsent(target, batch, name, row);
}

function fillNumbers(target: Float64Array, batch: ArrowBatch, name: string, row: number): void {
  const { buffer, byteOffset } = valuesOf(batch, name);
  target.set(new Float64Array(buffer, byteOffset, batch.rows), row);
  fillAbsent(target, batch, name, row);
}

function fillAbsent(target: Float64Array, batch: ArrowBatch, name: string, row: number): void {
  const presence = batch.columns.get(name)?.presence ?? new Uint8Array();
  if (presence.length === 0) return;
  for (let index = 0; index < batch.rows; index++) if (bitOf(presence, index) === 0) target[row + index] = NaN;
}

function fillFlags(target: Uint8Array, batch: ArrowBatch, row: number): void {
  const flags = valuesOf(batch, 'isPartial');
  for (let index = 0; index < batch.rows; index++) target[row + index] = bitOf(flags, index);
}

const bitOf = (bits: Uint8Array, index: number): number => ((bits[index >> 3] ?? 0) >> (index & 7)) & 1;

function valuesOf({ columns }: ArrowBatch, name: string): Uint8Array<ArrayBuffer> {
  const column = columns.get(name);
  if (column === undefined) throw new ServerUnreachable(`The bars have no ${name}`);
  return column.values;
}
