import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { compressSync } from 'lz4-napi';
import { openContent } from '../bytes/content.ts';
import { kindOf, openTable } from './open-table.ts';
import type { Row, Table, WantedColumns } from './table.ts';

const FIXTURES = new URL('../../../test/fixtures/tables/', import.meta.url);

async function* inPieces(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += size) yield bytes.subarray(start, start + size);
}

interface ReadTable extends Omit<Table, 'batches'> {
  readonly rows: readonly Row[];
  readonly cells: readonly (readonly unknown[])[];
}

async function read(
  bytes: Uint8Array | string,
  { wanted, pieceSize = 1_000 }: { wanted?: WantedColumns; pieceSize?: number } = {},
): Promise<ReadTable> {
  const content = await openContent(inPieces(Buffer.from(bytes), pieceSize));
  const kind = kindOf(content, undefined);
  assert.notEqual(kind, 'text');
  if (kind === 'text') throw new Error('not reached');
  const { batches, ...table } = await openTable(content, { kind, wanted });
  const rows: Row[] = [];
  for await (const batch of batches) rows.push(...batch);
  return { ...table, rows, cells: rows.map(({ cells }) => cells) };
}

const fixture = (name: string) => readFileSync(new URL(name, FIXTURES));

for (const name of ['none', 'snappy', 'gzip', 'zstd', 'brotli', 'lz4', 'v2_pages'])
  test(`Parquet: ${name}.parquet has its rows`, async () => {
    const { names, cells, wallTimes, shown } = await read(fixture(`${name}.parquet`));
    assert.equal(shown, 'Parquet');
    assert.deepEqual(names, ['date', 'open', 'high', 'low', 'close', 'volume']);
    assert.deepEqual(wallTimes, []);
    assert.deepEqual(cells, [
      [new Date('2024-01-02T14:30:00Z'), 1.5, 2.5, 1, 2, 10],
      [new Date('2024-01-02T14:31:00Z'), 2, 3, 1.5, 2.5, 20],
      [new Date('2024-01-02T14:32:00Z'), 2.5, 3.5, 2, 3, 30],
    ]);
  });

test('Parquet: LZ4 as Hadoop frames it is read, and a page of another length is damage', async () => {
  const file = (frame: (input: Uint8Array) => Uint8Array): Uint8Array => {
    const writer = new ByteWriter();
    const parquet = new ParquetWriter({
      writer,
      schema: [
        { name: 'bars', num_children: 1 },
        { name: 'close', type: 'DOUBLE', repetition_type: 'REQUIRED' },
      ],
      codec: 'LZ4',
      compressors: { LZ4: frame },
    });
    void parquet.write({ columnData: [{ name: 'close', data: Float64Array.from({ length: 99 }, () => 1.5) }] });
    void parquet.finish();
    return new Uint8Array(writer.getBytes());
  };
  const framed = (claimed: number) => (input: Uint8Array) => {
    const block = compressSync(Buffer.from(input)).subarray(4);
    const head = Buffer.alloc(8);
    head.writeUInt32BE(input.length + claimed);
    head.writeUInt32BE(block.length, 4);
    return Buffer.concat([head, block]);
  };
  const { cells } = await read(file(framed(0)));
  assert.equal(cells.length, 99);
  assert.deepEqual(cells[98], [1.5]);
  await assert.rejects(read(file((input) => compressSync(Buffer.from(input.subarray(8))).subarray(4))), {
    code: 'FILE_DAMAGED',
  });
});

const TYPE_NAMES = ['day', 'clock', 'wall', 'moment', 'symbol', 'price', 'small', 'count'];
const TYPE_ROWS = [
  [
    new Date('2024-01-02T00:00:00Z'),
    '09:30:00',
    new Date('2024-01-02T09:30:00Z'),
    new Date('2024-01-02T09:30:00Z'),
    'AAPL',
    42283.58,
    1.2345,
    5n,
  ],
  [
    new Date('2024-01-03T00:00:00Z'),
    '09:31:00',
    new Date('2024-01-02T09:31:00Z'),
    new Date('2024-01-02T09:31:00Z'),
    'MSFT',
    -0.1,
    1.2346,
    undefined,
  ],
];

