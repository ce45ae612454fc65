import { DATE_ORDERS, type DateOrder } from './time-form.ts';

const MONTHS =
  'jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?';
const MONTH = `((?:${MONTHS})\\b\\.?|(?:${MONTHS})(?=\\d))`;
const FIRST_LETTERS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAY = '(?:((?:sun|mon|tues?|wed(?:nes)?|thu(?:rs)?|fri|sat(?:ur)?)(?:day)?)[.,]* +)?';
const JOINT = '(T|,? +)';

/** A layout of dates in text: its pattern, and in which orders its three parts can be. */
export interface DateShape {
  /** Four groups: the weekday, if any, and the parts as they come. */
  readonly pattern: string;
  /** One group: what stands between date and time of day. */
  readonly joint: string;
  /** The separator of numeric dates that begin with a year of four digits. */
  readonly yearFirstBy?: string;
  /** The orders that it can be in as long as nobody names one. */
  readonly orders: readonly DateOrder[];
  /** Those that may be named. */
  readonly nameable: readonly DateOrder[];
  /** As told to the user. */
  shown(order: DateOrder): string;
}

const SEPARATORS = ['-', '/', '.'];
const numeric = (separator: string): DateShape[] => {
  const sep = separator === '.' ? '\\.' : separator;
  const joined = (year: string) => (order: DateOrder) =>
    order
      .split('')
      .map((part) => (part === 'y' ? year : part === 'm' ? 'MM' : 'DD'))
      .join(separator);
  // Where dots separate, the day comes first: nobody writes month.day.year.
  const yearLast: readonly DateOrder[] = separator === '.' ? ['dmy'] : ['mdy', 'dmy'];
  const yearShort: readonly DateOrder[] = separator === '.' ? ['ymd', 'dmy'] : DATE_ORDERS;
  return [
    {
      pattern: `${WEEKDAY}(\\d{4})${sep}(\\d\\d?)${sep}(\\d\\d?)`,
      joint: JOINT,
      yearFirstBy: separator,
      orders: ['ymd'],
      nameable: ['ymd'],
      shown: joined('YYYY'),
    },
    {
      pattern: `${WEEKDAY}(\\d\\d?)${sep}(\\d\\d?)${sep}(\\d{4})`,
      joint: JOINT,
      orders: yearLast,
      nameable: ['mdy', 'dmy'],
      shown: joined('YYYY'),
    },
    {
      pattern: `${WEEKDAY}(\\d\\d?)${sep}(\\d\\d?)${sep}(\\d\\d)`,
      joint: JOINT,
      orders: yearShort,
      nameable: DATE_ORDERS,
      shown: joined('YY'),
    },
  ];
};

/** Every layout that is read; a text fits at most one. */
export const DATE_SHAPES: readonly DateShape[] = [
  ...SEPARATORS.flatMap(numeric),
  {
    pattern: '()(\\d{4})(\\d\\d)(\\d\\d)',
    joint: '(T|,? +|-(?=\\d\\d:))',
    orders: ['ymd'],
    nameable: ['ymd'],
    shown: () => 'YYYYMMDD',
  },
  {
    pattern: `${WEEKDAY}(\\d\\d?)(?:st|nd|rd|th)?[- ./]*${MONTH}[- ./,]*(\\d{4})`,
    joint: JOINT,
    orders: ['dmy'],
    nameable: ['dmy'],
    shown: () => 'DD Mon YYYY',
  },
  {
    // A spreadsheet's 04-Jan-24: nobody puts a short year first and names the month.
    pattern: `${WEEKDAY}(\\d\\d?)[- ./]*${MONTH}[- ./]*(\\d\\d)`,
    joint: JOINT,
    orders: ['dmy'],
    nameable: ['dmy', 'ymd'],
    shown: (order) => (order === 'ymd' ? 'YY Mon DD' : 'DD Mon YY'),
  },
  {
    pattern: `${WEEKDAY}${MONTH}[- ./]*(\\d\\d?)(?:st|nd|rd|th)?(?:, *|[- ./])(\\d{4})`,
    joint: JOINT,
    orders: ['mdy'],
    nameable: ['mdy'],
    shown: () => 'Mon DD, YYYY',
  },
  {
    pattern: `${WEEKDAY}(\\d{4})[- ./]*${MONTH}[- ./]*(\\d\\d?)`,
    joint: JOINT,
    orders: ['ymd'],
    nameable: ['ymd'],
    shown: () => 'YYYY Mon DD',
  },
];

/** The number of a month, by its name or its digits. */
export function monthOf(text: string): number {
  const code = text.charCodeAt(0);
  return code >= 48 && code <= 57 ? Number(text) : FIRST_LETTERS.indexOf(text.slice(0, 3).toLowerCase()) + 1;
}

/** A year of two digits is the last one of its kind that has begun. */
export function yearOf(text: string, latest: number): number {
  const year = Number(text);
  if (text.length > 2) return year;
  const century = Math.floor(latest / 100) * 100;
  return century + year <= latest ? century + year : century - 100 + year;
}
