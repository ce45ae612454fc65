import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableFromArrays, tableToIPC } from 'apache-arrow';
import fc from 'fast-check';
import { parquetWriteBuffer } from 'hyparquet-writer';
import { readVendorFile, type ReadBar, type VendorFileOptions } from '../../test/support/read-vendor-file.ts';
import { NAMES_OF, type ColumnField } from './columns/column-names.ts';

const INSTRUMENT = 'COINBASE:BTCUSD';
const ZONES = ['UTC', 'America/New_York', 'Europe/Berlin', 'Asia/Kolkata', 'Australia/Lord_Howe', 'Pacific/Apia'];
const MINUTE_MS = 60_000;
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

/** How a moment is written; `wall` is what the zone's clock shows, as if it were UTC. */
interface TimeText {
  readonly cells: (wall: Date, time: number) => readonly (string | number | bigint)[];
  readonly options?: VendorFileOptions;
  /** Whether the text alone tells the moment. */
  readonly isInstant?: boolean;
}

const two = (value: number): string => String(value).padStart(2, '0');
const ymd = (wall: Date, sign: string): string =>
  [wall.getUTCFullYear(), two(wall.getUTCMonth() + 1), two(wall.getUTCDate())].join(sign);
const hm = (wall: Date, sign = ':'): string => [two(wall.getUTCHours()), two(wall.getUTCMinutes())].join(sign);
const half = (wall: Date): string =>
  `${wall.getUTCHours() % 12 || 12}:${two(wall.getUTCMinutes())} ${wall.getUTCHours() < 12 ? 'AM' : 'PM'}`;
const dmy = (wall: Date, sign: string): string => ymd(wall, '-').split('-').reverse().join(sign);

const TIME_TEXTS: Readonly<Record<string, TimeText>> = {
  s: { cells: (_, time) => [time / 1_000], isInstant: true },
  ms: { cells: (_, time) => [time], isInstant: true },
  us: { cells: (_, time) => [BigInt(time) * 1_000n], isInstant: true },
  ns: { cells: (_, time) => [BigInt(time) * 1_000_000n], isInstant: true },
  iso: { cells: (_, time) => [new Date(time).toISOString()], isInstant: true },
  sql: { cells: (wall) => [`${ymd(wall, '-')} ${hm(wall)}:00`] },
  dots: { cells: (wall) => [`${ymd(wall, '.')} ${hm(wall)}`] },
  european: { cells: (wall) => [`${dmy(wall, '/')} ${hm(wall)}`], options: { dateOrder: 'dmy' } },
  german: { cells: (wall) => [`${dmy(wall, '.')} ${hm(wall)}:00`] },
  american: {
    cells: (wall) => [`${wall.getUTCMonth() + 1}/${wall.getUTCDate()}/${wall.getUTCFullYear()} ${half(wall)}`],
    options: { dateOrder: 'mdy' },
  },
  named: {
    cells: (wall) => [`${MONTHS[wall.getUTCMonth()]} ${wall.getUTCDate()}, ${wall.getUTCFullYear()} ${hm(wall)}`],
  },
  compact: { cells: (wall) => [`${ymd(wall, '')} ${hm(wall, '')}00`] },
  digits: { cells: (wall) => [`${ymd(wall, '')}${hm(wall, '')}00`] },
  'date and time': { cells: (wall) => [ymd(wall, '-'), `${hm(wall)}:00`] },
  'dots and time': { cells: (wall) => [ymd(wall, '.'), hm(wall)] },
};

/** How a number is written. */
const NUMBER_TEXTS = {
  plain: { text: String, options: {}, separator: ',' },
  tabs: { text: String, options: { decimal: 'point' }, separator: '\t' },
  'decimal comma': {
    text: (value: number) => String(value).replace('.', ','),
    options: { decimal: 'comma' },
    separator: ';',
  },
  thousands: { text: (value: number) => `"${grouped(value)}"`, options: { decimal: 'point' }, separator: ',' },
  dollars: { text: (value: number) => `"$${grouped(value)}"`, options: { decimal: 'point' }, separator: ',' },
} as const satisfies Record<string, { text: (value: number) => string; options: VendorFileOptions; separator: string }>;

