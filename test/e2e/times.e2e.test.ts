import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { open, type PocketQuant } from '../../src/main/library.ts';
import { startServer } from '../../src/main/server.ts';
import { aFolder } from '../support/open-test-database.ts';
import { runPocketquant } from '../support/run-pocketquant.ts';

const NOON = Date.UTC(2016, 9, 7, 12);
const NOON_TEXT = '2016-10-07T12:00:00Z';
const SERIES = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;
const PRICES = { open: 1, high: 1, low: 1, close: 1 };
/** Noon as other systems write it. */
const WIRE_NOONS = [NOON_TEXT, NOON / 1_000, NOON, NOON * 1_000, NOON * 1_000_000];

interface World {
  readonly api: string;
  readonly databaseUrl: string;
  ask(path: string, method?: string, body?: unknown): Promise<Record<string, unknown>>;
}

async function aWorld(t: TestContext): Promise<World> {
  const databaseUrl = `file:${join(aFolder(t), 'times.db')}`;
  const server = await startServer({ databaseUrl, port: 0, logLevel: 'silent' });
  t.after(() => server.close());
  const api = `${server.url}/api/v1`;
  return {
    api,
    databaseUrl,
    async ask(path, method = 'GET', body) {
      const sent =
        body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      return (await (await fetch(api + path, { method, ...sent })).json()) as Record<string, unknown>;
    },
  };
}

async function aLibrary(t: TestContext): Promise<PocketQuant> {
  const pq = await open({ database: `file:${join(aFolder(t), 'library.db')}` });
  t.after(() => pq.close());
  return pq;
}

const openTimes = (answer: Record<string, unknown>): string[] =>
  (answer['bars'] as { openTime: string }[]).map(({ openTime }) => openTime);

test('HTTP reads epoch s, ms, us and ns in bodies', async (t) => {
  const { ask } = await aWorld(t);
  for (const [place, written] of WIRE_NOONS.flatMap((time) => [time, String(time)]).entries()) {
    const bars = `/bars/TEST:S${place}?interval=1m`;
    const body = { provider: 'test', state: 'final', observedAt: written };
    const { inserted } = await ask(bars, 'PUT', { ...body, bars: [{ ...PRICES, openTime: written }] });
    assert.equal(inserted, 1, String(written));
    assert.deepEqual(openTimes(await ask(bars)), [NOON_TEXT]);
    assert.equal((await ask(`/bars/TEST:S${place}/latest?interval=1m`))['observedAt'], NOON_TEXT);
    const created = await ask(`/bars/TEST:C${place}?interval=1m`, 'POST', {
      ...body,
      bar: { ...PRICES, openTime: written },
    });
    assert.equal(created['openTime'], NOON_TEXT);
    const listed = await ask(`/symbols/TEST:S${place}`, 'PUT', { listedFrom: written });
    assert.equal(listed['listedFrom'], NOON_TEXT);
    const job = await ask('/sync', 'POST', {
      instrumentId: `SIM:S${place}`,
      interval: '1d',
      from: written,
      to: '2016-10-09',
    });
    assert.equal(job['from'], NOON_TEXT, String(written));
  }
});

test('HTTP reads epoch s, ms, us and ns in queries', async (t) => {
  const { ask } = await aWorld(t);
  const bars = [0, 1, 2].map((minute) => ({ ...PRICES, openTime: NOON + minute * 60_000 }));
  await ask('/bars/TEST:Q?interval=1m', 'PUT', { provider: 'test', state: 'final', observedAt: NOON, bars });
  for (const written of WIRE_NOONS) {
    const later = typeof written === 'number' ? (written / NOON) * (NOON + 60_000) : '2016-10-07T12:01:00Z';
    const answer = await ask(`/bars/TEST:Q?interval=1m&from=${written}&to=${later}&asOf=${written}`);
    assert.deepEqual([openTimes(answer), answer['asOf']], [[NOON_TEXT], NOON_TEXT]);
    const { revisions } = await ask(`/bars/TEST:Q/revisions?interval=1m&openTime=${written}`);
    assert.equal((revisions as object[]).length, 1);
    const coverage = await ask(`/coverage/TEST:Q?interval=1m&from=${written}&to=${later}`);
    assert.deepEqual([coverage['from'], coverage['held']], [NOON_TEXT, 1]);
    assert.equal((await ask(`/bars/TEST:Q/latest?interval=1m&asOf=${written}`))['observedAt'], NOON_TEXT);
  }
  for (const unclear of ['2016', '20161007', '1e12', '0x57f7e5c0']) {
    const { code, detail } = await ask(`/bars/TEST:Q?interval=1m&from=${unclear}`);
    assert.deepEqual([code, String(detail).startsWith('from: ')], ['INVALID_REQUEST', true], unclear);
  }
  const { deleted } = await ask(`/bars/TEST:Q?interval=1m&from=${NOON / 1_000}&to=${NOON / 1_000 + 60}`, 'DELETE');
  assert.equal(deleted, 1);
});

