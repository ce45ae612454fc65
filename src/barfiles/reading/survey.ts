import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  DAY_MS,
  gridOfSeries,
  isAligned,
  isBelowDay,
  isEpochMs,
  type BarGrid,
  type BarInterval,
  type TrackedHours,
} from '../../market/index.ts';
import { InvalidRequestError } from '../../platform/errors/index.ts';
import { plainName } from '../columns/column-names.ts';
import { NUMBERING } from '../columns/find-columns.ts';
import { layoutOf, type Layout } from '../layouts/index.ts';
import type { Row, Table } from '../tables/table.ts';
import {
  isEmptyCell,
  NumberFormFinder,
  TimeFormFinder,
  ZonedTimes,
  type NumberForm,
  type TimeForm,
} from '../values/index.ts';
import { chooseColumns } from './choose-columns.ts';
import type { ChosenColumns } from './chosen-columns.ts';
import { chooseInterval, intervalOfText, type IntervalChoice } from './choose-interval.ts';
import { chooseTimeColumn } from './choose-time-column.ts';
import { chooseZone, type ZoneChoice } from './choose-zone.ts';
import { zoneInName, zoneNamedAs } from './zone-in-name.ts';
import { openTimesOf } from './open-time.ts';
import type { ReadingContext, ReadingOptions } from './reading-options.ts';
import { NEARLY_ALL, requireSoundRows } from './require-sound-rows.ts';
import { SymbolChooser } from './symbols.ts';
import { TimeCells } from './time-cells.ts';

type Cells = readonly unknown[];

/** Of a file without rows. */
const NO_TIMES: TimeForm = {
  shown: 'no times',
  gives: 'instant',
  isDateOnly: false,
  read: () => NaN,
  localDay: () => NaN,
};

/** So many rows tell how the whole file is written, where they leave nothing open. */
const SURVEYED_ROWS = 10_000;
/** What is still open then may be told by one of these; what is open after them is asked. */
const MOST_SURVEYED_ROWS = 500_000;
const ROWS_FOR_COLUMNS = 1_000;

/** Everything that was decided of a file: how each of its rows becomes a bar. */
export interface Plan {
  readonly layout: Layout | undefined;
  readonly columns: ChosenColumns;
  readonly timeForm: TimeForm;
  /** Only where the file's times name none. */
  readonly zone: ZoneChoice | undefined;
  readonly numberForm: NumberForm;
  /** What prices of whole numbers are divided by. */
  readonly priceUnit: number;
  /** What volumes are multiplied by. */
  readonly volumeUnit: number;
  readonly interval: IntervalChoice;
  /** Where bars of less than a day begin. */
  readonly grid: BarGrid;
  readonly timeIs: 'open' | 'close';
  /** Weeks and months named by a day within them. */
  readonly isWithin: boolean;
  readonly symbols: SymbolChooser;
  readonly hours: TrackedHours;
  /** Columns of a file without names. */
  readonly width: number;
}

export interface Surveyed {
  readonly plan: Plan;
  /** All rows of the table, where so few were needed that they are at hand. */
  readonly batches: readonly (readonly Row[])[] | undefined;
}

/**
 * Decides how a file is read, by its first rows; by more of them where these leave something open.
 * @throws InvalidRequestError where the file can be read in two ways, with the option that decides
 */
export async function survey(table: Table, options: ReadingOptions, context: ReadingContext): Promise<Surveyed> {
  const rows = new SurveyedRows(table.batches);
  try {
    return { plan: await decide(rows, table, options, context), batches: rows.all() };
  } finally {
    await rows.close();
  }
}

