import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { InvalidRequestError } from '../../platform/errors/index.ts';
import { TimeFormFinder, type TimeFormOptions } from './time-forms.ts';

const NOW = Date.UTC(2026, 10, 29);
const HOUR_MS = 3_600_000;

function finderOf(cells: readonly unknown[], options: Partial<TimeFormOptions> = {}) {
  const finder = new TimeFormFinder({ now: NOW, ...options });
  for (const cell of cells) finder.add(cell);
  return finder;
}

const iso = (time: number) => (Number.isNaN(time) ? 'none' : new Date(time).toISOString().replace('.000Z', 'Z'));

/** Cells of one file, the form, and the times; `~` stands before a time that is on a wall. */
const READ: readonly (readonly [cells: readonly unknown[], shown: string, times: readonly string[]])[] = [
  [['2024-01-02T05:00:00Z'], 'YYYY-MM-DDTHH:MM:SSZ', ['2024-01-02T05:00:00Z']],
  [['2024-01-02t05:00z'], 'YYYY-MM-DDTHH:MMZ', ['2024-01-02T05:00:00Z']],
  [
    ['2024-01-02T05:00:00.5Z', '2024-01-02T05:00:00.123456789Z', '2024-01-02T05:00:00,007Z'],
    'YYYY-MM-DDTHH:MM:SSZ',
    ['2024-01-02T05:00:00.500Z', '2024-01-02T05:00:00.123Z', '2024-01-02T05:00:00.007Z'],
  ],
  [
    ['2024-01-02 05:00:00+00:00', '2024-01-02 05:00:00-0500', '2024-01-02T05:00:00 +05:30', '2024-01-02 05:00Z'],
    'YYYY-MM-DD HH:MM:SS with offset',
    ['2024-01-02T05:00:00Z', '2024-01-02T10:00:00Z', '2024-01-01T23:30:00Z', '2024-01-02T05:00:00Z'],
  ],
  [
    ['2024-01-02 05:00:00 UTC', '2024-01-02 05:00:00 GMT+1'],
    'YYYY-MM-DD HH:MM:SS with offset',
    ['2024-01-02T05:00:00Z', '2024-01-02T04:00:00Z'],
  ],
  [
    ['2024-01-02 09:30:00 EST', '2024-07-02 09:30:00 EDT'],
    'YYYY-MM-DD HH:MM:SS with offset',
    ['2024-01-02T14:30:00Z', '2024-07-02T13:30:00Z'],
  ],
  [['2024-01-02T09:30:00-05:00[America/New_York]'], 'YYYY-MM-DDTHH:MM:SS with offset', ['2024-01-02T14:30:00Z']],
  [
    ['Thu Jan 04 2024 09:30:00 GMT-0500 (Eastern Standard Time)'],
    'Mon DD, YYYY HH:MM:SS with offset',
    ['2024-01-04T14:30:00Z'],
  ],
  [['Thu, 04 Jan 2024 09:30:00 GMT'], 'DD Mon YYYY HH:MM:SS with offset', ['2024-01-04T09:30:00Z']],
  [['2024-01-02', '2024-1-3'], 'YYYY-MM-DD', ['~2024-01-02T00:00:00Z', '~2024-01-03T00:00:00Z']],
  [
    ['2024-01-02 09:30:00', '2024-01-02 09:30'],
    'YYYY-MM-DD HH:MM:SS',
    ['~2024-01-02T09:30:00Z', '~2024-01-02T09:30:00Z'],
  ],
  [['2024/01/02 9:30'], 'YYYY/MM/DD HH:MM', ['~2024-01-02T09:30:00Z']],
  [['2024.01.02 00:00'], 'YYYY.MM.DD HH:MM', ['~2024-01-02T00:00:00Z']],
  [['02.01.2024 00:00:00.000'], 'DD.MM.YYYY HH:MM:SS', ['~2024-01-02T00:00:00Z']],
  [['2.1.2024'], 'DD.MM.YYYY', ['~2024-01-02T00:00:00Z']],
  [['20240102', '20240103'], 'YYYYMMDD', ['~2024-01-02T00:00:00Z', '~2024-01-03T00:00:00Z']],
  [
    [20_240_102, 20_240_103n, '20240104.0'],
    'YYYYMMDD',
    ['~2024-01-02T00:00:00Z', '~2024-01-03T00:00:00Z', '~2024-01-04T00:00:00Z'],
  ],
  [['20240102 093000'], 'YYYYMMDD HHMMSS', ['~2024-01-02T09:30:00Z']],
  [['20240102  09:30:00'], 'YYYYMMDD HH:MM:SS', ['~2024-01-02T09:30:00Z']],
  [['20240102-09:30:00'], 'YYYYMMDD HH:MM:SS', ['~2024-01-02T09:30:00Z']],
  [['20240102T093000Z'], 'YYYYMMDDTHHMMSSZ', ['2024-01-02T09:30:00Z']],
  [['202401020930', '202401020931'], 'YYYYMMDDHHMM', ['~2024-01-02T09:30:00Z', '~2024-01-02T09:31:00Z']],
  [['20240102093000', 20_240_102_240_000], 'YYYYMMDDHHMMSS', ['~2024-01-02T09:30:00Z', '~2024-01-03T00:00:00Z']],
  [['1/2/2024 9:30', '1/13/2024 16:00'], 'MM/DD/YYYY HH:MM', ['~2024-01-02T09:30:00Z', '~2024-01-13T16:00:00Z']],
  [['1/2/2024', '13/2/2024'], 'DD/MM/YYYY', ['~2024-02-01T00:00:00Z', '~2024-02-13T00:00:00Z']],
  [['01/15/24', '12/31/99'], 'MM/DD/YY', ['~2024-01-15T00:00:00Z', '~1999-12-31T00:00:00Z']],
  [['13-01-2024'], 'DD-MM-YYYY', ['~2024-01-13T00:00:00Z']],
  [['Tue 01/02/2024', 'Thu 02/01/2024'], 'MM/DD/YYYY', ['~2024-01-02T00:00:00Z', '~2024-02-01T00:00:00Z']],
  [
    ['Jan 4, 2024', 'January 05, 2024', 'Feb. 6 2024'],
    'Mon DD, YYYY',
    ['~2024-01-04T00:00:00Z', '~2024-01-05T00:00:00Z', '~2024-02-06T00:00:00Z'],
  ],
  [
    ['4 Jan 2024', '04-Jan-2024', '04Jan2024', '4th January 2024'],
    'DD Mon YYYY',
    Array.from({ length: 4 }, () => '~2024-01-04T00:00:00Z'),
  ],
  [['04-Jan-24'], 'DD Mon YY', ['~2024-01-04T00:00:00Z']],
  [['2024-Jan-04'], 'YYYY Mon DD', ['~2024-01-04T00:00:00Z']],
  [['Thu Jan 04 2024'], 'Mon DD, YYYY', ['~2024-01-04T00:00:00Z']],
  [
    ['2024-01-02 09:30 AM', '2024-01-02 9:30:00 PM', '2024-01-02 12:00 a.m.'],
    'YYYY-MM-DD HH:MM AM/PM',
    ['~2024-01-02T09:30:00Z', '~2024-01-02T21:30:00Z', '~2024-01-02T00:00:00Z'],
  ],
  [
    ['2019-10-17 09-AM', '2019-10-17 12-PM', '2019-10-17 12-AM'],
    'YYYY-MM-DD HH AM/PM',
    ['~2019-10-17T09:00:00Z', '~2019-10-17T12:00:00Z', '~2019-10-17T00:00:00Z'],
  ],
  [['20240102 0930', '20240102 1600'], 'YYYYMMDD HHMM', ['~2024-01-02T09:30:00Z', '~2024-01-02T16:00:00Z']],
  [
    ['20240102 930', '20240103 1600', '20240103 0'],
    'YYYYMMDD HHMM',
    ['~2024-01-02T09:30:00Z', '~2024-01-03T16:00:00Z', '~2024-01-03T00:00:00Z'],
  ],
  [
    ['20240102 93000', '20240102 0', '20240102 100'],
    'YYYYMMDD HHMMSS',
    ['~2024-01-02T09:30:00Z', '~2024-01-02T00:00:00Z', '~2024-01-02T00:01:00Z'],
  ],
  [['20240102 000000'], 'YYYYMMDD HHMMSS', ['~2024-01-02T00:00:00Z']],
  [['20240102 0'], 'YYYYMMDD HHMM', ['~2024-01-02T00:00:00Z']],
  [['2006-01-02 24:00', '2006-01-02 00:00:00'], 'YYYY-MM-DD HH:MM', ['~2006-01-03T00:00:00Z', '~2006-01-02T00:00:00Z']],
  [
    ['1704067200', 1_704_067_260n, 1_704_067_320.5],
    'epoch s',
    ['2024-01-01T00:00:00Z', '2024-01-01T00:01:00Z', '2024-01-01T00:02:00.500Z'],
  ],
  [['1704067200000', '1704067200000.0'], 'epoch ms', ['2024-01-01T00:00:00Z', '2024-01-01T00:00:00Z']],
  [['1704067200000999'], 'epoch us', ['2024-01-01T00:00:00Z']],
  [['1744792500000000000', 1_744_792_560_000_000_000n], 'epoch ns', ['2025-04-16T08:35:00Z', '2025-04-16T08:36:00Z']],
  [['86400000', '63072000000'], 'epoch ms', ['1970-01-02T00:00:00Z', '1972-01-01T00:00:00Z']],
  [['-252460800000', '86400000'], 'epoch ms', ['1962-01-01T00:00:00Z', '1970-01-02T00:00:00Z']],
  [['86400', '172800'], 'epoch s', ['1970-01-02T00:00:00Z', '1970-01-03T00:00:00Z']],
  [['-315619200'], 'epoch s', ['1960-01-01T00:00:00Z']],
  [[new Date(NOW)], 'timestamps', ['2026-11-29T00:00:00Z']],
];
for (const [cells, shown, times] of READ)
  test(`reads ${cells.map(String).join(' | ')}`, () => {
    const form = finderOf(cells).form();
    assert.equal(form.shown, shown);
    assert.deepEqual(
      cells.map((cell) => (form.gives === 'wall' ? '~' : '') + iso(form.read(cell))),
      times,
    );
    assert.equal(form.isDateOnly, form.gives === 'wall' && !/H/.test(shown), 'days have no time of day');
  });

