import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { aStore, at, LATER, minute, portOf } from '../../../../../test/support/a-store.ts';
import { importerOf } from '../../../../../test/support/bar-files.ts';
import { writeBars, type BarFormat } from '../../../../barfiles/index.ts';
import { FINAL, newBarColumns, type BarColumns } from '../../../../market/index.ts';
import { answerGetBars } from '../../queries/get-bars/get-bars.query.ts';

const SERIES = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;
const NUMBERS = ['open', 'high', 'low', 'close', 'volume'] as const;
const TEXT_HEADER = 'openTime,open,high,low,close,volume\n';

/** One good bar first, so that something is stored. */
const GOOD = ['1', '1', '1', '1', '1'];

/** Every field in turn as each of these texts, but for a volume of `NaN`, which is none. */
function spoiled(texts: readonly string[]): string[][] {
  return texts.flatMap((text) =>
    NUMBERS.flatMap((name, place) =>
      name === 'volume' && /nan/i.test(text) ? [] : [GOOD.map((good, i) => (i === place ? text : good))],
    ),
  );
}

async function imported(t: TestContext, bytes: Uint8Array, format: 'csv' | 'ndjson' | 'parquet' | 'arrow') {
  const { collections } = await aStore(t);
  const port = portOf();
  const load = importerOf(collections);
  async function* source() {
    yield await Promise.resolve(bytes);
  }
  const outcome = await load({ source: source(), ...SERIES, provider: 'file', state: 'final', format }, at(LATER));
  const { columns } = await answerGetBars(collections, port)(SERIES, at(LATER));
  const kept = await collections.quarantine.find({}).toArray();
  return { outcome, stored: [...columns.openTime], kept: kept.map(({ bar }) => bar) };
}

const rowsOf = (rows: readonly string[][]) => [GOOD, ...rows].map((row, i) => [minute(i), ...row]);

test('csv: no price or volume that is not a finite number is stored', async (t) => {
  const rows = spoiled(['Infinity', '-Infinity', '+Infinity', 'inf', '-inf', 'NaN', 'nan', '1e400', '-1e400']);
  const bytes = Buffer.from(
    TEXT_HEADER +
      rowsOf(rows)
        .map((row) => `${row.join()}\n`)
        .join(''),
  );
  const { outcome, stored, kept } = await imported(t, bytes, 'csv');
  assert.deepEqual([stored, outcome.inserted, outcome.rejected], [[minute(0)], 1, rows.length]);
  assert.equal(kept.length, rows.length);
});

test('ndjson: no price or volume that is not a finite number is stored', async (t) => {
  const rows = spoiled(['1e400', '-1e400', '"Infinity"', '"-Infinity"', '"NaN"', '"1e400"', 'Infinity', 'NaN']);
  const lines = rowsOf(rows).map(
    ([time, ...values]) => `{"openTime":${time},${NUMBERS.map((name, i) => `"${name}":${values[i]}`).join()}}\n`,
  );
  const { outcome, stored, kept } = await imported(t, Buffer.from(lines.join('')), 'ndjson');
  assert.deepEqual([stored, outcome.inserted, outcome.rejected], [[minute(0)], 1, rows.length]);
  assert.equal(kept.length, rows.length);
});

test('rows that name no symbol are rejected, and stop no others', async (t) => {
  const { collections } = await aStore(t);
  const load = importerOf(collections);
  async function* source() {
    yield await Promise.resolve(
      Buffer.from(
        `time,symbol,open,high,low,close\n${[minute(0), 'A,1,1,1,1'].join()}\n${[minute(1), 'A,1,1,1,1'].join()}\n${[minute(1), ',1,1,1,1'].join()}\n${[minute(1), 'B\u200b,1,1,1,1'].join()}\n`,
      ),
    );
  }
  const file = { interval: '1m', exchange: 'COINBASE', provider: 'file', state: 'final' } as const;
  const outcome = await load({ source: source(), ...file }, at(LATER));
  assert.deepEqual([outcome.rows, outcome.inserted, outcome.rejected], [4, 2, 2]);
  assert.deepEqual(outcome.rejections, [
    { code: 'invalidBar', rows: 2, lines: [4, 5], message: 'The row names no symbol' },
  ]);
  assert.deepEqual(
    outcome.series.map(({ instrumentId }) => instrumentId),
    ['COINBASE:A'],
  );
});

async function written(format: BarFormat, columns: BarColumns): Promise<Uint8Array> {
  async function* batches() {
    yield await Promise.resolve(columns);
  }
  const frame = { marksPartial: false, fields: [], head: {}, end: () => ({ completeness: {}, nextCursor: null }) };
  const pieces: Uint8Array[] = [];
  for await (const piece of writeBars(format, batches(), frame)) pieces.push(piece);
  return Buffer.concat(pieces);
}

for (const format of ['csv', 'ndjson', 'parquet', 'arrow'] as const)
  test(`${format}: bars of doubles that are not finite are refused, with what they were`, async (t) => {
    // An absent volume is written as NaN, so that NaN is one for prices only.
    const cases = NUMBERS.flatMap((name) =>
      [Infinity, -Infinity, NaN].flatMap((value) =>
        name === 'volume' && Number.isNaN(value) ? [] : [{ name, value }],
      ),
    );
    const columns = newBarColumns(cases.length + 1);
    for (const name of NUMBERS) columns[name].fill(1);
    columns.state.fill(FINAL);
    columns.openTime.forEach((_, i) => (columns.openTime[i] = minute(i)));
    for (const [i, { name, value }] of cases.entries()) columns[name][i + 1] = value;
    const { outcome, stored, kept } = await imported(t, await written(format, columns), format);
    assert.deepEqual([stored, outcome.inserted, outcome.rejected], [[minute(0)], 1, cases.length]);
    assert.equal(kept.length, cases.length, 'each is kept');
    for (const bar of kept) assert.match(bar, /Infinity|NaN/);
  });
