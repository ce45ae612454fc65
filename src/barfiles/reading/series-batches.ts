import { newBarColumns, sliceColumns, type BarColumns, type BarFault } from '../../market/index.ts';
import type { ReadFault } from '../read-batch.ts';
import type { SeriesBatch } from './read-rows.ts';

/** Of one series: a few milliseconds of work. */
const BATCH_ROWS = 16_384;
/** Of many series together; they are held until then, so that a series is written seldom and in long pieces. */
const MANY_ROWS = 1_000_000;
const FIRST_ROWS = 256;
const MOST_FAULTS = 16_384;
const SHOWN_LENGTH = 200;

/** Gathers rows by series. */
export class SeriesBatches {
  readonly #series = new Map<string, SeriesRows>();
  readonly isMany: boolean;
  readonly #mostRows: number;
  #last: SeriesRows | undefined;

  constructor(isMany: boolean) {
    this.isMany = isMany;
    this.#mostRows = isMany ? MANY_ROWS : BATCH_ROWS;
  }

  of(instrumentId: string): SeriesRows {
    if (this.#last?.instrumentId === instrumentId) return this.#last;
    let series = this.#series.get(instrumentId);
    if (series === undefined) this.#series.set(instrumentId, (series = new SeriesRows(instrumentId, this)));
    this.#last = series;
    return series;
  }

  /** Rows of all series. */
  rows = 0;
  faults = 0;

  get isFull(): boolean {
    return this.rows >= this.#mostRows || this.faults >= MOST_FAULTS;
  }

  *take(): Generator<SeriesBatch> {
    this.rows = 0;
    this.faults = 0;
    for (const series of this.#series.values()) if (!series.isEmpty) yield series.take();
  }
}

/** Rows of one series, in the same memory over and over. */
export class SeriesRows {
  readonly instrumentId: string;
  readonly #all: SeriesBatches;
  #columns: BarColumns = newBarColumns(FIRST_ROWS);
  #lines = new Float64Array(FIRST_ROWS);
  #faults: ReadFault[] = [];
  #filled = 0;
  #empty = 0;

  constructor(instrumentId: string, all: SeriesBatches) {
    this.instrumentId = instrumentId;
    this.#all = all;
  }

  get isEmpty(): boolean {
    return this.#filled === 0 && this.#faults.length === 0 && this.#empty === 0;
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
  ): void {
    if (this.#filled === this.#lines.length) this.#grow();
    const columns = this.#columns;
    const at = this.#filled++;
    columns.openTime[at] = openTime;
    columns.open[at] = open;
    columns.high[at] = high;
    columns.low[at] = low;
    columns.close[at] = close;
    columns.volume[at] = volume;
    columns.state[at] = state;
    this.#lines[at] = line;
    this.#all.rows++;
  }

  addEmpty(): void {
    this.#empty++;
  }

  refuse(line: number, message: string, raw: string, openTime?: number, code: BarFault = 'invalidBar'): void {
    const place = openTime === undefined ? { line } : { line, openTime };
    this.#faults.push({ ...place, code, message, raw: raw.slice(0, SHOWN_LENGTH) });
    this.#all.faults++;
  }

  take(): SeriesBatch {
    const batch = {
      instrumentId: this.instrumentId,
      columns: sliceColumns(this.#columns, 0, this.#filled),
      lines: this.#lines.subarray(0, this.#filled),
      faults: this.#faults,
      empty: this.#empty,
    };
    this.#faults = [];
    this.#filled = 0;
    this.#empty = 0;
    if (this.#all.isMany) this.#forget();
    return batch;
  }

  /** Batches of many series are kept by whoever writes them. */
  #forget(): void {
    this.#columns = newBarColumns(FIRST_ROWS);
    this.#lines = new Float64Array(FIRST_ROWS);
  }

  #grow(): void {
    const larger = newBarColumns(this.#lines.length * 2);
    for (const [name, column] of Object.entries(this.#columns))
      (larger[name as keyof BarColumns] as Float64Array).set(column as Float64Array);
    this.#columns = larger;
    const lines = new Float64Array(this.#lines.length * 2);
    lines.set(this.#lines);
    this.#lines = lines;
  }
}
