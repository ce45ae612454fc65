import assert from 'node:assert/strict';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { gzipSync, zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromArrays, tableFromIPC, tableToIPC } from 'apache-arrow';
import fc from 'fast-check';
import { parquetReadObjects } from 'hyparquet';
import { soundBars } from '../../test/fixtures/market/sound-bars.ts';
import { openTestFile } from '../../test/support/bar-files.ts';
import {
  BAR_FIELDS,
  barsOf,
  columnsOfBars,
  concatColumns,
  copyBar,
  copyColumns,
  EPOCH_MS_RANGE,
  FINAL,
  isoOfEpochMs,
  newBarColumns,
  newColumnsLike,
  OPTIONAL_COLUMNS,
  sliceColumns,
  withFields,
  withPartial,
  type Bar,
  type BarColumns,
  type BarField,
  type BarInterval,
  type OptionalColumn,
} from '../market/index.ts';
import { PocketQuantError } from '../platform/errors/index.ts';
import { ByteText } from './byte-text.ts';
import {
  compressed,
  writeBars,
  type BarFileFormat,
  type BarFileSource,
  type BarFormat,
  type ReadBatch,
} from './index.ts';

const HEAD = {
  instrumentId: 'TEST:BTC',
  interval: '1m',
  align: 'clock',
  storedInterval: '1m',
  basis: 'raw',
  adjustment: 'raw',
  asOf: null,
};
const END = {
  completeness: { from: '1970-01-01T00:00:00Z', to: '1970-01-01T00:01:00Z', expected: null, returned: 1, missing: [] },
  nextCursor: null,
};

/** A bar as JSON has it. */
function jsonOf({ openTime, open, high, low, close, volume, state, isPartial }: Bar) {
  const values = { openTime: isoOfEpochMs(openTime), open, high, low, close, volume: volume ?? null, state };
  return isPartial === undefined ? values : { ...values, isPartial };
}

async function* batchesOf(columns: BarColumns, size: number): AsyncGenerator<BarColumns> {
  const { length } = columns.openTime;
  for (let start = 0; start < length; start += size) yield sliceColumns(columns, start, Math.min(length, start + size));
}

async function bytesOf(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}

async function written(format: BarFormat, columns: BarColumns): Promise<Buffer> {
  const fields = BAR_FIELDS.filter((name) => columns[name] !== undefined);
  const frame = { marksPartial: columns.isPartial !== undefined, fields, head: HEAD, end: () => END };
  return bytesOf(writeBars(format, batchesOf(columns, 5), frame));
}

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

interface HowRead {
  readonly format?: BarFileFormat;
  readonly interval?: BarInterval;
  readonly pieceSize?: number;
}

async function readAll(bytes: Uint8Array, { pieceSize = 1_000, ...options }: HowRead = {}) {
  const file = await openTestFile(inPieces(bytes, pieceSize), options);
  const batches: ReadBatch[] = [];
  for await (const { columns, lines, faults } of file.batches) {
    const kept = newColumnsLike([columns], columns.openTime.length); // a batch is good until the next one
    copyColumns(columns, kept, 0);
    batches.push({ columns: kept, lines: lines.slice(), faults });
  }
  return {
    columns: batches.length === 0 ? newBarColumns(0) : concatColumns(batches.map(({ columns }) => columns)),
    lines: batches.flatMap(({ lines }) => [...lines]),
    faults: batches.flatMap(({ faults }) => faults),
  };
}

const readText = (text: string, options: HowRead = {}) => readAll(Buffer.from(text), options);

/** Bars whose numbers are as nasty as finite doubles get. */
const nastyBars = fc
  .tuple(
    soundBars('1m', { firstYear: 1700 }),
    fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 40, maxLength: 40 }),
  )
  .map(([bars, numbers]) => {
    const nasty = newBarColumns(bars.openTime.length);
    for (let i = 0; i < bars.openTime.length; i++) {
      copyBar(bars, i, nasty, i);
      nasty.open[i] = numbers[i % 40];
      const prices = [nasty.open[i], nasty.close[i], numbers[(i * 7) % 40]];
      nasty.high[i] = Math.max(...prices);
      nasty.low[i] = Math.min(...prices);
      nasty.volume[i] = i % 3 === 0 ? NaN : Math.abs(numbers[(i * 3) % 40]);
    }
    return nasty;
  });