test('a rejected bar keeps its openTime in the account, whichever field is wrong', async (t) => {
  const { ask } = await aWorld(t);
  const time = { openTime: NOON / 1_000 };
  const bars = [
    { ...PRICES, ...time, close: 'much' },
    { ...PRICES, ...time, volume: 'much' },
    { ...PRICES, ...time, state: 'new' },
    { ...time },
    { ...PRICES, ...time, high: 0 },
    { ...PRICES, openTime: 20161007 },
    'no bar',
    { ...PRICES, openTime: 1e300 },
  ];
  const { rejected } = await ask('/bars/TEST:R?interval=1m', 'PUT', { provider: 'test', state: 'final', bars });
  assert.deepEqual(
    (rejected as { openTime: string | null }[]).map(({ openTime }) => openTime),
    [NOON_TEXT, NOON_TEXT, NOON_TEXT, NOON_TEXT, NOON_TEXT, null, null, null],
  );
  const pq = await aLibrary(t);
  const sent = [
    { ...PRICES, openTime: NOON, close: 'much' },
    { ...PRICES, openTime: NOON + 60_000 },
  ];
  const outcome = await pq.upsertBars({ ...SERIES, provider: 'test', state: 'final', bars: sent });
  assert.deepEqual(
    outcome.rejected.map(({ index, openTime }) => [index, openTime]),
    [[0, NOON]],
  );
  // The quarantine has the time too: it is the reason for the hole.
  const { completeness } = await pq.getBars({ ...SERIES, from: NOON, to: NOON + 120_000 });
  assert.deepEqual(
    completeness.missing.map(({ from, reason }) => [from, reason]),
    [[NOON, 'quarantined']],
  );
});

test('the library takes epoch ms, text and dates, and refuses numbers that look like seconds', async (t) => {
  const pq = await aLibrary(t);
  const row = (openTime: unknown) => ({ ...PRICES, openTime });
  const upsert = { ...SERIES, provider: 'test', state: 'final' } as const;
  const times = [NOON, new Date(NOON + 60_000), '2016-10-07T12:02:00Z', String(NOON / 1_000 + 180)];
  assert.equal((await pq.upsertBars({ ...upsert, bars: times.map(row) })).inserted, 4);
  const { rejected } = await pq.upsertBars({ ...upsert, bars: [row(NOON / 1_000), row(NOON * 1_000)] });
  assert.match(rejected[0].message, /looks like epoch seconds/);
  assert.match(rejected[1].message, /Not a whole epoch millisecond/);
  const seconds = { code: 'INVALID_REQUEST', message: /looks like epoch seconds \(2016-10-07T12:00:00Z\)/ };
  const range = { from: NOON / 1_000, to: NOON / 1_000 + 60 };
  await assert.rejects(pq.getBars({ ...SERIES, ...range }), seconds);
  await assert.rejects(pq.getBars({ ...SERIES, asOf: NOON / 1_000 }), seconds);
  await assert.rejects(pq.streamBars({ ...SERIES, ...range }), seconds);
  await assert.rejects(pq.exportBars({ ...SERIES, ...range, format: 'csv' }), seconds);
  await assert.rejects(pq.deleteBars({ ...SERIES, ...range }), seconds);
  await assert.rejects(pq.getCoverage({ ...SERIES, ...range }), seconds);
  await assert.rejects(pq.getLatestBar({ ...SERIES, asOf: NOON / 1_000 }), seconds);
  await assert.rejects(pq.getRevisions({ ...SERIES, openTime: NOON / 1_000 }), seconds);
  await assert.rejects(pq.syncBars({ instrumentId: 'SIM:BTCUSD', interval: '1d', from: NOON / 1_000 }), seconds);
  await assert.rejects(pq.registerSymbol({ instrumentId: 'A:B', listedFrom: NOON / 1_000 }), seconds);
  await assert.rejects(pq.createBar({ ...upsert, bar: row(NOON / 1_000) }), { message: /looks like epoch seconds/ });
  await assert.rejects(pq.upsertBars({ ...upsert, observedAt: NOON / 1_000, bars: [] }), seconds);
});

test('columns of seconds are refused as a whole, columns of 1970 in milliseconds are not', async (t) => {
  const pq = await aLibrary(t);
  const columnsFrom = (times: readonly number[]) => {
    const ones = new Float64Array(times.length).fill(1);
    return { openTime: Float64Array.from(times), open: ones, high: ones, low: ones, close: ones };
  };
  const upsert = (times: readonly number[]) =>
    pq.upsertBars({
      instrumentId: 'NYSE:OLD',
      interval: '1d',
      provider: 'test',
      state: 'final',
      columns: columnsFrom(times),
    });
  const DAY_SECONDS = 86_400;
  const days = Array.from({ length: 20_000 }, (_, day) => (day - 10_000) * DAY_SECONDS);
  await assert.rejects(upsert(days), {
    code: 'INVALID_REQUEST',
    message: /columns.openTime: .*looks like epoch seconds/,
  });
  await assert.rejects(upsert([...days, NaN]), { message: /columns.openTime/ });
  await assert.rejects(upsert([1_555_200_000]), { message: /columns.openTime/ }); // a day of 2019, and of 1970
  const inMs = days.map((second) => second * 1_000);
  assert.equal((await upsert(inMs)).inserted, 20_000);
});

test('the command line reads epoch seconds', async (t) => {
  const databaseUrl = `file:${join(aFolder(t), 'cli.db')}`;
  const pq = await open({ database: databaseUrl });
  await pq.upsertBars({ ...SERIES, provider: 'test', state: 'final', bars: [{ ...PRICES, openTime: NOON }] });
  await pq.close();
  const [from, to] = [NOON / 1_000, NOON / 1_000 + 60].map(String);
  const { stdout } = await runPocketquant(databaseUrl, [
    '--json',
    'bars',
    SERIES.instrumentId,
    '1m',
    '--from',
    from,
    '--to',
    to,
  ]);
  assert.deepEqual(openTimes(JSON.parse(stdout) as Record<string, unknown>), [NOON_TEXT]);
  const revisions = await runPocketquant(databaseUrl, ['--json', 'revisions', SERIES.instrumentId, '1m', from]);
  assert.equal((JSON.parse(revisions.stdout) as object[]).length, 1);
});