async function decide(
  rows: SurveyedRows,
  table: Table,
  options: ReadingOptions,
  { now, hoursOf, signal }: ReadingContext,
): Promise<Plan> {
  await rows.readTo(SURVEYED_ROWS);
  rows.orFaulty();
  const layout = layoutOf(options.layout, table.names);
  const known = chooseColumns({
    names: table.names,
    rows: rows.cells.slice(0, ROWS_FOR_COLUMNS),
    columns: options.columns ?? (table.names === undefined ? columnsOfLayout(layout, rows.cells) : undefined),
    symbolColumn: options.symbolColumn,
    symbol: options.instrumentId?.slice(options.instrumentId.indexOf(':') + 1),
  });
  const timeOptions = {
    now,
    epochUnit: options.timeUnit,
    dateOrder: options.dateOrder ?? layout?.dateOrder,
    dates: datesOf(table, known),
  };
  const columns = chooseTimeColumn(known, rows.cells.slice(0, ROWS_FOR_COLUMNS), table.names, timeOptions);
  const symbols = new SymbolChooser(columns, table.about, options);
  const cells = new TimeCells(columns);

  const times = new TimeFormFinder(timeOptions);
  const numbers = new NumberFormFinder({ separator: table.separator, decimal: options.decimal ?? layout?.decimal });
  const note = (row: Cells): void => {
    symbols.note(row);
    if (isEmptyRow(row, columns)) return;
    times.add(cells.of(row));
    for (const place of numberPlaces(columns)) numbers.add(row[place]);
  };
  await noteRows(rows, note, () => times.isOpen || numbers.isOpen, signal);
  if (symbols.mustBeOne) await noteRest(rows, (row) => symbols.note(row), signal);
  const timeForm = rows.cells.length === 0 ? NO_TIMES : times.form();
  const numberForm = numbers.form();

  const readable = rows.cells.filter((row) => !isEmptyRow(row, columns) && !Number.isNaN(timeForm.read(cells.of(row))));
  const wanted = options.interval ?? layout?.interval;
  const filled = readable.filter((row) => isOfInterval(row, columns, wanted));
  const read = filled.map((row) => timeForm.read(cells.of(row)));
  const named = wanted ?? intervalInColumn(columns, filled);
  const interval = chooseInterval(symbols.bySeries(filled, read), {
    interval: named,
    forceInterval: options.forceInterval,
  });
  const first = symbols.firstInstrument(filled);
  const hours: TrackedHours = first === undefined ? { sessions: 'regular' } : await hoursOf(first);
  const timeIs = options.timeIs ?? layout?.timeIs;
  const align = first === undefined ? 'clock' : options.align;
  const grid = gridOfSeries({ interval: interval.interval, align }, hours) ?? refuseAlign(first, hours);
  const zone = needsZone(timeForm, read, interval.interval)
    ? zoneOf(timeForm, zoneOfFile(table, columns), read, options, layout, hours)
    : undefined;
  requireSoundRows(filled, columns, numberForm);
  const plan = {
    layout,
    columns,
    timeForm,
    zone,
    numberForm,
    priceUnit: layout?.priceUnit === undefined || !areWhole(filled, columns) ? 1 : layout.priceUnit,
    volumeUnit: layout?.volumeUnit ?? columns.volumeUnit,
    interval,
    grid,
    symbols,
    hours,
    timeIs: timeIs ?? ('open' as const),
    isWithin: false,
    width: rows.cells[0]?.length ?? 0,
  };
  const openTimes = openTimesSurveyed(plan, filled, cells);
  if (isBelowDay(interval.interval) || interval.interval === '1d') {
    requireAligned(openTimes, plan);
    return plan;
  }
  return { ...plan, isWithin: isWithinPeriods(openTimes, interval.interval, timeIs) };
}

/** Looks at the first rows, and at more of them as long as something is open. */
async function noteRows(
  rows: SurveyedRows,
  note: (row: Cells) => void,
  isOpen: () => boolean,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (const row of rows.cells) note(row);
  for (let count = rows.cells.length; isOpen() && count < MOST_SURVEYED_ROWS;) {
    signal?.throwIfAborted();
    const others = await rows.others();
    if (others === undefined) return;
    for (const row of others) note(row);
    count += others.length;
    await nextTurn();
  }
}

async function noteRest(
  rows: SurveyedRows,
  note: (row: Cells) => void,
  signal: AbortSignal | undefined,
): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const others = await rows.others();
    if (others === undefined) return;
    for (const row of others) note(row);
  }
}

/** First rows of a file. Where it is damaged it is damaged when it is read, too, and what came before is told from there. */
class SurveyedRows {
  readonly cells: Cells[] = [];
  readonly #faulty: Cells[] = [];
  readonly #rest: AsyncIterator<readonly Row[]>;
  #batches: (readonly Row[])[] | undefined = [];
  #hasEnded = false;

  constructor(batches: AsyncIterable<readonly Row[]>) {
    this.#rest = batches[Symbol.asyncIterator]();
  }

