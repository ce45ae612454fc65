import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { DuckDBInstance } from '@duckdb/node-api';
import { tableFromIPC } from 'apache-arrow';
import { startServer } from '../../src/main/server.ts';
import { open } from '../../src/main/library.ts';
import { aFolder } from '../support/open-test-database.ts';
import { runPocketquant } from '../support/run-pocketquant.ts';

const IDS = ['BINANCE:BTC/USDT', 'NASDAQ:AAPL', 'NSE:M&M, "A"', 'NSE:व'];
const DAYS = 3;

interface Answer {
  readonly status: number;
  readonly body: Buffer;
  readonly trailers: NodeJS.Dict<string>;
}

function ask(url: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    request(url, (response) => {
      const pieces: Buffer[] = [];
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(pieces), trailers: response.trailers }),
      );
    })
      .on('error', reject)
      .end();
  });
}

/** A server with a few days of each instrument. */
async function aServerOfMany(t: TestContext): Promise<(query: string) => Promise<Answer>> {
  const server = await startServer({ databaseUrl: `file:${join(aFolder(t), 'many.db')}`, port: 0, logLevel: 'silent' });
  t.after(() => server.close());
  const api = `${server.url}/api/v1/bars`;
  for (const [i, id] of IDS.entries()) {
    const bars = Array.from({ length: DAYS }, (_, day) => {
      const price = 10 * i + day;
      return { openTime: `2024-01-0${day + 2}`, open: price, high: price, low: price, close: price };
    });
    const body = JSON.stringify({ provider: 'test', state: 'final', bars });
    const headers = { 'content-type': 'application/json' };
    const put = await fetch(`${api}/${encodeURIComponent(id)}?interval=1d`, { method: 'PUT', body, headers });
    assert.equal(put.status, 200, await put.text());
  }
  return (query) => ask(`${api}?interval=1d&from=2024-01-02&to=2024-01-05&${query}`);
}

const ALL = `ids=${IDS.map(encodeURIComponent).join(',')},NASDAQ:NONE`;
const EXPECTED = IDS.flatMap((id, i) => Array.from({ length: DAYS }, (_, day) => [id, 10 * i + day]));
const idOfAll = (rows: readonly { instrumentId: string; close: number }[]) =>
  rows.map(({ instrumentId: id, close }) => [id, close]);

test('every format has the same bars of many series, each with its instrument', async (t) => {
  const get = await aServerOfMany(t);
  const json = JSON.parse((await get(ALL)).body.toString());
  assert.deepEqual(idOfAll(json.bars), EXPECTED);
  assert.deepEqual(
    json.series.map((one: { instrumentId: string; completeness: { returned: number } }) => [
      one.instrumentId,
      one.completeness.returned,
    ]),
    IDS.map((id) => [id, DAYS]),
  );
  assert.deepEqual([json.unknown, json.nextCursor], [['NASDAQ:NONE'], null]);

  const { columns, instruments } = JSON.parse((await get(`${ALL}&format=columns`)).body.toString());
  const named = columns.instrument.map((code: number, i: number) => [instruments[code], columns.close[i]]);
  assert.deepEqual(named, EXPECTED);

  const ndjson = (await get(`${ALL}&format=ndjson`)).body.toString().trimEnd().split('\n');
  assert.deepEqual(idOfAll(ndjson.map((line) => JSON.parse(line))), EXPECTED);

  const csv = (await get(`${ALL}&format=csv`)).body.toString().split('\n');
  assert.equal(csv[0], 'instrumentId,openTime,open,high,low,close,volume,state,isPartial');
  assert.equal(csv[7], '"NSE:M&M, ""A""",2024-01-02T00:00:00Z,20,20,20,20,,final,false');

  const table = tableFromIPC((await get(`${ALL}&format=arrow`)).body);
  assert.match(String(table.schema.fields[0]), /instrumentId: Dictionary<Uint16, Utf8>/);
  assert.deepEqual(
    table.toArray().map((row) => [row.instrumentId, row.close]),
    EXPECTED,
  );
  const series = JSON.parse(table.batches.at(-1)?.metadata.get('series') ?? '[]');
  assert.deepEqual(series, json.series);

  const file = join(aFolder(t), 'panel.parquet');
  writeFileSync(file, (await get(`${ALL}&format=parquet`)).body);
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  t.after(() => duckdb.closeSync());
  const rows = await duckdb.runAndReadAll(`SELECT instrumentId, close FROM '${file}'`);
  assert.deepEqual(rows.getRows(), EXPECTED);
  const [[encodings]] = (
    await duckdb.runAndReadAll(
      `SELECT encodings FROM parquet_metadata('${file}') WHERE path_in_schema = 'instrumentId'`,
    )
  ).getRows();
  assert.match(String(encodings), /DICTIONARY/);
});