/** An Arrow file and an Arrow stream are told apart by their bytes. */
const readAs = (format: 'csv' | 'ndjson' | 'arrow' | 'feather' | 'parquet'): BarFileFormat =>
  format === 'feather' ? 'arrow' : format;

for (const format of ['csv', 'ndjson', 'arrow', 'feather', 'parquet'] as const)
  test(`${format}: what is written is read again, bit for bit`, async () => {
    await fc.assert(
      fc.asyncProperty(nastyBars, async (bars) => {
        const { columns, faults } = await readAll(await written(format, bars), { format: readAs(format) });
        assert.deepEqual(faults, []);
        assert.deepEqual(columns, bars);
      }),
      { numRuns: 40 },
    );
  });

/** Bars as a vendor tells them: the average price lies among the prices. */
const toldBars = fc.array(
  fc.record({
    price: fc.integer({ min: 1, max: 1e7 }),
    volume: fc.integer({ min: 1, max: 1e6 }),
    trades: fc.oneof(fc.nat(1e6), fc.constant(NaN)),
    openInterest: fc.oneof(fc.nat(1e9), fc.constant(NaN)),
  }),
  { minLength: 1, maxLength: 40 },
);

for (const format of ['csv', 'ndjson', 'arrow', 'parquet'] as const)
  test(`${format}: trades, turnover and open interest are written and read again, bit for bit`, async () => {
    await fc.assert(
      fc.asyncProperty(toldBars, fc.subarray([...OPTIONAL_COLUMNS], { minLength: 1 }), async (rows, told) => {
        const all = columnsOfBars(
          rows.map(({ price, volume, trades, openInterest }, i) => ({
            openTime: i * 60_000,
            open: price / 100,
            high: price / 100,
            low: price / 100,
            close: price / 100,
            volume: volume / 1_000,
            trades,
            turnover: (price * volume) / 1e5,
            openInterest,
          })),
          FINAL,
        );
        const bars = withFields(all, told);
        const { columns, faults } = await readAll(await written(format, bars), { format });
        assert.deepEqual(faults, []);
        const isKnown = (name: OptionalColumn) => bars[name]?.some((value) => !Number.isNaN(value)) === true;
        assert.deepEqual(columns, withFields(bars, told.filter(isKnown)));
      }),
      { numRuns: 40 },
    );
  });

