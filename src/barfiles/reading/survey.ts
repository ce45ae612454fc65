import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  DAY_MS,
  gridOfSeries,
  isBelowDay,
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
import { isWithinPeriods, refuseAlign, requireAligned } from './require-aligned.ts';
import { requireSoundRows } from './require-sound-rows.ts';
import { SURVEYED_ROWS, SurveyedRows } from './surveyed-rows.ts';
import { SymbolChooser } from './symbols.ts';
import { takeOptional, type TakenColumn } from './take-optional.ts';
import { TimeCells } from './time-cells.ts';

type Cells = readonly unknown[];

/** Of a file without rows. */
const NO_TIMES: TimeForm = {
  shown: 'no times',
  gives: 'instant',
  isDateOnly: false,
  read: () => NaN,
  readBytes: () => NaN,
  localDay: () => NaN,
};

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
  /** Columns of what bars need not have. */
  readonly optional: readonly TakenColumn[];
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
  const symbols = new SymbolChooser(columns, table, options);
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

  const wanted = options.interval ?? layout?.interval;
  const filled: Cells[] = [];
  const read: number[] = [];
  for (const row of rows.cells) {
    if (isEmptyRow(row, columns) || !isOfInterval(row, columns, wanted)) continue;
    const time = timeForm.read(cells.of(row));
    if (Number.isNaN(time)) continue;
    filled.push(row);
    read.push(time);
  }
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
  const priceUnit = layout?.priceUnit === undefined || !areWhole(filled, columns) ? 1 : layout.priceUnit;
  const volumeUnit = layout?.volumeUnit ?? columns.volumeUnit;
  const units = { price: priceUnit, volume: volumeUnit, turnover: layout?.turnoverUnit ?? 1 };
  const plan = {
    layout,
    columns,
    timeForm,
    zone,
    numberForm,
    priceUnit,
    volumeUnit,
    optional: takeOptional(columns, filled, numberForm, units),
    interval,
    grid,
    symbols,
    hours,
    timeIs: timeIs ?? ('open' as const),
    isWithin: false,
    width: rows.cells[0]?.length ?? 0,
  };
  const openTimes = openTimesSurveyed(plan, read, (at) => timeForm.localDay(cells.of(filled[at])));
  if (isBelowDay(interval.interval) || interval.interval === '1d') {
    requireAligned(openTimes, { grid, hours, interval: interval.interval });
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
function openTimesSurveyed(plan: Plan, read: readonly number[], localDayOf: (at: number) => number): number[] {
  const { timeForm, zone, interval, timeIs } = plan;
  const zoned = zone === undefined ? undefined : new ZonedTimes(zone.zone);
  const isDays = !isBelowDay(interval.interval);
  const openTimes = openTimesOf({
    ...plan,
    interval: isDays ? '1d' : interval.interval,
    timeIs: isDays && interval.interval !== '1d' ? 'open' : timeIs,
    isDateOnly: timeForm.isDateOnly,
  });
  return read.map((time, at) => {
    if (timeForm.gives === 'instant') return openTimes.of(time, isDays ? localDayOf(at) : NaN);
    return openTimes.of(zoned?.first(time) ?? time, dateOfWall(time));
  });
}

/** The date of a clock's midnight; `NaN` at any other time of day. */
export function dateOfWall(wall: number): number {
  return wall % DAY_MS === 0 ? wall : NaN;
}