const REFUSED: readonly (readonly [cells: readonly unknown[], code: string, message: RegExp])[] = [
  [['1/2/2024', '1/3/2024'], 'DATE_ORDER_NEEDED', /"1\/2\/2024".*--date-order ymd\|mdy\|dmy/],
  [['1/1/2024'], 'DATE_ORDER_NEEDED', /--date-order/],
  [['01-02-2024 09:30'], 'DATE_ORDER_NEEDED', /--date-order/],
  [['01/02/24'], 'DATE_ORDER_NEEDED', /--date-order/],
  [['13/01/24'], 'DATE_ORDER_NEEDED', /--date-order/],
  [['13/01/2024', '01/13/2024', '01/02/2024'], 'DATE_ORDER_NEEDED', /"13\/01\/2024", "01\/13\/2024".*no order/],
  [['20240102 930', '20240102 931'], 'TIME_FORM_UNKNOWN', /"20240102 930".*09:30 or 0930/],
  [['2024-01-02', '2024-01-03 00:00:00'], 'TIME_FORM_UNKNOWN', /several ways.*"2024-01-02" and "2024-01-03 00:00:00"/],
  [['45293', '45294'], 'TIME_FORM_UNKNOWN', /Excel/],
  [['2023', '2024'], 'TIME_FORM_UNKNOWN', /2023 to 2024/],
  [['202401', '202402'], 'TIME_FORM_UNKNOWN', /202401/],
  [['86400000'], 'TIME_UNIT_NEEDED', /1972-09-27.*1970-01-02.*--time-unit s\|ms\|us\|ns/],
  [['379800000', '379860000'], 'TIME_UNIT_NEEDED', /--time-unit/],
  [['1641600000'], 'TIME_UNIT_NEEDED', /2022-01-08.*1970-01-20/],
  [['0'], 'TIME_UNIT_NEEDED', /--time-unit/],
  [['99999999999999999999'], 'TIME_FORM_UNKNOWN', /epoch times/],
  [['1.7040672e9'], 'TIME_FORM_UNKNOWN', /Not a time/],
  [['9:30'], 'TIME_FORM_UNKNOWN', /Not a time: "9:30".*--columns time=NAME/],
  [['', null, 'NaN'], 'TIME_FORM_UNKNOWN', /no times/],
  [['2024-02-30'], 'TIME_FORM_UNKNOWN', /"2024-02-30"/],
  [['2024-01-02 23:59:60'], 'TIME_FORM_UNKNOWN', /23:59:60/],
  [['2024-01-02 24:01'], 'TIME_FORM_UNKNOWN', /24:01/],
  [['2024-01-02 13:00 PM'], 'TIME_FORM_UNKNOWN', /13:00 PM/],
  [['2024-01-02 09:30:00+24:00'], 'TIME_FORM_UNKNOWN', /24:00/],
  [['2024-01-02 09:30:00 Nowhere'], 'TIME_FORM_UNKNOWN', /Nowhere/],
  [['2024-01-02Z'], 'TIME_FORM_UNKNOWN', /2024-01-02Z/],
  [['Fri Jan 04 2024'], 'TIME_FORM_UNKNOWN', /Fri Jan 04/],
];
for (const [cells, code, message] of REFUSED)
  test(`refuses ${cells.map(String).join(' | ')}`, () => {
    assert.throws(() => finderOf(cells).form(), { code, message });
    assert.throws(() => finderOf(cells).form(), InvalidRequestError);
  });

