import { InvalidRequestError } from '../../platform/errors/index.ts';
import { COLUMN_FIELDS, plainName, type ColumnField } from '../columns/column-names.ts';
import { columnsOfOption, type NamedColumns } from '../columns/columns-option.ts';
import { findColumns, type FieldColumn, type FieldColumns } from '../columns/find-columns.ts';
import { isEmptyCell } from '../values/index.ts';
import { textOfCell } from '../tables/table.ts';
import { optionalPlaces, type ChosenColumns, type OptionalPlace } from './chosen-columns.ts';
import { columnsByValues } from './columns-by-values.ts';

type Rows = readonly (readonly unknown[])[];

const REQUIRED = ['open', 'high', 'low', 'close'] as const;
/** What volumes are not counted in, where two columns count the same trades. */
const MONEY = /^(usd|usdt|usdc|busd|fdusd|tusd|dai|eur|gbp|jpy|krw|try|aud|cad|chf|cny|currency|quote)$/i;
/** Names of many: what a header says that volumes are counted in. */
const UNITS_OF_VOLUME: Readonly<Record<string, number>> = {
  ...Object.fromEntries(['000', '000s', 'k', 'thousand', 'thousands', 'inthousands', 'tsd'].map((name) => [name, 1e3])),
  ...Object.fromEntries(
    ['m', 'mn', 'mio', 'mln', 'mm', 'million', 'millions', 'inmillions'].map((name) => [name, 1e6]),
  ),
};
/** The same of money, in words of India too. */
const UNITS_OF_MONEY: Readonly<Record<string, number>> = {
  ...UNITS_OF_VOLUME,
  ...Object.fromEntries(['lac', 'lacs', 'lakh', 'lakhs', 'inlacs', 'rslacs', 'rsinlacs'].map((name) => [name, 1e5])),
  ...Object.fromEntries(['cr', 'crore', 'crores', 'rscrores', 'incrores', 'rscr'].map((name) => [name, 1e7])),
};
/** Other names of a close are that of several prices, where a file has more than one of them. */
const CLOSES = /clos|^c$|schluss|cierre|fechamento|cloture|chiusura|zamkniecie|收盘|終値|종가/;
const MIDNIGHT = /[T ]0?0:00(:00(\.0+)?)?$/;
const HOURS = /^(\d|1\d|2[0-3])$/;
const TIME_OF_DAY = /^\s*\d{1,2}(:\d{2}){1,2}(\.\d+)?\s*([ap]m)?\s*$/i;
/** `93000` and `0`, whose zeros a spreadsheet has taken. */
const TIME_OF_DAY_DIGITS = /^\d{1,6}$/;
const DATE_ONLY =
  /^\s*(\d{8}|\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}|\p{L}{3,9}\.? \d{1,2},? \d{4}|\d{1,2}[- ]\p{L}{3,9}[- ]\d{2,4})\s*$/u;

export interface ColumnChoice {
  readonly names: readonly string[] | undefined;
  /** First rows of the file. */
  readonly rows: Rows;
  /** `--columns`, or what the layout says. */
  readonly columns?: string | undefined;
  readonly symbolColumn?: string | undefined;
  /** Where one is known: which of two volumes is meant may depend on it. */
  readonly symbol?: string | undefined;
}

/**
 * Decides which column is what: by the user, by names, or by values.
 * @throws InvalidRequestError `COLUMNS_NEEDED` where that is open, `FILE_HEADER_INVALID` where columns are missing
 */
export function chooseColumns(choice: ColumnChoice): ChosenColumns {
  const { names, rows } = choice;
  const named = choice.columns === undefined ? undefined : columnsOfOption(choice.columns);
  if (named?.kind === 'inOrder') return byOrder(named, rows);
  if (names === undefined) {
    if (named !== undefined) throw columnsNeeded('The file has no header; name all its columns in order', rows);
    return columnsByValues(rows) ?? refuseColumns(rows);
  }
  return byNames(names, named?.names ?? {}, choice);
}

