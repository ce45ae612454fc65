import { setImmediate as nextTurn } from 'node:timers/promises';
import { BAR_STATES, decimalProduct, FINAL, isBelowDay, PROVISIONAL } from '../../market/index.ts';
import { CsvRow } from '../tables/csv-table.ts';
import type { Row, Table } from '../tables/table.ts';
import { isEmptyCell, ZonedSeries, ZonedTimes, type ZoneFault } from '../values/index.ts';
import { intervalOfText } from './choose-interval.ts';
import { openTimesOf, type OpenTimes } from './open-time.ts';
import { PlainRows } from './plain-rows.ts';
import { SeriesBatches, type SeriesBatch, type SeriesRows } from './series-batches.ts';
import { dateOfWall, isEmptyRow, type Plan } from './survey.ts';
import { TimeCells } from './time-cells.ts';

export interface RowOptions {
  readonly defaultState: 'provisional' | 'final';
  /** Reads no more rows than so many. */
  readonly mostRows?: number | undefined;
}

/** Reads the rows of a file as its plan says. */
export async function* readRows(
  table: Table,
  plan: Plan,
  { defaultState, mostRows = Infinity }: RowOptions,
): AsyncGenerator<SeriesBatch> {
  const reader = new RowReader(plan, table, defaultState);
  let left = mostRows;
  try {
    for await (const batch of table.batches) {
      const rows = batch.slice(0, left);
      left -= rows.length;
      for (let at = 0; at < rows.length;) {
        at = reader.readFrom(rows, at);
        if (!reader.batches.isFull) continue;
        yield* reader.batches.take();
        await nextTurn();
      }
      if (left === 0) break;
    }
  } catch (error) {
    reader.end();
    yield* reader.batches.take(); // what was read before the damage
    throw error;
  }
  reader.end();
  yield* reader.batches.take();
}

/** Open, high, low, close and volume. */
const NUMBERS = 5;

/** Turns rows into bars of their series. */
class RowReader {
  readonly batches: SeriesBatches;
  readonly #plan: Plan;
  readonly #plain: PlainRows | undefined;
  readonly #numbers: Float64Array;
  /** What the row has in the columns that bars need not have. */
  readonly #optional: Float64Array;
  readonly #cells: TimeCells;
  readonly #openTimes: OpenTimes;
  readonly #isOfDays: boolean;
  readonly #defaultState: number;
  readonly #zone: ZonedTimes | undefined;
  /** Local times of each series: rows of a doubled hour wait for the row that tells which is meant. */
  readonly #clocks = new Map<SeriesRows, ZonedSeries>();
  readonly #waiting = new Map<number, Row>();
  #count = 0;

  constructor(plan: Plan, table: Table, defaultState: 'provisional' | 'final') {
    this.#plan = plan;
    this.#cells = new TimeCells(plan.columns);
    this.#openTimes = openTimesOf({ ...plan, interval: plan.interval.interval, isDateOnly: plan.timeForm.isDateOnly });
    this.#isOfDays = !isBelowDay(plan.interval.interval);
    this.#defaultState = BAR_STATES.indexOf(defaultState);
    this.#zone = plan.zone === undefined ? undefined : new ZonedTimes(plan.zone.zone);
    this.#numbers = new Float64Array(NUMBERS + plan.optional.length);
    this.#optional = new Float64Array(plan.optional.length);
    this.batches = new SeriesBatches(
      plan.symbols.isMany,
      plan.optional.map(({ name }) => name),
    );
    this.#plain = PlainRows.of(plan, table, this.batches);
  }

  /** Reads rows from a place on until there is a full batch of them. @returns the place of the next one */
  readFrom(rows: readonly Row[], start: number): number {
    let at = start;
    while (at < rows.length && !this.batches.isFull) this.#read(rows[at++]);
    return at;
  }