test('an option decides what the file does not show', () => {
  const read = (cell: string, options: Partial<TimeFormOptions>) => iso(finderOf([cell], options).form().read(cell));
  assert.equal(read('1/2/2024', { dateOrder: 'mdy' }), '2024-01-02T00:00:00Z');
  assert.equal(read('1/2/2024', { dateOrder: 'dmy' }), '2024-02-01T00:00:00Z');
  assert.equal(read('24/01/02', { dateOrder: 'ymd' }), '2024-01-02T00:00:00Z');
  assert.equal(read('02.01.2024', { dateOrder: 'mdy' }), '2024-02-01T00:00:00Z');
  assert.equal(read('24-Jan-04', { dateOrder: 'ymd' }), '2024-01-04T00:00:00Z');
  assert.equal(read('2024-01-02', { dateOrder: 'dmy' }), '2024-01-02T00:00:00Z', 'the year first shows the order');
  assert.equal(read('86400000', { epochUnit: 'ms' }), '1970-01-02T00:00:00Z');
  assert.equal(read('379800000', { epochUnit: 'ms' }), '1970-01-05T09:30:00Z');
  assert.throws(() => read('1/2/2024', { dateOrder: 'ymd' }), { code: 'DATE_ORDER_NEEDED', message: /not .* ymd/ });
  assert.throws(() => read('13/1/2024', { dateOrder: 'mdy' }), { code: 'TIME_FORM_UNKNOWN' });
});