test('each format has the fields that were asked for, where a bar has none too', async () => {
  const several = Array.from({ length: 9 }, (_, i) => `provider-${i}.${'x'.repeat(50)}`).join('+');
  const bars = withFields(
    {
      ...newBarColumns(2),
      openTime: Float64Array.of(0, 60_000),
      volume: Float64Array.of(2, 0),
      state: Uint8Array.of(2, 2),
      trades: Float64Array.of(7, NaN),
      turnover: Float64Array.of(5, NaN),
      provider: Uint16Array.of(1, 0),
      providers: ['binance', several],
      observedAt: Float64Array.of(86_400_000, 61_000),
    },
    BAR_FIELDS,
  );
  const names = [...BAR_FIELDS];
  assert.deepEqual(
    String(await written('csv', bars))
      .trim()
      .split('\n'),
    [
      `openTime,open,high,low,close,volume,state,${names.join()}`,
      `1970-01-01T00:00:00Z,0,0,0,0,2,final,7,5,2.5,,${several},1970-01-02T00:00:00Z`,
      '1970-01-01T00:01:00Z,0,0,0,0,0,final,,,,,binance,1970-01-01T00:01:01Z',
    ],
  );
  const told = [
    {
      trades: 7,
      turnover: 5,
      vwap: 2.5,
      openInterest: null,
      provider: several,
      observedAt: '1970-01-02T00:00:00Z',
    },
    {
      trades: null,
      turnover: null,
      vwap: null,
      openInterest: null,
      provider: 'binance',
      observedAt: '1970-01-01T00:01:01Z',
    },
  ];
  const chosen = (row: object) =>
    Object.fromEntries(Object.entries(row).filter(([name]) => names.includes(name as BarField)));
  const lines = String(await written('ndjson', bars))
    .trim()
    .split('\n');
  assert.deepEqual(
    lines.map((line) => chosen(JSON.parse(line) as object)),
    told,
  );
  const { bars: rows } = JSON.parse(String(await written('json', bars))) as { bars: object[] };
  assert.deepEqual(rows.map(chosen), told);
  const columns = JSON.parse(String(await written('columns', bars))) as { columns: object; providers: unknown };
  assert.deepEqual(chosen(columns.columns), {
    trades: [7, null],
    turnover: [5, null],
    vwap: [2.5, null],
    openInterest: [null, null],
    provider: [1, 0],
    observedAt: [86_400_000, 61_000],
  });
  assert.deepEqual(columns.providers, bars.providers);
  const asText = (row: object) =>
    Object.fromEntries(
      Object.entries(row).map(([name, value]): [string, unknown] => [
        name,
        name === 'observedAt' ? isoOfEpochMs(Number(value)) : value,
      ]),
    );
  const table = tableFromIPC(await written('arrow', bars));
  assert.deepEqual(
    table.toArray().map((row: { toJSON(): object }) => asText(chosen(row.toJSON()))),
    told,
  );
  const compressors = { ZSTD: (input: Uint8Array) => zstdDecompressSync(input) };
  const file = Uint8Array.from(await written('parquet', bars)).buffer;
  assert.deepEqual(
    (await parquetReadObjects({ file, compressors })).map((row) => asText(chosen(row))),
    told,
  );
});

test('json and ndjson are the text that JSON.stringify makes', async () => {
  await fc.assert(
    fc.asyncProperty(soundBars('1m'), async (bars) => {
      const told = OPTIONAL_COLUMNS.filter((name) => bars[name] !== undefined);
      const rows = barsOf(bars).map((bar) => ({
        ...jsonOf(bar),
        ...Object.fromEntries(told.map((name) => [name, bar[name] ?? null])),
      }));
      assert.equal(String(await written('ndjson', bars)), rows.map((row) => `${JSON.stringify(row)}\n`).join(''));
      assert.equal(
        JSON.stringify((JSON.parse(String(await written('json', bars))) as { bars: unknown }).bars),
        JSON.stringify(rows),
      );
    }),
    { numRuns: 40 },
  );
});

test('columns are arrays of equal length, epoch ms, and null for an absent volume', async () => {
  const bars = newBarColumns(2);
  bars.openTime.set([0, 60_000]);
  bars.volume.set([NaN, 2.5]);
  bars.state.set([1, 2]);
  const answer = JSON.parse(String(await written('columns', bars))) as {
    columns: object;
    states: unknown;
    nextCursor: unknown;
  };
  assert.deepEqual(answer.columns, {
    openTime: [0, 60_000],
    open: [0, 0],
    high: [0, 0],
    low: [0, 0],
    close: [0, 0],
    volume: [null, 2.5],
    state: [1, 2],
  });
  assert.deepEqual(answer.states, ['open', 'provisional', 'final']);
});

