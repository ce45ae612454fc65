import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { textLines } from '../bytes/text-lines.ts';
import { isHeader } from '../columns/find-columns.ts';
import { openCsvTable } from '../tables/csv-table.ts';
import type { Row, Table } from '../tables/table.ts';
import { readRows } from './read-rows.ts';
import type { ReadingOptions } from './reading-options.ts';
import { survey } from './survey.ts';

const NOW = Date.UTC(2026, 10, 29);
const SOUND_ROWS = 20;
const LENGTHS_OF_PIECES = [7, 100, 100_000];

/** Times of a file, of which those at the start are sound, and others that may stand among them. */
const TIMES = {
  instants: {
    at: (minute: number) => `2024-01-02T00:${String(minute).padStart(2, '0')}:00Z`,
    odd: ['2024-01-02T01:00Z', '2024-01-02 01:01:00+05:30', '2024-01-02T01:02:00.500Z', '2024-02-30T01:00:00Z'],
  },
  local: {
    at: (minute: number) => `2024-11-03 01:${String(minute).padStart(2, '0')}`,
    odd: ['2024-03-10 02:30', '2024-11-03 00:59', '2024-11-03 24:00', '2024-11-03 1:30'],
  },
  days: {
    at: (minute: number) => new Date(Date.UTC(2024, 0, 1 + minute)).toISOString().slice(0, 10),
    odd: ['2024-02-30', '2024-3-1', ' 2024-03-02', '2024-03-03 00:00:00'],
  },
  epochs: {
    at: (minute: number) => String(1_704_153_600 + minute * 60),
    odd: ['1704157200.0', '1.7041572e9', '1704157260000', '-1', '20240102'],
  },
  digits: {
    at: (minute: number) => String(20240101 + minute),
    odd: ['20240132', '20240120.5', '202401200930', '2024'],
  },
} as const;
const ODD_NUMBERS = [
  '-1',
  '+1',
  ' 1',
  '1 ',
  '1.',
  '.5',
  '-.5',
  '1e1',
  '1E-2',
  '0x1',
  '',
  '-',
  '.',
  'NaN',
  'null',
  'Infinity',
  '1_0',
  '"1.5"',
  '1"',
  '$1',
  '1%',
  '1 000',
  '-0',
  '0.30000000000000004',
  '9007199254740993',
  '1.2.3',
  '9'.repeat(400),
  '123456789012345678901234567890',
  `0.${'0'.repeat(30)}1`,
  'é',
  '1,5',
];
const SYMBOLS = ['AA', 'AAA', 'BRK.B', 'Ä', ' AA', '"AA"', '', 'x y', 'a:b', '"a,b"'];
const ODD_LINES = [
  '',
  '  ',
  '#',
  'time,open,high,low,close,volume,symbol,note',
  'time,close,open,high,low,volume,symbol,note',
  ',,,,,,,',
];

const numbers = fc.oneof(
  { weight: 20, arbitrary: fc.double({ noNaN: true, min: 0.01, max: 1e6 }).map(String) },
  fc.constantFrom(...ODD_NUMBERS),
);
const HEADER = 'time,open,high,low,close,volume,symbol,note';
const soundRows = (at: (minute: number) => string): string[] =>
  Array.from({ length: SOUND_ROWS }, (_, minute) => `${at(minute)},1,2.5,0.5,1.5,10,AA,n`);
const files = fc.constantFrom(...(Object.keys(TIMES) as (keyof typeof TIMES)[])).chain((kind) => {
  const { at, odd } = TIMES[kind];
  const times = fc.oneof({ weight: 20, arbitrary: fc.nat({ max: 50 }).map(at) }, fc.constantFrom<string>(...odd));
  const rows = fc
    .tuple(times, fc.array(numbers, { minLength: 5, maxLength: 5 }), fc.constantFrom(...SYMBOLS), fc.nat({ max: 19 }))
    .map(([time, values, symbol, cut]) => {
      const cells = [time, ...values, symbol, 'n'];
      const written = [cells.slice(0, 4), cells.slice(0, -1), [...cells, ''], [...cells, 'x']][cut] ?? cells;
      return written.join(',');
    });
  return fc
    .array(fc.oneof({ weight: 60, arbitrary: rows }, fc.constantFrom(...ODD_LINES)), { maxLength: 40, size: 'max' })
    .map((more) => {
      return [HEADER, ...soundRows(at), ...more, ''];
    });
});
const ways: readonly Partial<ReadingOptions>[] = [
  { exchange: 'SIM' },
  { exchange: 'SIM', symbol: 'AA' },
  { instrumentId: 'SIM:AA', symbol: 'AA' },
];

const eachOddNumber = [
  HEADER,
  ...soundRows(TIMES.instants.at),
  ...ODD_NUMBERS.map((odd, row) => `${TIMES.instants.at(SOUND_ROWS + row)},${odd},2.5,0.5,1.5,10,AA,n`),
];

test('rows read from their bytes are those that are read by their cells', async () => {
  let plainBars = 0;
  await fc.assert(
    fc.asyncProperty(
      files,
      fc.constantFrom(...ways),
      fc.constantFrom('\n', '\r\n', '\r'),
      fc.constantFrom(...LENGTHS_OF_PIECES),
      async (lines, way, end, size) => {
        const options = { timezone: 'America/New_York', ...way, defaultState: 'final' } as const;
        const open = () => openCsvTable(textLines(inPieces(Buffer.from(lines.join(end)), size)), isHeader);
        const read = await outcomeOf(await open(), options);
        assert.deepEqual(read, await outcomeOf(byCells(await open()), options));
        plainBars += read.bars.length;
      },
    ),
    { numRuns: 100, examples: [[eachOddNumber, { exchange: 'SIM' }, '\n', 100]] },
  );
  assert.ok(plainBars > 1_000);
});

/** The same rows, with nothing but what rows of any format have. */
function byCells(table: Table): Table {
  async function* batches(): AsyncGenerator<readonly Row[]> {
    for await (const rows of table.batches)
      yield rows.map((row) => ({ line: row.line, cells: row.cells, fault: row.fault, written: () => row.written() }));
  }
  return { ...table, batches: batches() };
}

/** Everything that reading gives; bars as text, as `deepEqual` takes -0 for 0. */
async function outcomeOf(table: Table, options: ReadingOptions) {
  const bars: string[] = [];
  const others: unknown[] = [];
  try {
    const hoursOf = () => Promise.resolve({ sessions: 'regular' } as const);
    const { plan, batches } = await survey(table, options, { now: NOW, hoursOf });
    assert.ok(batches);
    const whole = {
      ...table,
      batches: (async function* () {
        yield* batches;
      })(),
    };
    for await (const { instrumentId, columns, lines, faults, empty } of readRows(whole, plan, options)) {
      for (let i = 0; i < lines.length; i++) {
        const values = Object.values(columns).map((column: Float64Array | Uint8Array) => column[i]);
        bars.push([instrumentId, lines[i], ...values.map((value) => (Object.is(value, -0) ? '-0' : value))].join(' '));
      }
      others.push({ instrumentId, faults, empty });
    }
  } catch (error) {
    others.push(error);
  }
  return { bars, others };
}

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
