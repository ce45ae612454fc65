import {
  newBarColumns,
  sliceColumns,
  type BarColumns,
  type BarFault,
  type OptionalColumn,
} from '../../market/index.ts';
import type { ReadBatch, ReadFault } from '../read-batch.ts';

/** A batch of one series: a few milliseconds of work. */
const PAGE_ROWS = 16_384;
/** Rows of many series are held until they have so many values, so that a series is written seldom and in long pieces. */
const MANY_VALUES = 12_000_000;
const MOST_FAULTS = 16_384;
const SHOWN_LENGTH = 200;

/** Rows of one series; its columns are good until the next batch is asked for. */
export interface SeriesBatch extends ReadBatch {
  /** Empty where rows do not name theirs. */
  readonly instrumentId: string;
  /** Rows in which nothing but the time is filled. */
  readonly empty: number;
}

/** Gathers rows by series. */
export class SeriesBatches {
  readonly rows: RowsOfOne | RowsOfMany;
  readonly #series = new Map<string, SeriesRows>();
  #last: SeriesRows | undefined;
  /** Of all series. */
  faults = 0;

  /** @param told which of the optional columns the rows have */
  constructor(isMany: boolean, told: readonly OptionalColumn[]) {
    this.rows = isMany ? new RowsOfMany(told) : new RowsOfOne(told);
  }