function grouped(value: number): string {
  const [whole = '', fraction] = String(value).split('.');
  return whole.replace(/\B(?=(\d{3})+$)/g, ',') + (fraction === undefined ? '' : `.${fraction}`);
}

/** What the clock of a zone shows, by the platform's own rules. */
function wallOf(time: number, timeZone: string): Date {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(time);
  const of = (type: string): number => Number(parts.find((part) => part.type === type)?.value);
  return new Date(Date.UTC(of('year'), of('month') - 1, of('day'), of('hour'), of('minute')));
}

type Values = readonly [open: number, high: number, low: number, close: number, volume: number];
type TimedBar = readonly [openTime: number, ...Values];

const price = fc
  .double({ min: 0.001, max: 1e8, noNaN: true, noDefaultInfinity: true })
  .map((value) => Number(value.toPrecision(12)));
const someBars: fc.Arbitrary<readonly TimedBar[]> = fc
  .tuple(
    fc.integer({ min: Date.UTC(2002, 0) / MINUTE_MS, max: Date.UTC(2025, 0) / MINUTE_MS }),
    fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.array(price, { minLength: 4, maxLength: 4 }), price), {
      minLength: 1,
      maxLength: 30,
    }),
  )
  .map(([start, rows]) => {
    let minute = start;
    return rows.map(([gap, prices, volume]) => {
      minute += gap;
      return [minute * MINUTE_MS, prices[0], Math.max(...prices), Math.min(...prices), prices[1], volume] as const;
    });
  });

const FIELDS = ['open', 'high', 'low', 'close', 'volume'] as const;
const spelled = fc.constantFrom(
  (name: string) => name,
  (name: string) => name.toUpperCase(),
  (name: string) => `<${name.toUpperCase()}>`,
  (name: string) => name.charAt(0).toUpperCase() + name.slice(1),
);
const nameOf = (field: ColumnField, without: readonly string[] = []): fc.Arbitrary<string> =>
  fc.constantFrom(...NAMES_OF[field].filter((name) => !without.includes(name)));

interface Column {
  readonly name: string;
  readonly cells: readonly unknown[];
  readonly isNumber: boolean;
}

const someFile = fc.record({
  bars: someBars,
  zone: fc.constantFrom(...ZONES),
  timeText: fc.constantFrom(...Object.keys(TIME_TEXTS)),
  numberText: fc.constantFrom(...(Object.keys(NUMBER_TEXTS) as (keyof typeof NUMBER_TEXTS)[])),
  isDescending: fc.boolean(),
  spelling: spelled,
  names: fc.record({
    openTime: nameOf('openTime', ['gmttime', 'utctime', 'utc', 'datetimeutc', 'timeutc', 'dateutc', 'utctimestamp']),
    timeOfDay: nameOf('timeOfDay', ['timestamp', 'hour', 'hora', 'bartime', 'localtime']),
    open: nameOf('open'),
    high: nameOf('high'),
    low: nameOf('low'),
    close: nameOf('close'),
    volume: nameOf('volume'),
  }),
  order: fc.array(fc.nat(), { minLength: 7, maxLength: 7 }),
});
type SomeFile = typeof someFile extends fc.Arbitrary<infer File> ? File : never;

/** The columns of a file, shuffled, with the names that it gives them. */
function columnsOf({ bars, zone, timeText, isDescending, spelling, names, order }: SomeFile): readonly Column[] {
  const rows = isDescending ? bars.toReversed() : bars;
  const times = rows.map(([time]) => TIME_TEXTS[timeText].cells(wallOf(time, zone), time));
  const isPair = times[0].length > 1;
  const columns = [
    { name: isPair ? 'date' : names.openTime, cells: times.map(([cell]) => cell), isNumber: false },
    ...(isPair ? [{ name: names.timeOfDay, cells: times.map(([, cell]) => cell), isNumber: false }] : []),
    ...FIELDS.map((field, at) => ({ name: names[field], cells: rows.map((row) => row[at + 1]), isNumber: true })),
  ];
  return columns
    .map((column, at) => ({ ...column, name: spelling(column.name), place: order[at] }))
    .toSorted((one, other) => one.place - other.place);
}