test('of derived bars each format says which are partial, and what is read again are the same bars', async () => {
  const bars = withPartial(newBarColumns(11));
  bars.openTime.forEach((_, i) => (bars.openTime[i] = i * 60_000));
  bars.state.fill(1);
  const marked = bars.isPartial.map((_, i) => (i % 3 === 0 ? 1 : 0));
  bars.isPartial.set(marked);
  const marks = Array.from(marked, (code) => code === 1);
  const lines = String(await written('csv', bars))
    .trim()
    .split('\n');
  assert.deepEqual(
    [lines[0].split(',').at(-1), ...lines.slice(1).map((line) => line.split(',').at(-1))],
    ['isPartial', ...marks.map(String)],
  );
  const rows = String(await written('ndjson', bars))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as object);
  assert.deepEqual(rows, barsOf(bars).map(jsonOf));
  const { columns } = JSON.parse(String(await written('columns', bars))) as { columns: { isPartial: number[] } };
  assert.deepEqual(columns.isPartial, [...marked]);
  const table = tableFromIPC(await written('arrow', bars));
  assert.deepEqual(Array.from(table.getChild('isPartial') ?? []), marks);
  const file = await written('parquet', bars);
  const compressors = { ZSTD: (input: Uint8Array) => zstdDecompressSync(input) };
  const read = await parquetReadObjects({ file: Uint8Array.from(file).buffer, compressors });
  assert.deepEqual(
    read.map(({ isPartial }) => isPartial as boolean),
    marks,
  );
  const { isPartial: _, ...stored } = bars;
  for (const format of ['csv', 'ndjson', 'arrow', 'feather', 'parquet'] as const)
    assert.deepEqual((await readAll(await written(format, bars), { format: readAs(format) })).columns, stored, format);
});

test('a number is written as JavaScript writes it', () => {
  const writtenAs = (value: number): string => {
    const text = new ByteText();
    text.reserve(64);
    text.length = text.number(Float64Array.of(value), 0, 0);
    return Buffer.from(text.take()).toString();
  };
  fc.assert(
    fc.property(
      fc.oneof(
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.integer(),
        fc.integer().map((whole) => whole / 100),
        fc.float({ noNaN: true, noDefaultInfinity: true }),
      ),
      (value) => {
        assert.equal(writtenAs(value), Object.is(value, -0) ? '-0' : String(value));
      },
    ),
    { numRuns: 2_000 },
  );
  for (const value of [
    0.1, 1e15, 123456789012345.6, 1e-7, 0.000001, 999999999999999, 5e-324, 1.7976931348623157e308, 0.30000000000000004,
  ])
    assert.equal(writtenAs(value), String(value));
});

test('a time is written as RFC 3339, with milliseconds where there are some', () => {
  const writtenAs = (time: number): string => {
    const text = new ByteText();
    text.reserve(64);
    text.length = text.time(Float64Array.of(time), 0, 0);
    return Buffer.from(text.take()).toString();
  };
  fc.assert(
    fc.property(fc.integer({ min: EPOCH_MS_RANGE.minimum, max: EPOCH_MS_RANGE.maximum }), (time) => {
      assert.equal(writtenAs(time), isoOfEpochMs(time));
    }),
  );
  for (const time of [0, -1, 999, 1_001, 86_399_999, 1_475_798_400_007])
    assert.equal(writtenAs(time), isoOfEpochMs(time));
});

test('DuckDB reads the Parquet file, with its types and what it says of itself', async (t) => {
  const folder = aFolder(t);
  const bars = newBarColumns(3);
  bars.openTime.set([1_475_798_400_000, 1_475_798_460_000, 1_475_798_520_000]);
  bars.close.set([1.5, 2.5, 3.5]);
  bars.volume.set([1, NaN, 3]);
  bars.state.fill(2);
  const file = join(folder, 'bars.parquet');
  writeFileSync(file, await written('parquet', bars));
  const duckdb = await (await DuckDBInstance.create()).connect();
  const ask = async (sql: string) => (await duckdb.runAndReadAll(sql)).getRowsJson();
  assert.deepEqual(await ask(`SELECT openTime::VARCHAR, close, volume, state FROM '${file}' ORDER BY openTime`), [
    ['2016-10-07 00:00:00+00', 1.5, 1, 'final'],
    ['2016-10-07 00:01:00+00', 2.5, null, 'final'],
    ['2016-10-07 00:02:00+00', 3.5, 3, 'final'],
  ]);
  const [[interval]] = await ask(
    `SELECT decode(value) FROM parquet_kv_metadata('${file}') WHERE decode(key) = 'interval'`,
  );
  assert.equal(interval, '1m');
});