  #read(row: Row): void {
    const { columns, symbols, timeForm } = this.#plan;
    const plain = this.#plainOf(row);
    if (plain !== undefined) {
      if (plain.series !== undefined) this.#placeByTime(plain.series, row, plain.time);
      return;
    }
    const instrumentId = symbols.instrumentOf(row.cells);
    if (instrumentId === '') return;
    const series = this.batches.of(instrumentId ?? '');
    if (row.fault !== undefined) return series.refuse(row.line, row.fault, row.written());
    if (instrumentId === undefined) return series.refuse(row.line, 'The row names no symbol', row.written());
    const other = this.#otherInterval(row.cells);
    if (other !== undefined) return series.refuse(row.line, `The row is of ${shownCell(other)}`, row.written());
    const cell = this.#cells.of(row.cells);
    const time = timeForm.read(cell);
    if (isEmptyRow(row.cells, columns) && (isEmptyCell(cell) || !Number.isNaN(time))) return series.addEmpty();
    if (Number.isNaN(time)) return series.refuse(row.line, this.#unreadTime(cell), row.written());
    this.#placeByTime(series, row, time);
  }

  #plainOf(row: Row): PlainRows | undefined {
    return row instanceof CsvRow && this.#plain?.read(row) === true ? this.#plain : undefined;
  }

  #placeByTime(series: SeriesRows, row: Row, time: number): void {
    const { timeForm } = this.#plan;
    if (timeForm.gives === 'instant') {
      const date = this.#isOfDays ? timeForm.localDay(this.#cells.of(row.cells)) : NaN;
      return this.#place(series, row, this.#openTimes.of(time, date));
    }
    if (this.#zone === undefined) return this.#place(series, row, this.#openTimes.of(time, dateOfWall(time)));
    const place = this.#count++;
    this.#waiting.set(place, row);
    this.#clockOf(series, this.#zone).add(place, time);
  }

  /** What a row says that it is of, where that is another interval than is read. */
  #otherInterval(cells: readonly unknown[]): unknown {
    const { columns, interval } = this.#plan;
    if (columns.interval < 0) return undefined;
    const cell = cells[columns.interval];
    return (intervalOfText(String(cell)) ?? interval.interval) === interval.interval ? undefined : cell;
  }

  /** Places the rows that waited for others. */
  end(): void {
    for (const clock of this.#clocks.values()) clock.end();
  }

  #clockOf(series: SeriesRows, zone: ZonedTimes): ZonedSeries {
    let clock = this.#clocks.get(series);
    if (clock === undefined) {
      clock = new ZonedSeries(zone, (place, time, fault) => this.#placeWaiting(series, place, time, fault));
      this.#clocks.set(series, clock);
    }
    return clock;
  }

  #placeWaiting(series: SeriesRows, place: number, time: number, fault: ZoneFault | undefined): void {
    const row = this.#waiting.get(place);
    if (row === undefined) return;
    this.#waiting.delete(place);
    const cell = this.#cells.of(row.cells);
    if (fault !== undefined) {
      const code = fault === 'ambiguousTime' ? fault : 'invalidBar';
      return series.refuse(row.line, this.#zoneFault(cell, fault), row.written(), undefined, code);
    }
    this.#place(series, row, this.#openTimes.of(time, dateOfWall(this.#plan.timeForm.read(cell))));
  }

  #place(series: SeriesRows, row: Row, openTime: number): void {
    const { columns, priceUnit, volumeUnit } = this.#plan;
    const { line } = row;
    if (Number.isNaN(openTime)) return series.refuse(line, this.#noBar(row), row.written(), undefined, 'notAligned');
    const numbers = this.#plainOf(row)?.numbers ?? this.#readNumbers(row.cells);
    const state = columns.state < 0 ? this.#defaultState : this.#stateOf(row.cells[columns.state]);
    if (numbers === undefined || state <= 0)
      return series.refuse(line, this.#faultOf(row.cells), row.written(), openTime);
    series.add(
      line,
      openTime,
      numbers[0] / priceUnit,
      numbers[1] / priceUnit,
      numbers[2] / priceUnit,
      numbers[3] / priceUnit,
      numbers[4] * volumeUnit,
      state,
      this.#optionalOf(numbers),
    );
  }

  #optionalOf(numbers: Float64Array): Float64Array {
    const optional = this.#optional;
    for (let at = 0; at < optional.length; at++) {
      const { unit, isAverage } = this.#plan.optional[at];
      const value = numbers[NUMBERS + at];
      const told = isAverage ? decimalProduct(value, numbers[4]) : value;
      optional[at] = unit === 1 ? told : decimalProduct(told, unit);
    }
    return optional;
  }

  /** Open, high, low, close, volume and what else is taken; `undefined` where one is missing or no number. */
  #readNumbers(cells: readonly unknown[]): Float64Array | undefined {
    const { columns, numberForm } = this.#plan;
    const numbers = this.#numbers;
    numbers[0] = numberForm.read(cells[columns.open]);
    numbers[1] = numberForm.read(cells[columns.high]);
    numbers[2] = numberForm.read(cells[columns.low]);
    numbers[3] = numberForm.read(cells[columns.close]);
    const hasVolume = columns.volume >= 0 && !isEmptyCell(cells[columns.volume]);
    numbers[4] = hasVolume ? numberForm.read(cells[columns.volume]) : NaN;
    const count = hasVolume ? NUMBERS : NUMBERS - 1;
    for (let at = 0; at < count; at++) if (Number.isNaN(numbers[at])) return undefined;
    for (let at = 0; at < this.#optional.length; at++) {
      const { place } = this.#plan.optional[at];
      const isEmpty = isEmptyCell(cells[place]);
      numbers[NUMBERS + at] = isEmpty ? NaN : numberForm.read(cells[place]);
      if (!isEmpty && Number.isNaN(numbers[NUMBERS + at])) return undefined;
    }
    return numbers;
  }

  #stateOf(cell: unknown): number {
    if (cell === undefined || isEmptyCell(cell)) return this.#defaultState;
    return cell === 'final' ? FINAL : cell === 'provisional' ? PROVISIONAL : -1;
  }

  #unreadTime(cell: unknown): string {
    if (isEmptyCell(cell)) return 'The time is missing';
    return `The times of the file are written as ${this.#plan.timeForm.shown}, and ${shownCell(cell)} is not`;
  }

  #zoneFault(cell: unknown, fault: ZoneFault): string {
    const zone = this.#plan.zone?.zone;
    return fault === 'skippedTime'
      ? `${shownCell(cell)} does not exist in ${zone}, where the clock was put forward`
      : `${shownCell(cell)} comes twice in ${zone}, and the order of the rows does not tell which is meant`;
  }

  #noBar({ cells }: Row): string {
    const { interval } = this.#plan.interval;
    return `No bar of ${interval} has the time ${shownCell(this.#cells.of(cells))}`;
  }

  #faultOf(cells: readonly unknown[]): string {
    const { columns, numberForm } = this.#plan;
    for (const name of ['open', 'high', 'low', 'close', 'volume'] as const) {
      const cell = columns[name] < 0 ? undefined : cells[columns[name]];
      if (isEmptyCell(cell) && name !== 'volume') return `${name} is missing`;
      if (!isEmptyCell(cell) && Number.isNaN(numberForm.read(cell)))
        return `${name} is not a number: ${shownCell(cell)}`;
    }
    for (const { name, place } of this.#plan.optional)
      if (!isEmptyCell(cells[place]) && Number.isNaN(numberForm.read(cells[place])))
        return `${name} is not a number: ${shownCell(cells[place])}`;
    return `state must be provisional or final, not ${shownCell(cells[columns.state])}`;
  }
}

function shownCell(cell: unknown): string {
  return JSON.stringify(String(cell).slice(0, 60));
}