function byNames(
  names: readonly string[],
  named: Readonly<Partial<Record<ColumnField, string>>>,
  { rows, symbolColumn, symbol }: ColumnChoice,
): ChosenColumns {
  const found = findColumns(names);
  const wanted = symbolColumn === undefined ? named : { ...named, symbol: symbolColumn };
  const columnsOf = (field: ColumnField): readonly FieldColumn[] => {
    const name = wanted[field];
    return name === undefined ? found[field] : [{ place: placeOf(names, name), rank: 0, unit: undefined }];
  };
  const one = (field: ColumnField): number => theOne(field, columnsOf(field), names);
  const volume = wanted.volume === undefined ? volumeOf(found, names, rows, symbol) : one('volume');
  const times = timesOf(columnsOf('openTime'), columnsOf('timeOfDay'), names, rows, wanted.openTime !== undefined);
  const missing = REQUIRED.filter((field) => columnsOf(field).length === 0);
  if (times === undefined || missing.length > 0)
    throw headerInvalid(times === undefined ? ['openTime', ...missing] : missing, names);
  const chosen = {
    ...times,
    volumeUnit: UNITS_OF_VOLUME[plainName(found.volume.find(({ place }) => place === volume)?.unit ?? '')] ?? 1,
    open: one('open'),
    high: one('high'),
    low: one('low'),
    close: closeOf(columnsOf('close'), names),
    volume,
    state: one('state'),
    symbol: one('symbol'),
    exchange: one('exchange'),
    interval: one('interval'),
  };
  // Of two volumes the other one may be counted in money.
  const unused = (field: ColumnField, others: readonly FieldColumn[] = []): OptionalPlace[] =>
    [...columnsOf(field), ...others]
      .filter(({ place }) => place !== volume)
      .map(({ place, unit = '' }) => ({ place, unit: UNITS_OF_MONEY[plainName(unit)] ?? 1 }));
  const optional = {
    trades: unused('trades'),
    turnover: unused('turnover', wanted.turnover === undefined ? found.volume : []),
    vwap: unused('vwap'),
    openInterest: unused('openInterest'),
  };
  return { ...chosen, optional };
}

function byOrder({ fields }: Extract<NamedColumns, { kind: 'inOrder' }>, rows: Rows): ChosenColumns {
  const width = Math.max(...rows.map((row) => row.length));
  const place = (field: ColumnField): number => fields.indexOf(field);
  const repeated = COLUMN_FIELDS.find((field) => fields.indexOf(field) !== fields.lastIndexOf(field));
  if (repeated !== undefined) throw columnsNeeded(`--columns names ${repeated} twice`, rows);
  const missing = (['openTime', ...REQUIRED] as const).filter((field) => place(field) < 0);
  if (missing.length > 0) throw columnsNeeded(`--columns does not name ${missing.join(', ')}`, rows);
  if (rows.length > 0 && width !== fields.length)
    throw columnsNeeded(`--columns names ${fields.length} columns, and the file has ${width}`, rows);
  const timeOfDay = place('timeOfDay');
  return {
    time: timeOfDay < 0 ? [place('openTime')] : [place('openTime'), timeOfDay],
    alsoTime: [],
    open: place('open'),
    high: place('high'),
    low: place('low'),
    close: place('close'),
    volume: place('volume'),
    volumeUnit: 1,
    state: place('state'),
    symbol: place('symbol'),
    exchange: place('exchange'),
    interval: place('interval'),
    optional: optionalPlaces(place),
  };
}

/** A settlement and a last price are not the same: where none is called the close, they are for the user to choose. */
function closeOf(columns: readonly FieldColumn[], names: readonly string[]): number {
  const [first, second] = columns;
  if (second !== undefined && !CLOSES.test(plainName(names[first.place]))) throw undecided('close', columns, names);
  return theOne('close', columns, names);
}

/** The column of the surest name; -1 where there is none. Two of one name cannot be told apart. */
function theOne(field: ColumnField, columns: readonly FieldColumn[], names: readonly string[]): number {
  if (columns.length === 0) return -1;
  const [first, second] = columns;
  if (second !== undefined && second.rank === first.rank) throw undecided(field, [first, second], names);
  return first.place;
}