test('gzip and zstd are told by content', async () => {
  const csv = 'time,open,high,low,close\n2020-01-01,1,2,1,2\n';
  assert.deepEqual([...(await readAll(gzipSync(csv))).columns.close], [2]);
  assert.deepEqual([...(await readAll(zstdCompressSync(csv))).columns.close], [2]);
  async function* plain(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(csv);
  }
  for (const compression of ['gzip', 'zstd'] as const)
    assert.deepEqual([...(await readAll(await bytesOf(compressed(plain(), compression)))).columns.close], [2]);
});

test('format and compression are told however small the pieces', async () => {
  const csv = Buffer.from('time,open,high,low,close\n2020-01-01,1,2,1,2\n');
  const bars = newBarColumns(1);
  bars.openTime.set([1_577_836_800_000]);
  bars.close.set([2]);
  bars.state.fill(2);
  const files = [
    csv,
    gzipSync(csv),
    zstdCompressSync(csv),
    await written('arrow', bars),
    await written('parquet', bars),
  ];
  for (const bytes of files) assert.deepEqual([...(await readAll(bytes, { pieceSize: 1 })).columns.close], [2]);
});

test('headers come in any order and case, with other separators, quotes, a BOM and CRLF', async () => {
  for (const text of [
    '\uFEFFClose,Low,HIGH,Open,Date\r\n2,1,3,1.5,2020-01-01\r\n',
    'timestamp;open;high;low;close;note\n1577836800;1.5;3;1;2;x\n',
    '"time"\t"open"\t"high"\t"low"\t"close"\n"2020-01-01T00:00:00Z"\t"1.5"\t"3"\t"1"\t"2"\n',
    'datetime,o,h,l,c\n1577836800000,1.5,3,1,2',
    'time,open,high,low,close\n1577836800000000,1.5,3,1,2\n\n',
    'time,open,high,low,close\n1577836800000000000,1.5,3,1,2\n',
    'time,open,high,low,close\n2020-01-01 01:00:00+01:00,1.5,3,1,2\n',
  ]) {
    const { columns, faults } = await readText(text, { format: 'csv', pieceSize: 7 });
    assert.deepEqual(faults, [], text);
    const [bar] = barsOf(columns);
    assert.deepEqual(
      [bar.openTime, bar.open, bar.high, bar.low, bar.close, bar.volume],
      [1_577_836_800_000, 1.5, 3, 1, 2, undefined],
      text,
    );
  }
});

test('a bad row is a fault with its line, and stops nothing', async () => {
  const { columns, lines, faults } = await readText(
    'time,open,high,low,close,volume,state\n2020-01-01,1,2,1,2,,\nsoon,1,2,1,2,,\n2020-01-02,1,x,1,2,,\n1577836800,1,2,1,2,,\n2020-01-03,1,2,1,2,5,provisional\n2020-01-04,1\n2020-01-05,1,2,1,2,,maybe\n',
  );
  assert.deepEqual([...columns.state], [2, 1]);
  assert.deepEqual(lines, [2, 6]);
  assert.deepEqual(
    faults.map(({ line, message }) => [line, message]),
    [
      [3, 'The times of the file are written as YYYY-MM-DD, and "soon" is not'],
      [4, 'high is not a number: "x"'],
      [5, 'The times of the file are written as YYYY-MM-DD, and "1577836800" is not'],
      [7, '2 cells, where other rows have 7'],
      [8, 'state must be provisional or final, not "maybe"'],
    ],
  );
});

test('a line that is no JSON, or no object, is a fault', async () => {
  const { columns, faults } = await readText(
    '{"time":"2020-01-01","open":1,"high":2,"low":1,"close":2}\n{bad\n\n[1]\n',
    { format: 'ndjson' },
  );
  assert.equal(columns.openTime.length, 1);
  assert.deepEqual(
    faults.map(({ line }) => line),
    [2, 4],
  );
});