test('trailers have the sum of what is missing, pages go on across series', async (t) => {
  const get = await aServerOfMany(t);
  const { trailers } = await get(`${ALL}&format=csv`);
  const summary = JSON.parse(trailers['pocketquant-completeness'] ?? '{}');
  assert.deepEqual(
    [summary.series, summary.returned, summary.expected, summary.unknown, summary.complete],
    [IDS.length, IDS.length * DAYS, IDS.length * DAYS, ['NASDAQ:NONE'], false],
  );
  assert.equal(trailers['pocketquant-next-cursor'], '');

  const seen: unknown[] = [];
  let cursor = '';
  do {
    const page = await get(`${ALL}&limit=4&format=csv${cursor}`);
    seen.push(...page.body.toString().trimEnd().split('\n').slice(1));
    const next = page.trailers['pocketquant-next-cursor'] ?? '';
    cursor = next === '' ? '' : `&cursor=${next}`;
  } while (cursor !== '');
  assert.deepEqual(seen, (await get(`${ALL}&format=csv`)).body.toString().trimEnd().split('\n').slice(1));

  assert.equal((await get('exchange=NOWHERE')).status, 404);
  assert.equal((await get('exchange=NSE&glob=*')).status, 400);
  const chosen = JSON.parse((await get('glob=ns?:*&format=json')).body.toString());
  assert.equal(chosen.bars.length, 2 * DAYS);
});

test('the command line shows a cross-section of an exchange, of some instruments or of a pattern', async (t) => {
  const database = `file:${join(aFolder(t), 'many.db')}`;
  const pq = await open({ database });
  for (const [i, instrumentId] of ['NASDAQ:AAPL', 'NASDAQ:MSFT', 'NYSE:A'].entries()) {
    const bar = { openTime: Date.UTC(2024, 0, 2), open: i, high: i, low: i, close: i };
    await pq.upsertBars({ instrumentId, interval: '1d', provider: 'test', state: 'final', bars: [bar] });
  }
  await pq.close();
  const day = ['1d', '--from', '2024-01-02', '--to', '2024-01-03'];
  const show = (...words: string[]) => runPocketquant(database, ['bars', ...words, ...day]);
  const { stdout } = await show('--exchange', 'nasdaq');
  assert.match(stdout, /NASDAQ:AAPL +2024-01-02T00:00:00Z +0 /);
  assert.match(stdout, /2 bars of 2 series at 1d. Complete: all 2 expected/);
  assert.match((await show('*:A*')).stdout, /2 bars of 2 series/);
  assert.match((await show('NYSE:A', 'NASDAQ:MSFT', 'NYSE:B')).stdout, /Nothing is stored for NYSE:B/);
  const json = JSON.parse((await show('NYSE:A', 'NASDAQ:MSFT', '--json')).stdout);
  assert.deepEqual(
    json.bars.map(({ instrumentId: id, close }: { instrumentId: string; close: number }) => [id, close]),
    [
      ['NASDAQ:MSFT', 1],
      ['NYSE:A', 2],
    ],
  );
  assert.equal((await show('NYSE:A', '--exchange', 'NASDAQ')).exitCode, 2);
});

interface ManyOutcome {
  readonly series: readonly {
    readonly instrumentId: string;
    readonly rejectedCount?: number;
    readonly rejected?: readonly { readonly index: number }[];
    readonly failed?: { readonly code: string };
  }[];
}

test('PUT /bars stores bars of many series, each with its account', async (t) => {
  const server = await startServer({ databaseUrl: `file:${join(aFolder(t), 'put.db')}`, port: 0, logLevel: 'silent' });
  t.after(() => server.close());
  const bar = { openTime: '2024-01-02', open: 1, high: 1, low: 1, close: 1 };
  const put = async (query: string, series: unknown[]) => {
    const body = JSON.stringify({ provider: 'test', state: 'final', series });
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${server.url}/api/v1/bars?${query}`, { method: 'PUT', body, headers });
    return { status: response.status, outcome: (await response.json()) as ManyOutcome };
  };
  const { status, outcome } = await put('interval=1h&align=session', [
    {
      instrumentId: 'NASDAQ:AAPL',
      bars: [
        { ...bar, openTime: '2024-01-02T14:30Z' },
        { ...bar, high: 0 },
      ],
    },
    { instrumentId: 'NOWHERE:A', bars: [bar] },
  ]);
  assert.equal(status, 200);
  const { series, ...sums } = outcome;
  assert.deepEqual(sums, { inserted: 1, changed: 0, unchanged: 0, skippedStale: 0, rejected: 1, failed: 1 });
  assert.deepEqual([series[0].rejectedCount, series[0].rejected?.[0].index], [1, 1]);
  assert.deepEqual([series[1].instrumentId, series[1].failed?.code], ['NOWHERE:A', 'NO_SCHEDULE']);
  const tooMany = Array.from({ length: 50_001 }, () => 0);
  assert.equal((await put('interval=1d', [{ instrumentId: 'A:B', bars: tooMany }])).status, 400);
  assert.equal(
    (
      await put('interval=1d', [
        { instrumentId: 'A:B', bars: [bar] },
        { instrumentId: 'A:B', bars: [bar] },
      ])
    ).status,
    400,
  );
});