  of(instrumentId: string): SeriesRows {
    if (this.#last?.instrumentId === instrumentId) return this.#last;
    let series = this.#series.get(instrumentId);
    if (series === undefined) {
      series = new SeriesRows(instrumentId, this.#series.size, this);
      this.#series.set(instrumentId, series);
    }
    this.#last = series;
    return series;
  }

  get isFull(): boolean {
    return this.rows.isFull || this.faults >= MOST_FAULTS;
  }

  /** The rows so far. The batch of a file of one series is good until more are added, others are kept by whoever has them. */
  *take(): Generator<SeriesBatch> {
    this.faults = 0;
    yield* this.rows.take([...this.#series.values()]);
  }
}

/** Rows of one series, as columns in the same memory over and over. */
class RowsOfOne {
  readonly #columns: BarColumns;
  readonly #optional: readonly Float64Array[];
  readonly #lines = new Float64Array(PAGE_ROWS);
  #count = 0;

  constructor(told: readonly OptionalColumn[]) {
    this.#columns = newBarColumns(PAGE_ROWS, told);
    this.#optional = optionalIn(this.#columns, told);
  }

  get isFull(): boolean {
    return this.#count === PAGE_ROWS;
  }

  add(
    _series: number,
    line: number,
    openTime: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
    state: number,
    optional: Float64Array,
  ): void {
    const columns = this.#columns;
    const at = this.#count++;
    columns.openTime[at] = openTime;
    columns.open[at] = open;
    columns.high[at] = high;
    columns.low[at] = low;
    columns.close[at] = close;
    columns.volume[at] = volume;
    columns.state[at] = state;
    for (let i = 0; i < this.#optional.length; i++) this.#optional[i][at] = optional[i];
    this.#lines[at] = line;
  }

  *take(all: readonly SeriesRows[]): Generator<SeriesBatch> {
    const count = this.#count;
    this.#count = 0;
    for (const series of all)
      if (!series.isEmpty) yield series.take(sliceColumns(this.#columns, 0, count), this.#lines.subarray(0, count));
  }
}

/** Columns of columns, in the order in which rows have their values. */
function optionalIn(columns: BarColumns, told: readonly OptionalColumn[]): Float64Array[] {
  return told.map((name) => columns[name] ?? new Float64Array());
}

/** Those that each row has: a cache line. */
const FIELDS = 8;

/** Rows in the order of the file, one after the other, as those of a series lie far apart. */
interface Page {
  readonly values: Float64Array;
  /** The number of each row's series. */
  readonly series: Int32Array;
}

/** Rows of many series, held together. */
class RowsOfMany {
  readonly #told: readonly OptionalColumn[];
  readonly #fields: number;
  readonly #mostRows: number;
  readonly #pages: Page[] = [];
  #count = 0;

  constructor(told: readonly OptionalColumn[]) {
    this.#told = told;
    this.#fields = FIELDS + told.length;
    this.#mostRows = Math.floor(MANY_VALUES / this.#fields);
  }

  get isFull(): boolean {
    return this.#count === this.#mostRows;
  }

  add(
    series: number,
    line: number,
    openTime: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
    state: number,
    optional: Float64Array,
  ): void {
    const row = this.#count++;
    const page = (this.#pages[Math.floor(row / PAGE_ROWS)] ??= {
      values: new Float64Array(PAGE_ROWS * this.#fields),
      series: new Int32Array(PAGE_ROWS),
    });
    const at = row % PAGE_ROWS;
    page.series[at] = series;
    const { values } = page;
    let place = at * this.#fields;
    values[place++] = openTime;
    values[place++] = open;
    values[place++] = high;
    values[place++] = low;
    values[place++] = close;
    values[place++] = volume;
    values[place++] = state;
    values[place++] = line;
    for (let i = 0; i < this.#told.length; i++) values[place++] = optional[i];
  }

  *take(all: readonly SeriesRows[]): Generator<SeriesBatch> {
    const order = this.#orderBySeries(all);
    this.#count = 0;
    let next = 0;
    // Many small series share memory, which is got more quickly at once.
    let columns = newBarColumns(0);
    let lines = new Float64Array(0);
    let end = 0;
    for (const series of all) {
      if (series.isEmpty) continue;
      const rows = order.subarray(next, (next += series.rows));
      if (end + rows.length > lines.length) {
        const length = Math.max(PAGE_ROWS, rows.length);
        columns = newBarColumns(length, this.#told);
        lines = new Float64Array(length);
        end = 0;
      }
      const start = end;
      for (const row of rows) this.#copy(row, columns, lines, end++);
      yield series.take(sliceColumns(columns, start, end), lines.subarray(start, end));
    }
  }

  /** Places of all rows, those of the first series first. */
  #orderBySeries(all: readonly SeriesRows[]): Uint32Array {
    const order = new Uint32Array(this.#count);
    const next = new Uint32Array(all.length);
    for (let number = 1; number < all.length; number++) next[number] = next[number - 1] + all[number - 1].rows;
    for (let row = 0; row < order.length; row++)
      order[next[this.#pages[Math.floor(row / PAGE_ROWS)].series[row % PAGE_ROWS]]++] = row;
    return order;
  }

  #copy(row: number, columns: BarColumns, lines: Float64Array, at: number): void {
    const { values } = this.#pages[Math.floor(row / PAGE_ROWS)];
    let place = (row % PAGE_ROWS) * this.#fields;
    columns.openTime[at] = values[place++];
    columns.open[at] = values[place++];
    columns.high[at] = values[place++];
    columns.low[at] = values[place++];
    columns.close[at] = values[place++];
    columns.volume[at] = values[place++];
    columns.state[at] = values[place++];
    lines[at] = values[place++];
    for (const name of this.#told) {
      const column = columns[name];
      if (column !== undefined) column[at] = values[place++];
    }
  }
}

/** What is known of one series' rows. */
export class SeriesRows {
  readonly instrumentId: string;
  readonly #number: number;
  readonly #all: SeriesBatches;
  rows = 0;
  #faults: ReadFault[] = [];
  #empty = 0;

  constructor(instrumentId: string, number: number, all: SeriesBatches) {
    this.instrumentId = instrumentId;
    this.#number = number;
    this.#all = all;
  }

  get isEmpty(): boolean {
    return this.rows === 0 && this.#faults.length === 0 && this.#empty === 0;
  }

  add(
    line: number,
    openTime: number,
    open: number,
    high: number,
    low: number,
    close: number,
    volume: number,
    state: number,
    optional: Float64Array,
  ): void {
    this.rows++;
    this.#all.rows.add(this.#number, line, openTime, open, high, low, close, volume, state, optional);
  }

  addEmpty(): void {
    this.#empty++;
  }

  refuse(line: number, message: string, raw: string, openTime?: number, code: BarFault = 'invalidBar'): void {
    const place = openTime === undefined ? { line } : { line, openTime };
    this.#faults.push({ ...place, code, message, raw: raw.slice(0, SHOWN_LENGTH) });
    this.#all.faults++;
  }

  take(columns: BarColumns, lines: Float64Array): SeriesBatch {
    const batch = { instrumentId: this.instrumentId, columns, lines, faults: this.#faults, empty: this.#empty };
    this.rows = 0;
    this.#faults = [];
    this.#empty = 0;
    return batch;
  }
}