function optionsOf({ zone, timeText }: SomeFile): VendorFileOptions {
  const { options, isInstant = false } = TIME_TEXTS[timeText];
  return {
    instrumentId: INSTRUMENT,
    interval: '1m',
    forceInterval: true,
    ...(isInstant ? {} : { timezone: zone }),
    ...options,
  };
}

/** Everything that was written is read, bit for bit; rows of a doubled hour may be refused, and nothing else. */
async function assertSame(content: string | Uint8Array, file: SomeFile, options: VendorFileOptions): Promise<void> {
  const { bars, faults } = await readVendorFile(content, options);
  const wanted = new Map(file.bars.map(([time, ...values]) => [isoOf(time), values]));
  const read: readonly ReadBar[] = bars[INSTRUMENT] ?? [];
  for (const [time, ...values] of read) assert.deepEqual(values, wanted.get(time), time);
  assert.deepEqual(
    faults.filter((fault) => !fault.includes('ambiguousTime')),
    [],
  );
  assert.equal(new Set(read.map(([time]) => time)).size + faults.length, file.bars.length);
}

const isoOf = (time: number): string => new Date(time).toISOString().replace('.000Z', 'Z');

test('CSV with any names, order, zone, times and numbers reads back the same', async () => {
  await fc.assert(
    fc.asyncProperty(someFile, async (file) => {
      const { text, options, separator } = NUMBER_TEXTS[file.numberText];
      const columns = columnsOf(file);
      const quoted = (cell: unknown): string => (String(cell).includes(',') ? `"${String(cell)}"` : String(cell));
      const lines = file.bars.map((_, at) =>
        columns
          .map(({ cells, isNumber }) => (isNumber ? text(cells[at] as number) : quoted(cells[at])))
          .join(separator),
      );
      const header = columns.map(({ name }) => name).join(separator);
      await assertSame([header, ...lines, ''].join('\n'), file, { ...optionsOf(file), ...options });
    }),
    { numRuns: 300 },
  );
});

/** JSON has no whole numbers beyond doubles: vendors write those as text. */
const jsonCell = (cell: unknown): unknown => (typeof cell === 'bigint' ? String(cell) : cell);
const objectsOf = (file: SomeFile): readonly object[] =>
  file.bars.map((_, at) => Object.fromEntries(columnsOf(file).map(({ name, cells }) => [name, jsonCell(cells[at])])));

test('JSON and NDJSON with any names, order, zone and times read back the same', async () => {
  await fc.assert(
    fc.asyncProperty(someFile, async (file) => {
      const objects = objectsOf(file);
      const lists = Object.fromEntries(columnsOf(file).map(({ name, cells }) => [name, cells.map(jsonCell)]));
      await assertSame(JSON.stringify(objects), file, optionsOf(file));
      await assertSame(JSON.stringify({ status: 'ok', data: objects }), file, optionsOf(file));
      await assertSame(JSON.stringify(lists), file, optionsOf(file));
      await assertSame(objects.map((one) => `${JSON.stringify(one)}\n`).join(''), file, optionsOf(file));
    }),
    { numRuns: 60 },
  );
});

test('Parquet and Arrow with any names, order, zone and times read back the same', async () => {
  await fc.assert(
    fc.asyncProperty(someFile, async (file) => {
      const columns = columnsOf(file);
      const parquet = parquetWriteBuffer({
        columnData: columns.map(({ name, cells }) => ({ name, data: [...cells], type: typeOf(cells[0]) })),
      });
      await assertSame(new Uint8Array(parquet), file, optionsOf(file));
      const arrow = tableFromArrays(Object.fromEntries(columns.map(({ name, cells }) => [name, arrowOf(cells)])));
      await assertSame(tableToIPC(arrow, 'stream'), file, optionsOf(file));
    }),
    { numRuns: 60 },
  );
});

function typeOf(cell: unknown): 'STRING' | 'INT64' | 'DOUBLE' {
  if (typeof cell === 'string') return 'STRING';
  return typeof cell === 'bigint' ? 'INT64' : 'DOUBLE';
}

function arrowOf(cells: readonly unknown[]): string[] | BigInt64Array | Float64Array {
  if (typeof cells[0] === 'string') return [...(cells as string[])];
  return typeof cells[0] === 'bigint' ? BigInt64Array.from(cells as bigint[]) : Float64Array.from(cells as number[]);
}