for (const name of [
  'types.parquet',
  'types.arrows',
  'types_uncompressed.feather',
  'types_lz4.feather',
  'types_zstd.feather',
])
  test(`${name}: decimals are the nearest doubles, dates say whether they have a zone, nested columns are named`, async () => {
    const { names, cells, wallTimes, unread } = await read(fixture(name));
    assert.deepEqual(names, TYPE_NAMES);
    const present = cells.map((row) => row.map((cell) => cell ?? undefined));
    assert.deepEqual(present, TYPE_ROWS);
    assert.deepEqual(wallTimes, ['day', 'wall']);
    assert.deepEqual(unread, ['trades', 'quote']);
  });

test('only the columns that are wanted are read', async () => {
  for (const name of ['zstd.parquet', 'types_lz4.feather']) {
    const { names = [], cells } = await read(fixture(name), { wanted: (all) => new Set([all[1]]) });
    for (const row of cells)
      assert.deepEqual(
        row.map((cell) => cell !== undefined),
        names.map((_, at) => at === 1),
      );
  }
});

test('times of INT96 have no zone', async () => {
  const { cells, wallTimes } = await read(fixture('int96.parquet'));
  assert.deepEqual(wallTimes, ['date']);
  assert.deepEqual(cells[0][0], new Date('2024-01-02T14:30:00Z'));
});

test("pandas' index is a column: by its name, or without one", async () => {
  assert.equal((await read(fixture('named_index.parquet'))).names?.at(-1), 'date');
  assert.equal((await read(fixture('index.parquet'))).names?.at(-1), '');
  assert.equal((await read(fixture('index.feather'))).names?.at(-1), '');
});

const BAR = { t: 1, o: 2, h: 3, l: 4, c: 5 };
const LIST = [
  [1, 2, 3, 4, 5],
  [6, 7, 8, 9, 10],
];

const JSON_CASES: readonly (readonly [
  name: string,
  value: unknown,
  expected: { names?: readonly string[] | undefined; cells: unknown; about?: object },
])[] = [
  ['freqtrade, ccxt, Binance', LIST, { names: undefined, cells: LIST }],
  [
    'pandas, records',
    [BAR, { ...BAR, v: null, t: 2 }],
    {
      names: ['t', 'o', 'h', 'l', 'c', 'v'],
      cells: [
        [1, 2, 3, 4, 5, undefined],
        [2, 2, 3, 4, 5, null],
      ],
    },
  ],
  [
    'Alpaca, one symbol',
    { bars: [BAR], symbol: 'AAPL', next_page_token: null },
    { names: ['t', 'o', 'h', 'l', 'c'], cells: [[1, 2, 3, 4, 5]], about: { symbol: 'AAPL' } },
  ],
  [
    'Alpaca, many symbols',
    { bars: { AAPL: [BAR], MSFT: [{ ...BAR, t: 9 }] }, next_page_token: null },
    {
      names: ['symbol', 't', 'o', 'h', 'l', 'c'],
      cells: [
        ['AAPL', 1, 2, 3, 4, 5],
        ['MSFT', 9, 2, 3, 4, 5],
      ],
      about: {},
    },
  ],
  [
    'Alpaca, one of many symbols',
    { bars: { AAPL: [BAR] } },
    { names: ['t', 'o', 'h', 'l', 'c'], cells: [[1, 2, 3, 4, 5]], about: { symbol: 'AAPL' } },
  ],
  [
    'Massive',
    { ticker: 'AAPL', resultsCount: 1, results: [BAR], status: 'OK' },
    {
      names: ['t', 'o', 'h', 'l', 'c'],
      cells: [[1, 2, 3, 4, 5]],
      about: { ticker: 'AAPL', resultsCount: 1, status: 'OK' },
    },
  ],
  [
    'Alpha Vantage',
    {
      'Meta Data': { '2. Symbol': 'IBM', '6. Time Zone': 'US/Eastern' },
      'Time Series (5min)': {
        '2024-01-02 09:35:00': { '1. open': '2', '4. close': '3' },
        '2024-01-02 09:30:00': { '1. open': '1', '4. close': '2' },
      },
    },
    {
      names: ['time', '1. open', '4. close'],
      cells: [
        ['2024-01-02 09:35:00', '2', '3'],
        ['2024-01-02 09:30:00', '1', '2'],
      ],
      about: { '2. Symbol': 'IBM', '6. Time Zone': 'US/Eastern' },
    },
  ],
  [
    'Yahoo',
    {
      chart: {
        result: [
          {
            meta: { symbol: 'SPY', exchangeTimezoneName: 'America/New_York', tradingPeriods: [[{ start: 1, end: 2 }]] },
            timestamp: [1, 2],
            indicators: { quote: [{ open: [3, 4], close: [5, null] }], adjclose: [{ adjclose: [6, 7] }] },
          },
        ],
        error: null,
      },
    },
    {
      names: ['timestamp', 'open', 'close', 'adjclose'],
      cells: [
        [1, 3, 5, 6],
        [2, 4, null, 7],
      ],
    },
  ],
  [
    'TradingView',
    { s: 'ok', t: [1, 2], o: [3, 4], c: [5, 6] },
    {
      names: ['t', 'o', 'c'],
      cells: [
        [1, 3, 5],
        [2, 4, 6],
      ],
      about: { s: 'ok' },
    },
  ],
  [
    'Kraken',
    { error: [], result: { XXBTZUSD: LIST, last: 7 } },
    { names: undefined, cells: LIST, about: { symbol: 'XXBTZUSD', last: 7 } },
  ],
  [
    'our json',
    {
      instrumentId: 'A:B',
      interval: '1m',
      bars: [{ openTime: 'x', open: 1 }],
      completeness: { from: 'a', missing: [{ from: 1, to: 2, bars: 3, reason: 'x' }] },
      nextCursor: null,
    },
    { names: ['openTime', 'open'], cells: [['x', 1]] },
  ],
  [
    'our columns',
    {
      instrumentId: 'A:B',
      columns: { openTime: [0, 60_000], open: [1, 2], state: [1, 2] },
      states: ['open', 'provisional', 'final'],
      completeness: { missing: [] },
      nextCursor: null,
    },
    {
      names: ['openTime', 'open', 'state'],
      cells: [
        [0, 1, 'provisional'],
        [60_000, 2, 'final'],
      ],
    },
  ],
  [
    'pandas, split',
    {
      columns: ['open', 'close'],
      index: [5, 6],
      data: [
        [1, 2],
        [3, 4],
      ],
    },
    {
      names: ['', 'open', 'close'],
      cells: [
        [5, 1, 2],
        [6, 3, 4],
      ],
    },
  ],
  [
    'pandas, by default',
    { open: { 1704067200000: 1 }, high: { 1704067200000: 2 }, close: { 1704067200000: 3 } },
    { names: ['time', 'open', 'high', 'close'], cells: [['1704067200000', 1, 2, 3]] },
  ],
  [
    'Tushare',
    { code: 0, data: { fields: ['ts_code', 'open'], items: [['000001.SZ', 1]] } },
    { names: ['ts_code', 'open'], cells: [['000001.SZ', 1]] },
  ],
];