test('the schema of a binary file says what its timestamps are', () => {
  const form = (dates: 'instant' | 'wall' | 'days') => finderOf([new Date(NOW)], { dates }).form();
  assert.deepEqual(
    [form('instant'), form('wall'), form('days')].map(({ gives, isDateOnly }) => [gives, isDateOnly]),
    [
      ['instant', false],
      ['wall', false],
      ['wall', true],
    ],
  );
  assert.ok(Number.isNaN(form('instant').read('2024-01-02')));
});

test('names of zones: one a file, and none where an abbreviation has several meanings', () => {
  const form = finderOf(['20240102 09:30:00 US/Eastern']).form();
  assert.deepEqual([form.gives, form.zone], ['wall', 'US/Eastern']);
  assert.equal(iso(form.read('20240702 09:30:00 US/Eastern')), '2024-07-02T09:30:00Z');
  assert.ok(Number.isNaN(form.read('20240702 09:30:00 US/Central')));
  assert.ok(Number.isNaN(form.read('20240702 09:30:00')));
  assert.equal(finderOf(['1/23/24 9:30 PM ET']).form().zone, 'America/New_York');
  const unclear = finderOf(['2024-01-02 09:30:00 CST']).form();
  assert.deepEqual([unclear.gives, unclear.zone], ['wall', undefined]);
});