/** Of several the one that is counted in shares or coins; one that is zero throughout counts nothing. */
function volumeOf(found: FieldColumns, names: readonly string[], rows: Rows, symbol: string | undefined): number {
  const { volume: columns } = found;
  const swapped =
    columns.length === 1
      ? found.turnover.find(({ place }) => isMoney(columns[0].place, place, found, rows))
      : undefined;
  if (swapped !== undefined) return swapped.place;
  if (columns.length <= 1) return columns[0]?.place ?? -1;
  const counting = columns.filter(({ place }) => rows.some((row) => !/^[0.\s]*$/.test(textOfCell(row[place]))));
  const some = counting.length === 0 ? columns.slice(0, 1) : counting;
  if (some.length === 1) return some[0].place;
  const bare = some.filter(({ unit }) => unit === undefined);
  if (bare.length > 0) return theOne('volume', bare, names);
  const ofSymbol = some.filter(({ unit = '' }) => symbol?.toLowerCase().startsWith(unit.toLowerCase()));
  if (ofSymbol.length === 1) return ofSymbol[0].place;
  const notMoney = some.filter(({ unit = '' }) => !MONEY.test(unit));
  if (notMoney.length === 1) return notMoney[0].place;
  throw undecided('volume', some, names);
}

/** Whether the first column is the second one's bars at their price: Huobi calls the money `vol`, and the coins `amount`. */
function isMoney(first: number, second: number, { high, low }: FieldColumns, rows: Rows): boolean {
  const traded = rows.filter((row) => Number(row[first]) > 0 && Number(row[second]) > 0);
  const isWithin = (price: number, row: Rows[number]): boolean =>
    price >= Number(row[low[0].place]) * 0.99 && price <= Number(row[high[0].place]) * 1.01;
  return (
    low.length > 0 &&
    high.length > 0 &&
    traded.length > 0 &&
    traded.every((row) => isWithin(Number(row[first]) / Number(row[second]), row)) &&
    !traded.every((row) => isWithin(Number(row[second]) / Number(row[first]), row))
  );
}

/** What tells the time: one column, or one with dates and one with times of day; others must agree with it. */
function timesOf(
  times: readonly FieldColumn[],
  timesOfDay: readonly FieldColumn[],
  names: readonly string[],
  rows: Rows,
  isNamed: boolean,
): Pick<ChosenColumns, 'time' | 'alsoTime'> | undefined {
  const known = new Map<number, readonly string[]>();
  const cellsOf = (place: number): readonly string[] => {
    const cells = known.get(place) ?? rows.map((row) => textOfCell(row[place])).filter((text) => !isEmptyCell(text));
    known.set(place, cells);
    return cells;
  };
  const isAll = (place: number, pattern: RegExp): boolean =>
    cellsOf(place).length > 0 && cellsOf(place).every((text) => pattern.test(text));
  const moments = placesOf(times);
  if (isNamed && moments.length === 1 && timesOfDay.length === 0) return { time: [moments[0]], alsoTime: [] };
  const dates = moments.filter((place) => isAll(place, DATE_ONLY));
  const isClock = (place: number): boolean =>
    isAll(place, TIME_OF_DAY) || (dates.length > 0 && isAll(place, TIME_OF_DAY_DIGITS));
  const clocks = placesOf([...timesOfDay, ...times]).filter((place) => !dates.includes(place) && isClock(place));
  const whole = moments.filter(
    (place) => !clocks.includes(place) && !dates.includes(place) && cellsOf(place).length > 0,
  );
  if (whole.length > 0 && clocks.length > 0 && isAll(whole[0], MIDNIGHT))
    throw undecidedClock(names[whole[0]], names[clocks[0]]);
  const days = dates.filter((place) => !TRADING_DAYS.has(plainName(names[place])));
  if (whole.length > 0) return { time: [whole[0]], alsoTime: [...whole.slice(1), ...days] };
  if (dates.length > 0 && clocks.length > 0 && isAll(clocks[0], HOURS)) throw hoursAlone(names[clocks[0]]);
  if (dates.length > 0 && clocks.length > 0) return { time: [dates[0], clocks[0]], alsoTime: [] };
  if (dates.length > 0) return { time: [dates[0]], alsoTime: days.filter((place) => place !== dates[0]) };
  if (rows.length === 0 && moments.length > 0) return { time: [moments[0]], alsoTime: [] };
  // An index without a name, as data frames are written.
  const index = names.findIndex((name) => ['', 'index', 'unnamed0', 'indexlevel0'].includes(plainName(name)));
  return index >= 0 && !isAll(index, /^\d{1,7}$/) ? { time: [index], alsoTime: [] } : undefined;
}