  async readTo(count: number): Promise<void> {
    while (this.cells.length < count) {
      const rows = await this.#next();
      if (rows === undefined) return;
      for (const { cells, fault } of rows) (fault === undefined ? this.cells : this.#faulty).push(cells);
    }
  }

  /** Every row as it came, of a table that is no longer than what is surveyed of any. */
  all(): readonly (readonly Row[])[] | undefined {
    return this.#hasEnded ? this.#batches : undefined;
  }

  /** Rows that are not sound show how they are meant where no other does. */
  orFaulty(): void {
    if (this.cells.length === 0) this.cells.push(...this.#faulty.filter((cells) => cells.length > 0));
  }

  /** The next of the rows that are looked at once and not kept. */
  async others(): Promise<readonly Cells[] | undefined> {
    const rows = await this.#next();
    return rows?.flatMap(({ cells, fault }) => (fault === undefined ? [cells] : []));
  }

  async close(): Promise<void> {
    await this.#rest.return?.();
  }

  async #next(): Promise<readonly Row[] | undefined> {
    try {
      const next = await this.#rest.next();
      this.#hasEnded ||= next.done === true;
      if (next.done === true) return undefined;
      if (this.cells.length < SURVEYED_ROWS) this.#batches?.push(next.value);
      else this.#batches = undefined;
      return next.value;
    } catch (error) {
      if (this.cells.length === 0) throw error;
      this.#batches = undefined;
      return undefined;
    }
  }
}

/** Whether a row says of nothing that it traded: no price, and no volume but 0. */
export function isEmptyRow(row: Cells, { open, high, low, close, volume }: ChosenColumns): boolean {
  return (
    isEmptyCell(row[open]) &&
    isEmptyCell(row[high]) &&
    isEmptyCell(row[low]) &&
    isEmptyCell(row[close]) &&
    (volume < 0 || isEmptyCell(row[volume]) || Number(row[volume]) === 0)
  );
}

/** Whether prices are written without a point: `4786` may be a unit of 4786, `4786.0` is the price. */
function areWhole(rows: readonly Cells[], columns: ChosenColumns): boolean {
  const isWhole = (cell: unknown): boolean =>
    isEmptyCell(cell) || typeof cell === 'bigint' || (typeof cell === 'string' && /^\s*-?\d+\s*$/.test(cell));
  return rows.every((row) => pricePlaces(columns).every((place) => isWhole(row[place])));
}

function pricePlaces({ open, high, low, close }: ChosenColumns): readonly number[] {
  return [open, high, low, close];
}

function numberPlaces(columns: ChosenColumns): readonly number[] {
  return columns.volume < 0 ? pricePlaces(columns) : [...pricePlaces(columns), columns.volume];
}

function datesOf({ names, wallTimes }: Table, { time: [place] }: ChosenColumns): 'wall' | 'instant' {
  return wallTimes.includes(names?.[place] ?? '') ? 'wall' : 'instant';
}

/** Days are named by dates, in whatever zone; all other times need one. */
function needsZone(form: TimeForm, read: readonly number[], interval: BarInterval): boolean {
  if (form.gives === 'instant' || form.isDateOnly) return false;
  return isBelowDay(interval) || read.some((time) => time % DAY_MS !== 0);
}

function zoneOf(
  form: TimeForm,
  named: string | undefined,
  walls: readonly number[],
  { timezone }: ReadingOptions,
  layout: Layout | undefined,
  { schedule }: TrackedHours,
): ZoneChoice {
  if (form.zone !== undefined) return { zone: form.zone, by: 'file' };
  if (named !== undefined) return { zone: named, by: 'file' };
  return chooseZone(walls, { timezone, ofLayout: layout?.timezone }, schedule);
}

/** The columns of a layout for files as wide as this one. */
function columnsOfLayout(layout: Layout | undefined, rows: readonly Cells[]): string | undefined {
  const columns = [layout?.columns ?? []].flat();
  const width = rows.reduce((widest, row) => Math.max(widest, row.length), 0);
  return columns.find((names) => names.split(',').length === width) ?? columns[0];
}

/** The zone that the column's name tells, or a vendor's answer beside its rows. */
function zoneOfFile({ names, about }: Table, { time }: ChosenColumns): string | undefined {
  const told = Object.entries(about).find(([key]) => plainName(key.replace(NUMBERING, '')) === 'timezone');
  return zoneInName(time.map((place) => names?.[place] ?? '').join(' ')) ?? zoneNamedAs(told?.[1]);
}

/** @throws InvalidRequestError `INTERVAL_NEEDED` where rows are of several */
function intervalInColumn(columns: ChosenColumns, rows: readonly Cells[]): BarInterval | undefined {
  if (columns.interval < 0) return undefined;
  const texts = new Set(rows.map((row) => String(row[columns.interval])));
  const [text = ''] = texts;
  if (texts.size <= 1) return intervalOfText(text);
  throw new InvalidRequestError(
    'INTERVAL_NEEDED',
    `The file holds bars of several intervals (${[...texts].slice(0, 5).join(', ')}); take those of one with --interval`,
  );
}

/** Rows of the interval that is read; the others are rejected. */
function isOfInterval(row: Cells, columns: ChosenColumns, interval: BarInterval | undefined): boolean {
  if (columns.interval < 0 || interval === undefined) return true;
  return (intervalOfText(String(row[columns.interval])) ?? interval) === interval;
}

/** Below a day the openTimes of rows; else the days that they name. */
function openTimesSurveyed(plan: Plan, rows: readonly Cells[], cells: TimeCells): number[] {
  const { timeForm, zone, interval, timeIs } = plan;
  const zoned = zone === undefined ? undefined : new ZonedTimes(zone.zone);
  const isDays = !isBelowDay(interval.interval);
  const openTimes = openTimesOf({
    ...plan,
    interval: isDays ? '1d' : interval.interval,
    timeIs: isDays && interval.interval !== '1d' ? 'open' : timeIs,
    isDateOnly: timeForm.isDateOnly,
  });
  return rows.map((row) => {
    const cell = cells.of(row);
    const read = timeForm.read(cell);
    if (timeForm.gives === 'instant') return openTimes.of(read, timeForm.localDay(cell));
    return openTimes.of(zoned?.first(read) ?? read, dateOfWall(read));
  });
}

/** The date of a clock's midnight; `NaN` at any other time of day. */
export function dateOfWall(wall: number): number {
  return wall % DAY_MS === 0 ? wall : NaN;
}

/** For bars that lie on the other grid. */
const ADVICE = {
  session: 'They begin with trading; store them as such with --align session',
  clock: 'They lie on the UTC clock; leave out --align session',
};

/** Hours from 9:30 in a series of whole hours are no 10,000 mistakes, but another kind of bars. */
function requireAligned(
  openTimes: readonly number[],
  { grid, hours, interval: { interval } }: Pick<Plan, 'grid' | 'hours' | 'interval'>,
): void {
  const off = openTimes.filter((time) => !isOpenTime(time, grid));
  if (off.length === 0 || off.length < openTimes.length * NEARLY_ALL) return;
  const example = off.find((time) => isEpochMs(time));
  const shown = example === undefined ? '' : `, such as ${new Date(example).toISOString()}`;
  const other = gridOfSeries({ interval, align: grid.align === 'session' ? 'clock' : 'session' }, hours);
  const isOther =
    other !== undefined && off.filter((time) => isOpenTime(time, other)).length >= off.length * NEARLY_ALL;
  const where =
    grid.align === 'session' ? `where ${interval} bars of the sessions begin` : `on the grid of ${interval}`;
  const advice = isOther
    ? ADVICE[other.align]
    : 'Where times name the end of a bar, say --time-is close; where they are of another zone, --timezone';
  throw new InvalidRequestError(
    'NOT_ALIGNED',
    `${off.length} of the first ${openTimes.length} rows do not lie ${where}${shown}. ${advice}`,
  );
}

function isOpenTime(time: number, grid: BarGrid): boolean {
  return isEpochMs(time) && grid.firstOpenTimeFrom(time) === time;
}

function refuseAlign(instrument: string | undefined, { schedule }: TrackedHours): never {
  if (schedule === undefined)
    throw new InvalidRequestError(
      'NO_SCHEDULE',
      `The trading hours of ${instrument} are unknown, so bars cannot align to them; set a schedule, or leave out --align session`,
    );
  throw new InvalidRequestError(
    'NO_SESSIONS',
    `${instrument} trades around the clock, so that no session opens with which bars could begin; leave out --align session`,
  );
}

/** @throws InvalidRequestError `LABEL_NEEDED` where weeks or months are not named by their first day, and nobody says by which */
function isWithinPeriods(
  days: readonly number[],
  interval: BarInterval,
  timeIs: 'open' | 'close' | undefined,
): boolean {
  if (days.every((day) => Number.isNaN(day) || isAligned(day, interval))) return false;
  if (timeIs !== undefined) return true;
  const what = interval === '1w' ? 'week' : 'month';
  throw new InvalidRequestError(
    'LABEL_NEEDED',
    `The rows name ${what}s by days that do not begin them; say with --time-is close or --time-is open which end of the ${what} they name`,
  );
}
