import type { OptionalField } from '../columns/column-names.ts';
import { optionalPlaces, type ChosenColumns } from './chosen-columns.ts';
import { numberOfText } from '../number-text.ts';

type Row = readonly unknown[];

const TIME_OF_DAY = /^\d{1,2}:\d{2}(:\d{2})?$/;
const DATE = /^\d{4}[-./]\d{2}[-./]\d{2}$|^\d{2}[-./]\d{2}[-./]\d{4}$|^\d{8}$/;
/** A date with a time of day, or an epoch. */
const MOMENT = /^\d{4}[-./]?\d{2}[-./]?\d{2}([ T]+\d{2}:?\d{2}.*)?$|^\d{9,19}$/;
/** In files of LEAN whole prices after such a time are ten thousandths. */
const TIME_OF_LEAN = /^\d{8} \d{2}:\d{2}$/;
const KLINE_COLUMNS = 12;

const NOWHERE = { volumeUnit: 1, alsoTime: [], state: -1, symbol: -1, exchange: -1, interval: -1 } as const;

/**
 * The columns of a file without a header, where only one reading of its values is possible: a moment and five numbers, a
 * date, a time of day and five numbers, or the twelve columns of Binance's klines. Prices come in the order open, high,
 * low, close, which every row must bear out.
 */
export function columnsByValues(rows: readonly Row[]): ChosenColumns | undefined {
  const width = rows[0]?.length ?? 0;
  if (rows.some((row) => row.length !== width)) return undefined;
  const isAll = (place: number, pattern: RegExp): boolean =>
    rows.every((row) => pattern.test(String(row[place]).trim()));
  if (width === 7 && isAll(0, DATE) && isAll(1, TIME_OF_DAY) && arePrices(rows, 2)) return chosen([0, 1], 2);
  if (width === 6 && isAll(0, MOMENT) && arePrices(rows, 1) && !(isAll(0, TIME_OF_LEAN) && rows.every(hasHundreds)))
    return chosen([0], 1);
  if (width === KLINE_COLUMNS && isAll(0, /^\d{9,19}$/) && arePrices(rows, 1) && rows.every(isKline))
    return chosen([0], 1, { turnover: 7, trades: 8 });
  return undefined;
}

function chosen(
  time: ChosenColumns['time'],
  open: number,
  places: Readonly<Partial<Record<OptionalField, number>>> = {},
): ChosenColumns {
  const optional = optionalPlaces((field) => places[field] ?? -1);
  return { ...NOWHERE, time, open, high: open + 1, low: open + 2, close: open + 3, volume: open + 4, optional };
}

/** Whether four prices of a bar and a volume begin at this place: in all rows the second is the highest, the third the lowest. */
function arePrices(rows: readonly Row[], first: number): boolean {
  let moves = false;
  for (const row of rows) {
    const [open, high, low, close, volume] = [0, 1, 2, 3, 4].map((at) => numberOf(row[first + at]));
    if (!(volume >= 0 && high >= open && high >= close && low <= open && low <= close)) return false;
    moves ||= high > low;
  }
  return moves;
}

/** Whether a row's prices may be ten thousandths of whole cents. */
function hasHundreds(row: Row): boolean {
  return [1, 2, 3, 4].every((place) => numberOf(row[place]) % 100 === 0);
}

/** A kline ends within itself, and its last columns are parts of its volumes. */
function isKline(row: Row): boolean {
  const [openTime, closeTime] = [numberOf(row[0]), numberOf(row[6])];
  return (
    closeTime > openTime && Number.isInteger(numberOf(row[8])) && numberOf(row[9]) <= numberOf(row[5]) * (1 + 1e-9)
  );
}

function numberOf(cell: unknown): number {
  return typeof cell === 'number' ? cell : numberOfText(String(cell).trim());
}
