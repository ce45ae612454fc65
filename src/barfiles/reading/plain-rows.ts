import { numberOfBytes } from '../number-text.ts';
import type { CsvRow } from '../tables/csv-table.ts';
import type { Table } from '../tables/table.ts';
import { KnownTexts } from './known-texts.ts';
import type { SeriesBatches, SeriesRows } from './series-batches.ts';
import type { Plan } from './survey.ts';

const QUOTE = 34;
const MOST_CELLS = 64;

/**
 * Reads rows that are written as programs write them, digits between separators, from their bytes: no text is made of
 * them. What is written in any other way, well or not, is left to whoever reads cells.
 */
export class PlainRows {
  /** Whose the row is that was read last; `undefined` of one that is not wanted. */
  series: SeriesRows | undefined;
  /** What its time says. */
  time = NaN;
  /** Its open, high, low, close, volume and what else is taken. */
  readonly numbers: Float64Array;
  readonly #plan: Plan;
  readonly #separator: number;
  readonly #timePlace: number;
  readonly #numberPlaces: readonly number[];
  readonly #batches: SeriesBatches;
  readonly #known = new KnownTexts<SeriesRows | 'notWanted'>();
  /** Where each cell of the row ends. */
  readonly #ends = new Uint32Array(MOST_CELLS);
  #row: CsvRow | undefined;
  #isPlain = false;

  /** `undefined` where a file is read in a way that needs more than time, numbers and symbol of its rows. */
  static of(plan: Plan, table: Table, batches: SeriesBatches): PlainRows | undefined {
    const { columns, numberForm, symbols, optional } = plan;
    const { open, high, low, close, volume, symbol } = columns;
    const isPlain =
      table.separator !== undefined &&
      table.separator.charCodeAt(0) < 128 &&
      numberForm.isPointPlain &&
      symbols.isBySymbolAlone &&
      columns.time.length === 1 &&
      columns.interval < 0 &&
      columns.state < 0 &&
      Math.max(columns.time[0], open, high, low, close, volume, symbol, ...optional.map(({ place }) => place)) <
        MOST_CELLS;
    return isPlain ? new PlainRows(plan, table.separator.charCodeAt(0), batches) : undefined;
  }

  private constructor(plan: Plan, separator: number, batches: SeriesBatches) {
    const { time, open, high, low, close, volume } = plan.columns;
    this.#plan = plan;
    this.#separator = separator;
    this.#timePlace = time[0];
    this.#numberPlaces = [open, high, low, close, volume, ...plan.optional.map(({ place }) => place)];
    this.numbers = new Float64Array(this.#numberPlaces.length);
    this.#batches = batches;
  }

  /** Whether the row is written so; what it says is found here until another one is read. */
  read(row: CsvRow): boolean {
    if (row === this.#row) return this.#isPlain;
    this.#row = row;
    return (this.#isPlain = row.isSoundWith(this.#split(row)) && this.#readSeries(row) && this.#readValues(row));
  }

  /** The number of cells; none for a row with quotes. */
  #split({ bytes, from, to }: CsvRow): number {
    let cells = 0;
    for (let at = from; at < to; at++) {
      const byte = bytes[at];
      if (byte === this.#separator) this.#ends[cells++] = at;
      else if (byte === QUOTE) return 0;
    }
    this.#ends[cells++] = to;
    return cells;
  }

  #readSeries(row: CsvRow): boolean {
    const { symbol: place } = this.#plan.columns;
    const to = place < 0 ? row.from : this.#ends[place];
    const from = place < 0 ? row.from : this.#begin(row, place);
    const series = this.#known.find(row.bytes, from, to) ?? this.#newSeries(row, from, to);
    this.series = series === 'notWanted' ? undefined : series;
    return series !== undefined;
  }

  #newSeries(row: CsvRow, from: number, to: number): SeriesRows | 'notWanted' | undefined {
    const instrumentId = this.#plan.symbols.instrumentOf(row.cells);
    if (instrumentId === undefined) return undefined;
    return this.#known.put(row.bytes, from, to, instrumentId === '' ? 'notWanted' : this.#batches.of(instrumentId));
  }

  #readValues(row: CsvRow): boolean {
    const { bytes } = row;
    const time = this.#timePlace;
    this.time = this.#plan.timeForm.readBytes(bytes, this.#begin(row, time), this.#ends[time]);
    let isRead = !Number.isNaN(this.time);
    for (let at = 0; at < this.numbers.length; at++) {
      const place = this.#numberPlaces[at];
      const value = place < 0 ? NaN : numberOfBytes(bytes, this.#begin(row, place), this.#ends[place]);
      this.numbers[at] = value;
      isRead &&= Number.isFinite(value) || place < 0;
    }
    return isRead;
  }

  #begin(row: CsvRow, place: number): number {
    return place === 0 ? row.from : this.#ends[place - 1] + 1;
  }
}