for (const [name, value, expected] of JSON_CASES)
  test(`JSON as of ${name}`, async () => {
    for (const [indent, pieceSize] of [
      [0, 1_000],
      [2, 7],
    ]) {
      const { names, cells, about } = await read(JSON.stringify(value, null, indent), { pieceSize });
      assert.deepEqual(names, expected.names);
      assert.deepEqual(cells, expected.cells);
      if (expected.about !== undefined) assert.deepEqual(about, expected.about);
    }
  });

test('JSON that is no list of rows is refused with what was found', async () => {
  const refused = async (value: unknown, message: RegExp) =>
    assert.rejects(read(JSON.stringify(value)), { code: 'JSON_SHAPE_UNKNOWN', message });
  await refused({ code: -1121, msg: 'Invalid symbol.' }, /Invalid symbol/);
  await refused({ a: LIST, b: LIST }, /found rows at a, b/);
  await refused({ t: [1, 2], o: [1, 2], c: [1] }, /t has 2 values, c has 1/);
  await refused([1, 2, 3], /found \[1,2,3\]/);
});

test('a JSON list with a broken element, or a row of another kind, loses that row alone', async () => {
  const { rows } = await read('[[1,2],[3,x],{"a":1},[5,6]]');
  assert.deepEqual(
    rows.map(({ line, fault }) => [line, fault]),
    [
      [1, undefined],
      [2, 'Not JSON'],
      [3, 'Not a list, as the rows before'],
      [4, undefined],
    ],
  );
  assert.equal(rows[1].written(), '[3,x]');
});

test('a JSON list without its end, or with something behind it, is damaged', async () => {
  for (const text of ['[[1,2],[3,4]', '[[1,2],[3', '[[1,2]] and more', '[[1,2]]]', '{"bars":[[1,2]'])
    await assert.rejects(read(text), { code: 'FILE_DAMAGED' }, text);
});