test('a form reads no cell that is written otherwise', () => {
  const others: readonly (readonly [string, readonly unknown[]])[] = [
    [
      '2024-01-02',
      ['2024-01-02 00:00:00', '2024/01/02', '20240102', '2024-02-30', new Date(0), 1_704_067_200, null, ''],
    ],
    [
      '2024-01-02 09:30:00',
      [
        '2024-01-02',
        '2024-01-02 09:30:00Z',
        '2024-01-02 09:30 PM',
        '2024-01-02 0930',
        `2024-01-02 09:30${' '.repeat(99)}`,
      ],
    ],
    ['2024-01-02 09:30:00Z', ['2024-01-02 09:30:00', '2024-01-02 09:30:00Z+05:00', '2024-01-02 09:30:00 ET']],
    ['1/13/2024', ['13/1/2024', '1/13/24', '2024/1/13']],
    ['20240102', ['20241302', '20240230', '2024-01-02', '1704067200', '20240102.5', '202401020930']],
    ['1704067200', ['20240102', '45293', '2024', '1704067200000', '1704067200x', '2024-01-02', Infinity]],
    ['1704067200000', ['1704067200', '202401020930', '20240102', '-9999999999999', '1e400']],
  ];
  for (const [cell, cells] of others) {
    const form = finderOf([cell]).form();
    assert.ok(!Number.isNaN(form.read(cell)));
    for (const other of cells)
      assert.ok(Number.isNaN(form.read(other)), `${cell}: ${String(other)} is ${form.read(other)}`);
  }
});

test('most cells decide how the others should be written', () => {
  const form = finderOf(['Total', '2024-01-02', '2024-01-03 00:00', '2024-01-04', '']).form();
  assert.equal(form.shown, 'YYYY-MM-DD');
  assert.ok(Number.isNaN(form.read('2024-01-03 00:00')));
});

test('is open as long as more cells could decide', () => {
  const isOpen = (...cells: unknown[]) => finderOf(cells).isOpen;
  assert.ok(isOpen());
  assert.ok(isOpen('', 'Total'));
  assert.ok(!isOpen('2024-01-02'));
  assert.ok(!isOpen('1704067200'));
  assert.ok(isOpen('86400000') && !isOpen('86400000', '63072000000'));
  assert.ok(isOpen('1/2/2024') && !isOpen('1/2/2024', '1/13/2024'));
  assert.ok(isOpen('20240102') && !isOpen('20240102', '20240103'));
  assert.ok(
    isOpen('20240102 930') && !isOpen('20240102 930', '20240103 930') && !isOpen('20240102 930', '20240102 93000'),
  );
  assert.ok(isOpen('20240102 0', '20240103 0', '20240103 100'), 'midnights alone do not show hours');
});