test('a file that is no file of bars is refused with what to do', async () => {
  const refused = async (bytes: Uint8Array | string, code: string, message: RegExp, format?: BarFileFormat) =>
    assert.rejects(readAll(Buffer.from(bytes), format === undefined ? {} : { format }), { code, message });
  await refused(
    'a,b,c\n1,2,3\n',
    'FILE_HEADER_INVALID',
    /No column for openTime, open, high, low; found "a", "b", "c"\./,
  );
  await refused('', 'FILE_HEADER_INVALID', /empty/, 'csv');
  await refused('x,'.repeat(1_000_000), 'FILE_LINE_TOO_LONG', /Line 1 is longer/, 'csv');
  await refused(
    `time,open,high,low,close\n2020-01-01,1,2,1,2\n${'1,'.repeat(1_000_000)}`,
    'FILE_LINE_TOO_LONG',
    /Line 3/,
  );
  await refused(
    gzipSync('time,open,high,low,close\n'.repeat(1_000)).subarray(0, 30),
    'FILE_DAMAGED',
    /gzip data is damaged or cut off/,
  );
  await refused(Buffer.from([0xc3, 0x28, 0x0a, 0x81]), 'FILE_DAMAGED', /UTF-8/, 'csv');
  await refused('PAR1 and no more', 'FILE_DAMAGED', /Parquet/);
  await refused('ARROW1 and no more', 'FILE_DAMAGED', /Arrow/);
  await refused(Buffer.from([0, 1, 2, 3]), 'UNKNOWN_FORMAT', /no format that is known/);
});

test('an Arrow file whose schema is only at its end is refused with what to do', async () => {
  const file = tableToIPC(tableFromArrays({ time: Float64Array.of(1_704_187_800) }), 'file');
  await assert.rejects(readAll(file), { code: 'FILE_DAMAGED', message: /write an Arrow stream instead/ });
});

test('what cannot be read at all is told with what to do', async () => {
  const unreadable = async (source: BarFileSource, message: RegExp): Promise<void> =>
    assert.rejects(openTestFile(source), { code: 'FILE_UNREADABLE', message });
  await unreadable('/nowhere/at/all.csv', /there is no such file/);
  await unreadable(tmpdir(), /it is a folder; name a file in it/);
  await unreadable(createReadStream(tmpdir()), /Standard input cannot be read: it is a folder/);
  await unreadable('/proc/self/mem', /\/proc\/self\/mem cannot be read/);
});

test('a refused row keeps the time that it has, also where it lacks fields', async () => {
  const rows = [
    '{"time":1577836800,"open":1}',
    '{"time":1577836860,"open":1,"high":1,"low":1,"close":"x"}',
    '{"open":1}',
  ];
  const file = await openTestFile(inPieces(Buffer.from(rows.join('\n')), 4_096));
  const faults = [];
  for await (const batch of file.batches) faults.push(...batch.faults);
  assert.deepEqual(
    faults.map(({ line, openTime, message }) => [line, openTime, message]),
    [
      [1, 1_577_836_800_000, 'high is missing'],
      [2, 1_577_836_860_000, 'close is not a number: "x"'],
      [3, undefined, 'The time is missing'],
    ],
  );
});

test('what came before the damage is read', async () => {
  const rows = Array.from({ length: 40_000 }, (_, i) => `${1_577_836_800 + i * 60},1,2,1,2`).join('\n');
  const bytes = gzipSync(`time,open,high,low,close\n${rows}\n`);
  const file = await openTestFile(inPieces(bytes.subarray(0, bytes.length - 5_000), 4_096));
  let read = 0;
  await assert.rejects(
    async () => {
      for await (const { columns } of file.batches) read += columns.openTime.length;
    },
    { code: 'FILE_DAMAGED' },
  );
  assert.ok(read > 10_000, `${read} rows were read`);
});

test('of a file that is damaged later on, the lines before the damage are read', async () => {
  const good = `time,open,high,low,close\n${'2020-01-01,1,2,1,2\n'.repeat(10_000)}`;
  for (const damage of [Buffer.from([0xff, 0x0a]), Buffer.from('1,'.repeat(600_000))]) {
    const file = await openTestFile(inPieces(Buffer.concat([Buffer.from(good), damage]), 300_000));
    let read = 0;
    await assert.rejects(
      async () => {
        for await (const { columns } of file.batches) read += columns.openTime.length;
      },
      { code: /FILE_DAMAGED|FILE_LINE_TOO_LONG/, message: /^Line 10002 / },
    );
    assert.equal(read, 10_000);
  }
});