test('a JSON list is read as it comes, with flat memory', async () => {
  const piece = Buffer.from(`,${JSON.stringify([1_704_067_200_000, 1.5, 2.5, 1, 2, 10])}`.repeat(5_000));
  const PIECES = 1_000;
  async function* long(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('[[0,0,0,0,0,0]');
    for (let i = 0; i < PIECES; i++) yield piece;
    yield Buffer.from(']');
  }
  const { batches } = await openTable(await openContent(long()), { kind: 'json' });
  let rows = 0;
  let peak = 0;
  for await (const batch of batches) {
    rows += batch.length;
    peak = Math.max(peak, process.memoryUsage().arrayBuffers);
  }
  assert.equal(rows, PIECES * 5_000 + 1);
  assert.ok(peak < 100_000_000, `${peak} bytes of buffers`);
});

test('NDJSON: objects whose keys come in any order, lists, blank lines, and late keys', async () => {
  const objects = await read('{"t":1,"o":2}\n\n{"o":4,"t":3}\nnope\n{"t":5}\n');
  assert.deepEqual(objects.names, ['t', 'o']);
  assert.deepEqual(
    objects.rows.map(({ line, cells, fault }) => [line, cells, fault === undefined]),
    [
      [1, [1, 2], true],
      [3, [3, 4], true],
      [4, [], false],
      [5, [5, undefined], true],
    ],
  );
  assert.deepEqual((await read('[1,2]\n[3,4]\n')).cells, [
    [1, 2],
    [3, 4],
  ]);
  const late = await read(`${'{"t":1}\n'.repeat(20_000)}{"t":2,"x":3}\n{"t":2,"x":null}\n`);
  assert.match(late.rows[20_000].fault ?? '', /None of the first rows has "x"/);
  assert.equal(late.rows[20_001].fault, undefined);
});

test('JSON in UTF-16 is JSON', async () => {
  assert.deepEqual((await read(Buffer.from('\uFEFF[[1,2],[3,4]]', 'utf16le'))).cells, [
    [1, 2],
    [3, 4],
  ]);
});

/** The same numbers each time, so that what fails fails again. */
function* randoms(seed: number): Generator<number> {
  for (let state = seed; ;) {
    state = (state * 1_664_525 + 1_013_904_223) % 2 ** 32;
    yield state / 2 ** 32;
  }
}

const DAMAGES = 200;

for (const name of [
  'zstd.parquet',
  'lz4.parquet',
  'none.parquet',
  'types.parquet',
  'types_lz4.feather',
  'types_zstd.feather',
  'types.arrows',
])
  test(`${name}: damage of any kind is an error or other cells, never a crash or a hang`, async () => {
    await survivesDamage(fixture(name));
  });

test('JSON: damage of any kind is an error or rejected rows, never a crash or a hang', async () => {
  for (const [, value] of JSON_CASES) await survivesDamage(Buffer.from(JSON.stringify(value)), DAMAGES / 10);
  await survivesDamage(Buffer.from('{"t":1,"o":2}\n{"o":4,"t":3}\n'.repeat(20)));
});

async function survivesDamage(sound: Uint8Array, times = DAMAGES): Promise<void> {
  const random = randoms(sound.length);
  const below = (limit: number): number => Math.floor(random.next().value * limit);
  for (let time = 0; time < times; time++) {
    const bytes = Buffer.from(sound);
    const kind = time % 3;
    for (let flips = kind === 0 ? 0 : 1 + below(4); flips > 0; flips--) bytes[below(bytes.length)] ^= 1 << below(8);
    const end = kind === 1 ? bytes.length : below(bytes.length);
    const broken =
      kind === 2 && time % 2 === 0
        ? Buffer.concat([bytes.subarray(0, end), bytes.subarray(below(bytes.length))])
        : bytes.subarray(0, end);
    try {
      const content = await openContent(inPieces(broken, 500));
      const kindFound = kindOf(content, undefined);
      if (kindFound === 'text') continue;
      const { batches } = await openTable(content, { kind: kindFound });
      let rows = 0;
      for await (const batch of batches) rows += batch.length;
      assert.ok(rows <= sound.length, `${rows} rows`);
    } catch (error) {
      const { code } = error as { code?: string };
      assert.match(code ?? String(error), /^(FILE_DAMAGED|UNKNOWN_FORMAT|JSON_SHAPE_UNKNOWN|FILE_LINE_TOO_LONG)$/);
    }
  }
}