test('local midnight with its offset is the day as written', () => {
  const form = finderOf(['2022-01-03 00:00:00-05:00']).form();
  const cells = [
    '2022-01-03 00:00:00-05:00',
    '2022-07-03T00:00:00-0400',
    '2024-01-02 05:00:00+00:00',
    '2024-01-02 00:00Z',
    'x',
  ];
  assert.deepEqual(
    cells.map((cell) => iso(form.localDay(cell))),
    ['2022-01-03T00:00:00Z', '2022-07-03T00:00:00Z', 'none', '2024-01-02T00:00:00Z', 'none'],
  );
  assert.ok(Number.isNaN(finderOf(['2022-01-03']).form().localDay('2022-01-03')));
  assert.ok(Number.isNaN(finderOf(['1704067200']).form().localDay('1704067200')));
});

test('long cells of spaces are refused at once', () => {
  const cell = `2024-01-02 09:30:00${' '.repeat(1_000_000)}x`;
  assert.ok(finderOf([cell]).isOpen);
  assert.ok(Number.isNaN(finderOf(['2024-01-02 09:30:00']).form().read(cell)));
});

const two = (value: number) => String(value).padStart(2, '0');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

type Write = (time: Date) => string;
const DATES: Readonly<Record<string, Write>> = {
  'YYYY-MM-DD': (t) => `${t.getUTCFullYear()}-${two(t.getUTCMonth() + 1)}-${two(t.getUTCDate())}`,
  'YYYY.M.D': (t) => `${t.getUTCFullYear()}.${t.getUTCMonth() + 1}.${t.getUTCDate()}`,
  'YYYY/MM/DD': (t) => `${t.getUTCFullYear()}/${two(t.getUTCMonth() + 1)}/${two(t.getUTCDate())}`,
  'DD.MM.YYYY': (t) => `${two(t.getUTCDate())}.${two(t.getUTCMonth() + 1)}.${t.getUTCFullYear()}`,
  'M/D/YYYY': (t) => `${t.getUTCMonth() + 1}/${t.getUTCDate()}/${t.getUTCFullYear()}`,
  'DD/MM/YYYY': (t) => `${two(t.getUTCDate())}/${two(t.getUTCMonth() + 1)}/${t.getUTCFullYear()}`,
  'DD-MM-YY': (t) => `${two(t.getUTCDate())}-${two(t.getUTCMonth() + 1)}-${two(t.getUTCFullYear() % 100)}`,
  'MM/DD/YY': (t) => `${two(t.getUTCMonth() + 1)}/${two(t.getUTCDate())}/${two(t.getUTCFullYear() % 100)}`,
  'DD Mon YYYY': (t) => `${t.getUTCDate()} ${MONTHS[t.getUTCMonth()]} ${t.getUTCFullYear()}`,
  'Www Mon DD YYYY': (t) =>
    `${WEEKDAYS[t.getUTCDay()]} ${MONTHS[t.getUTCMonth()]} ${two(t.getUTCDate())} ${t.getUTCFullYear()}`,
  YYYYMMDD: (t) => `${t.getUTCFullYear()}${two(t.getUTCMonth() + 1)}${two(t.getUTCDate())}`,
};
const CLOCKS: Readonly<Record<string, Write>> = {
  none: () => '',
  'HH:MM:SS': (t) => ` ${t.toISOString().slice(11, 19)}`,
  'HH:MM:SS.fff': (t) => ` ${t.toISOString().slice(11, 23)}`,
  'h:MM AM': (t) => ` ${t.getUTCHours() % 12 || 12}:${two(t.getUTCMinutes())} ${t.getUTCHours() < 12 ? 'AM' : 'PM'}`,
  HHMM: (t) => ` ${two(t.getUTCHours())}${two(t.getUTCMinutes())}`,
  HHMMSS: (t) => ` ${two(t.getUTCHours())}${two(t.getUTCMinutes())}${two(t.getUTCSeconds())}`,
  'HMMSS without zeros': (t) => ` ${Number(t.toISOString().slice(11, 19).replaceAll(':', ''))}`,
  'HMM without zeros': (t) => ` ${Number(t.toISOString().slice(11, 16).replaceAll(':', ''))}`,
};
/** What a clock leaves out. */
const STEP_MS: Readonly<Record<string, number>> = {
  none: 24 * HOUR_MS,
  'HH:MM:SS.fff': 1,
  'h:MM AM': 60_000,
  HHMM: 60_000,
  'HMM without zeros': 60_000,
};
const moments = fc.array(fc.integer({ min: Date.UTC(1930, 0), max: NOW }), { minLength: 1, maxLength: 30 });