/** Trading days of exchanges, which need not be the dates of their times. */
const TRADING_DAYS: ReadonlySet<string> = new Set(['tradingday', 'tradedate']);

function undecidedClock(date: string, clock: string): InvalidRequestError {
  return new InvalidRequestError(
    'COLUMNS_NEEDED',
    `${JSON.stringify(date)} has nothing but midnights, and ${JSON.stringify(clock)} times of day: write dates without a time of day, or choose with --columns time='${date}'`,
  );
}

function hoursAlone(name: string): InvalidRequestError {
  return new InvalidRequestError(
    'TIME_FORM_UNKNOWN',
    `Times of day such as those of ${JSON.stringify(name)} can be hours or minutes: write 9 as 09:00`,
  );
}

function placesOf(columns: readonly FieldColumn[]): number[] {
  return [...new Set(columns.map(({ place }) => place))];
}

function placeOf(names: readonly string[], name: string): number {
  const exact = names.findIndex((one) => one.trim() === name.trim());
  const place = exact >= 0 ? exact : names.findIndex((one) => plainName(one) === plainName(name));
  if (place < 0)
    throw new InvalidRequestError(
      'COLUMNS_NEEDED',
      `There is no column ${JSON.stringify(name)}; found ${listed(names)}`,
    );
  return place;
}

function undecided(field: ColumnField, columns: readonly FieldColumn[], names: readonly string[]): InvalidRequestError {
  const candidates = columns.map(({ place }) => JSON.stringify(names[place]));
  const option = field === 'openTime' ? 'time' : field;
  return new InvalidRequestError(
    'COLUMNS_NEEDED',
    `${candidates.join(' and ')} may both be the ${field}; choose with --columns ${option}='${names[columns[0].place]}'`,
  );
}

function headerInvalid(missing: readonly string[], names: readonly string[]): InvalidRequestError {
  return new InvalidRequestError(
    'FILE_HEADER_INVALID',
    `No column for ${missing.join(', ')}; found ${listed(names)}. ` +
      `Say which is which with --columns ${missing.map((field) => `${field === 'openTime' ? 'time' : field}=NAME`).join(',')}, or for a file without a header --columns openTime,open,high,low,close,volume,-`,
  );
}

function refuseColumns(rows: Rows): never {
  if (rows.length === 0) throw new InvalidRequestError('FILE_HEADER_INVALID', 'The file is empty');
  throw columnsNeeded('The file has no header, and its values can be read in several ways', rows);
}

function columnsNeeded(what: string, rows: Rows): InvalidRequestError {
  const [row] = rows;
  const shown = row === undefined ? '' : ` The first row is ${row.map(textOfCell).join(', ').slice(0, 200)}.`;
  return new InvalidRequestError(
    'COLUMNS_NEEDED',
    `${what}.${shown} Name the columns with --columns openTime,open,high,low,close,volume (- for one to leave out), or the --layout`,
  );
}

const SHOWN_COLUMNS = 12;

function listed(names: readonly string[]): string {
  const shown = names.slice(0, SHOWN_COLUMNS).map((name) => JSON.stringify(name.slice(0, 40)));
  return `${shown.join(', ')}${names.length > SHOWN_COLUMNS ? ', …' : ''}`;
}
