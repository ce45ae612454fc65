import { newBarColumns, sliceColumns, type BarColumns, type BarFault } from '../market/index.ts';

/** A row that is no bar. */
export interface ReadFault {
  /** Line of a text file, row of a binary one; from 1, a header counts. */
  readonly line: number;
  /** UTC epoch ms, where its time can be told. */
  readonly openTime?: number;
  readonly code: BarFault;
  readonly message: string;
  /** The row as it stood. */
  readonly raw: string;
}

/** Some rows of a file; its columns are good until the next batch is asked for. */
export interface ReadBatch {
  readonly columns: BarColumns;
  /** For each bar, its line or row. */
  readonly lines: Float64Array;
  readonly faults: readonly ReadFault[];
}

const BATCH_ROWS = 16_384;
const SHOWN_LENGTH = 200;

/** Gathers rows into batches, in the same memory over and over: a long file leaves no trail of columns behind. */
export class BatchBuilder {
  private readonly columns = newBarColumns(BATCH_ROWS);
  private readonly lines = new Float64Array(BATCH_ROWS);
  private faults: ReadFault[] = [];
  private filled = 0;

  get isFull(): boolean {
    return this.filled === BATCH_ROWS || this.faults.length === BATCH_ROWS;
  }

  get isEmpty(): boolean {
    return this.filled === 0 && this.faults.length === 0;
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
    const { columns, filled } = this;
    columns.openTime[filled] = openTime;
    columns.open[filled] = open;
    columns.high[filled] = high;
    columns.low[filled] = low;
    columns.close[filled] = close;
    columns.volume[filled] = volume;
    columns.state[filled] = state;
    this.lines[this.filled++] = line;
  }

  refuse(line: number, message: string, raw: string, openTime?: number): void {
    const place = openTime === undefined ? { line } : { line, openTime };
    this.faults.push({ ...place, code: 'invalidBar', message, raw: raw.slice(0, SHOWN_LENGTH) });
  }

  take(): ReadBatch {
    const batch = {
      columns: sliceColumns(this.columns, 0, this.filled),
      lines: this.lines.subarray(0, this.filled),
      faults: this.faults,
    };
    this.faults = [];
    this.filled = 0;
    return batch;
  }
}