test('times written in any form and with any offset read back, or the file is refused; never another time', () => {
  let refused = 0;
  let read = 0;
  fc.assert(
    fc.property(
      moments,
      fc.constantFrom(...Object.keys(DATES)),
      fc.constantFrom(...Object.keys(CLOCKS)),
      fc.constantFrom(undefined, 0, 60, -300, 330, 345),
      (times, date, clock, offset) => {
        const step = STEP_MS[clock] ?? 1_000;
        // Minutes and seconds that lost their zeros are known as such if one is of a later hour.
        fc.pre(clock !== 'HMMSS without zeros' || times.some((time) => new Date(time).getUTCHours() > 0));
        const suffix = offset === undefined || clock === 'none' ? '' : offsetText(offset);
        const walls = times.map((time) => Math.floor(time / step) * step);
        const cells = walls.map(
          (wall) => (DATES[date]?.(new Date(wall)) ?? '') + (CLOCKS[clock]?.(new Date(wall)) ?? '') + suffix,
        );
        try {
          const form = finderOf(cells).form();
          cells.forEach((cell, at) => {
            const expected = (walls[at] ?? NaN) - (suffix === '' ? 0 : (offset ?? 0) * 60_000);
            assert.equal(form.read(cell), expected, `${cell} as ${form.shown}`);
          });
          read++;
        } catch (error) {
          if (!(error instanceof InvalidRequestError)) throw error;
          refused++;
        }
      },
    ),
    { numRuns: 3_000 },
  );
  assert.ok(refused < read / 4, `${refused} of ${read + refused} refused`);
});

function offsetText(minutes: number): string {
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(size / 60))}:${two(size % 60)}`;
}

test('epoch times of any unit read back, or the file is refused; never another time', () => {
  let refused = 0;
  const units = { s: 1_000, ms: 1, us: 1e-3, ns: 1e-6 };
  fc.assert(
    fc.property(
      fc.oneof(moments, fc.array(fc.integer({ min: -40 * 24 * HOUR_MS, max: 40 * 24 * HOUR_MS }), { minLength: 1 })),
      fc.constantFrom(...Object.entries(units)),
      fc.constantFrom(1_000, 60_000, 24 * HOUR_MS),
      fc.constantFrom(String, BigInt, Number),
      (moments, [unit, msPer], step, type) => {
        const times = moments.map((time) => Math.floor(time / step) * step);
        // Nobody has bars within the days of January 1970: as finer units, those numbers are seconds of this century.
        fc.pre(
          unit === 's' || times.every((time) => Math.abs(time) > 25 * 24 * HOUR_MS || time % (24 * HOUR_MS) === 0),
        );
        const cells = times.map((time) => type(unit === 'ns' ? `${BigInt(time) * 1_000_000n}` : `${time / msPer}`));
        try {
          const form = finderOf(cells).form();
          cells.forEach((cell, at) => {
            const read = form.read(cell);
            // Rows near 1970 that are no whole days are doubtful, and rejected one by one.
            if (!Number.isNaN(read)) assert.equal(read, times[at], `${cell} as ${form.shown}`);
          });
        } catch (error) {
          if (!(error instanceof InvalidRequestError)) throw error;
          refused++;
        }
      },
    ),
    { numRuns: 3_000 },
  );
  assert.ok(refused < 1_500, `${refused} refused`);
});