test('openTimes stay whole in every epoch unit', async () => {
  const moments = fc.integer({ min: 1_000_000_000, max: 1_800_000_000 }).map((seconds) => seconds * 1_000);
  const ways = [
    (ms: number) => `${Math.floor(ms / 1_000)}.${String(ms % 1_000).padStart(3, '0')}`,
    (ms: number) => `${ms}`,
    (ms: number) => `${ms}000`,
    (ms: number) => `${ms}000000`,
  ];
  await fc.assert(
    fc.asyncProperty(fc.array(moments, { minLength: 1 }), fc.constantFrom(...ways), async (times, write) => {
      const csv = `time,open,high,low,close\n${times.map((ms) => `${write(ms)},1,2,1,2\n`).join('')}`;
      assert.deepEqual([...(await readText(csv, { interval: '1s' })).columns.openTime], times);
    }),
  );
});

test('what JavaScript would read otherwise than it was meant is a fault', async () => {
  for (const number of ['0x10', '1e', '1_000', '١٢']) {
    const { columns, faults } = await readText(
      `time,open,high,low,close\n2020-01-01,1,2,1,2\n2020-01-02,${number},${number},${number},${number}\n`,
    );
    assert.deepEqual([columns.openTime.length, faults.length], [1, 1], number);
  }
});

test('columns that are taken for others make no bad rows, but a refused file', async () => {
  const rows = (cells: string): string =>
    Array.from({ length: 20 }, (_, i) => `${1_577_836_800 + i * 60},${cells}\n`).join('');
  const refused = async (text: string, message: RegExp): Promise<void> =>
    assert.rejects(readText(text), { code: 'COLUMNS_NEEDED', message });
  await refused(
    `time,open,high,low,close\n${rows('5,4,6,5')}`,
    /high and low do not enclose .* in 20 of the first 20 rows/,
  );
  await refused(`time,open,high,low,close\n${rows('BTC,6,4,5')}`, /open is no number in 20 .* "BTC"/);
  const { columns, faults } = await readText(
    `time,open,high,low,close\n${rows('5,6,4,5')}1577840400,5,4,6,5\n1577840460,x,6,4,5\n`,
  );
  assert.deepEqual([columns.openTime.length, faults.length], [21, 1]);
});

test('a Parquet file of several row groups and pages is read in order', async (t) => {
  const file = join(aFolder(t), 'bars.parquet');
  const duckdb = await (await DuckDBInstance.create()).connect();
  await duckdb.run(
    `COPY (SELECT make_timestamp((1577836800000000 + i * 60000000)::BIGINT) AS time, i::DOUBLE AS open, i::DOUBLE AS high,
       i::DOUBLE AS low, i::DOUBLE AS close, CASE WHEN i % 3 > 0 THEN i::DOUBLE END AS volume FROM range(50000) rows(i))
     TO '${file}' (FORMAT parquet, ROW_GROUP_SIZE 20480)`,
  );
  let row = 0;
  for await (const { columns, lines, faults } of (await openTestFile(file)).batches) {
    assert.deepEqual(faults, []);
    for (let i = 0; i < lines.length; i++, row++) {
      const found = [lines[i], columns.openTime[i], columns.close[i], columns.volume[i]];
      assert.deepEqual(found, [row + 1, 1_577_836_800_000 + row * 60_000, row, row % 3 > 0 ? row : NaN]);
    }
  }
  assert.equal(row, 50_000);
});

test('arbitrary bytes are refused or read as faults, never crash', async () => {
  const header = Buffer.from('time,open,high,low,close\n');
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 300 }),
      fc.constantFrom('csv', 'ndjson', 'arrow', 'parquet'),
      fc.boolean(),
      async (bytes, format, hasHeader) => {
        try {
          await readAll(hasHeader ? Buffer.concat([header, bytes]) : bytes, { format });
        } catch (error) {
          assert.ok(error instanceof PocketQuantError, String(error));
          assert.notEqual(error.code, 'INTERNAL');
        }
      },
    ),
    { numRuns: 300 },
  );
});

function aFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'pocketquant-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}
