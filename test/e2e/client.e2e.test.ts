import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { promisify } from 'node:util';
import { createClient, PocketQuantProblem, ServerUnreachable, type Client } from '../../src/client/index.ts';
import { startServer } from '../../src/main/server.ts';
import { aPatientClient } from '../support/a-patient-client.ts';
import { collect } from '../support/collect.ts';
import { aFolder } from '../support/open-test-database.ts';
import { ROOT } from '../support/run-pocketquant.ts';
import { until } from '../support/until.ts';

async function aClient(t: TestContext): Promise<Client> {
  const databaseUrl = `file:${join(aFolder(t), 'client.db')}`;
  const server = await startServer({ databaseUrl, port: 0, logLevel: 'silent' });
  t.after(() => server.close());
  return aPatientClient(`${server.url}/`);
}

const SERIES = { instrumentId: 'COINBASE:BTC/USD', interval: '1m' } as const;
const bar = (minute: number, price = minute) => ({
  openTime: new Date(Date.UTC(2020, 0, 1, 0, minute)),
  open: price,
  high: price,
  low: price,
  close: price,
});
const put = (client: Client, bars: unknown[]) =>
  client.upsertBars({ ...SERIES, provider: 'test', state: 'final', bars });

test('what the client knows of the routes is what they say', async () => {
  await promisify(execFile)('node', [join(ROOT, 'scripts/write-client.ts'), '--check']);
});

test('bars are stored, read in both shapes, explained and deleted', async (t) => {
  const client = await aClient(t);
  assert.equal((await put(client, [bar(1), bar(2), bar(4)])).inserted, 3);
  assert.equal((await put(client, [bar(2, 9)])).changed, 1);
  const { openTime } = await client.createBar({ ...SERIES, provider: 'test', state: 'final', bar: bar(5) });
  assert.equal(openTime, '2020-01-01T00:05:00Z');
  // Each shape is typed by the format that is asked for.
  const { bars, completeness } = await client.getBars({ ...SERIES, from: new Date('2020-01-01'), to: undefined });
  assert.deepEqual(
    bars.map(({ close }) => close),
    [1, 9, 4, 5],
  );
  assert.equal(completeness.returned, 4);
  const { columns } = await client.getBars({ ...SERIES, format: 'columns', limit: 2 });
  assert.deepEqual(columns.close, [1, 9]);
  assert.equal((await client.getLatestBar({ ...SERIES, asOf: new Date() })).close, 5);
  const { revisions } = await client.getRevisions({ ...SERIES, openTime: '2020-01-01T00:02' });
  assert.deepEqual(
    revisions.map(({ close }) => close),
    [2, 9],
  );
  assert.equal((await client.getCoverage(SERIES)).held, 4);
  assert.equal((await client.deleteBars({ ...SERIES, from: '2020-01-01', to: '2020-01-02' })).deleted, 4);
});

test('a refused request is an error with its code and what to do', async (t) => {
  const client = await aClient(t);
  const problem = await client.getBars({ instrumentId: 'NO:THING', interval: '1m' }).catch((error: unknown) => error);
  assert.ok(problem instanceof PocketQuantProblem);
  assert.equal(problem.code, 'INSTRUMENT_NOT_FOUND');
  assert.equal(problem.status, 404);
  assert.equal(problem.message, problem.detail);
  assert.match(problem.correlationId ?? '', /./);
  await assert.rejects(client.getJobs({ limit: -1 }), ({ errors }: PocketQuantProblem) => errors[0]?.path === '/limit');
});

test('where nothing answers, or something else, the server is unreachable', async (t) => {
  await assert.rejects(createClient({ baseUrl: 'http://127.0.0.1:9' }).getFeeds(), ServerUnreachable);
  const answering = (status: number) => () => Promise.resolve(new Response('<html>', { status }));
  for (const status of [200, 502])
    await assert.rejects(createClient({ fetch: answering(status) }).getFeeds(), ServerUnreachable);
  const client = await aClient(t);
  const signal = AbortSignal.abort(new Error('enough'));
  await assert.rejects(client.getFeeds({}, { signal }), /enough/, 'who gave up is told so');
});

test('bars and changes come one by one over all pages', async (t) => {
  const client = await aClient(t);
  for (const minute of [1, 2, 3, 4, 5]) await put(client, [bar(minute)]);
  const closes = (await collect(client.eachBar({ ...SERIES, limit: 2 }))).map(({ close }) => close);
  assert.deepEqual(closes, [1, 2, 3, 4, 5]);
  const newest = await collect(client.eachBar({ ...SERIES, limit: 2, order: 'desc' }));
  assert.equal(newest[0]?.close, 5);
  await until(async () => (await client.getChanges({ after: 4 })).changes.length === 1, 'five changes');
  const seqs = (await collect(client.eachChange({ after: 1, limit: 2 }))).map(({ seq }) => seq);
  assert.deepEqual(seqs, [2, 3, 4, 5]);
});

test('columns from Arrow are what JSON answers, stored and derived, with what is missing', async (t) => {
  const client = await aClient(t);
  const minutes = Array.from({ length: 20_000 }, (_, minute) => minute + 1).filter((minute) => minute % 7 !== 0);
  const withVolume = (minute: number) => ({
    ...bar(minute),
    ...(minute % 3 === 0 ? { volume: minute / 8 } : {}),
    ...(minute % 2 === 0 ? { trades: minute, turnover: minute / 4 } : {}),
  });
  await put(client, minutes.map(withVolume));
  for (const asked of [
    { ...SERIES, to: '2020-01-15' },
    { ...SERIES, interval: '5m', to: '2020-01-15' },
    { ...SERIES, limit: 9_000 },
    { ...SERIES, from: '2030-01-01', to: '2030-01-02' },
    { ...SERIES, from: '2030-01-01', to: '2030-01-02', fields: 'trades,provider,observedAt' },
    { ...SERIES, to: '2020-01-15', fields: 'trades,turnover,vwap,openInterest,provider,observedAt' },
    { ...SERIES, interval: '1h', to: '2020-01-15', fields: 'observedAt,provider,vwap' },
  ] as const) {
    const { columns, states, ...end } = await client.getColumns(asked);
    const json = await client.getBars({ limit: 50_000, ...asked, format: 'columns' });
    assert.deepEqual(end, { completeness: json.completeness, nextCursor: json.nextCursor });
    assert.deepEqual(states, json.states);
    const { provider, ...numbers } = columns;
    for (const [name, values] of Object.entries(numbers))
      assert.deepEqual(
        Array.from(values, (value) => (Number.isNaN(value) ? null : value)),
        json.columns[name as 'volume'],
        `${asked.interval} ${name}`,
      );
    const names = json.columns.provider?.map((place) => json.providers?.[place]);
    assert.deepEqual(provider, names);
    assert.equal('isPartial' in columns, 'isPartial' in json.columns);
  }
  // Thousands of missing ranges are more than clients take of trailers.
  const { bytes } = await client.exportBars({ ...SERIES, format: 'csv' });
  assert.equal((await new Response(bytes).text()).trim().split('\n').length, minutes.length + 1);
});

test('bars are exported as files, whose addresses can be told', async (t) => {
  const client = await aClient(t);
  await put(client, [bar(1), bar(2)]);
  const asked = { ...SERIES, format: 'csv' } as const;
  const { contentType, bytes } = await client.exportBars(asked);
  const text = await new Response(bytes).text();
  assert.match(contentType, /^text\/csv/);
  assert.equal(text.trim().split('\n').length, 3);
  assert.equal(await (await fetch(client.urlOf('getBars', asked))).text(), text);
  await assert.rejects(client.exportBars({ ...asked, instrumentId: 'NO:THING' }), { code: 'INSTRUMENT_NOT_FOUND' });
});

test('files are imported from bytes, blobs and streams', async (t) => {
  const client = await aClient(t);
  const csv = 'time,open,high,low,close\n2024-01-02T00:00:00Z,1.5,2,1,2\n2024-01-02T00:01:00Z,1.5,2,1,2\n';
  const named = { instrumentId: 'COINBASE:BTCUSD', isComplete: true };
  const blob = new Blob([csv]);
  const seen = await client.importBars({ ...named, isComplete: undefined, file: blob, preview: true });
  assert.ok('faults' in seen && seen.reading.interval === '1m');
  for (const file of [csv, blob, await blob.arrayBuffer(), await blob.bytes(), blob.stream()]) {
    const done = await client.importBars({ ...named, file });
    assert.ok('rows' in done && done.rows === 2, JSON.stringify(done));
  }
  const { id } = (await client.importBars({ ...named, file: csv, job: true })) as { id: string };
  await until(async () => (await client.getJob({ id })).endedAt !== null, 'the end of the job');
  await assert.rejects(client.importBars({ file: csv }), PocketQuantProblem);
});

test('the other operations answer as the HTTP API does', async (t) => {
  const client = await aClient(t);
  const instrumentId = 'SIM:BTCUSD';
  await client.registerSymbol({ instrumentId, name: 'Bitcoin', listedFrom: new Date('2020-01-01'), aliases: ['b'] });
  assert.equal((await client.getSymbol({ instrumentId })).name, 'Bitcoin');
  assert.equal((await client.getSymbols({ query: 'bit' })).total, 1);
  const order = { instrumentId, interval: '1d', from: '2024-01-01', to: new Date('2024-02-01') } as const;
  const job = await client.syncBars({ ...order, wait: true });
  assert.equal(job.state, 'completed');
  const [first, second] = (await client.syncMany({ orders: [order, { ...order, provider: 'nobody' }] })).orders;
  assert.deepEqual([first?.error, second?.error?.code], [null, 'UNKNOWN_PROVIDER']);
  const jobsOf = async () => (await client.getJobs({ limit: 10 })).jobs;
  await until(async () => (await jobsOf()).every(({ endedAt }) => endedAt !== null), 'the end of the jobs');
  assert.equal((await jobsOf()).length, 2);
  await assert.rejects(client.cancelJob({ id: job.id }), { status: 409 });
  assert.equal((await client.retryJob({ id: job.id })).id, job.id);
  assert.deepEqual((await client.getSyncStatus()).series, (await client.getSyncStatusOf({ instrumentId })).series);
  const [schedule] = (await client.getSchedules()).schedules;
  assert.equal(await client.runSchedule({ id: schedule?.id ?? '' }), undefined);
  const { id } = await client.subscribe({ instrumentId, intervals: ['1m'] });
  assert.equal((await client.startFeed({ provider: 'simulated' })).feeds.length, 1);
  await until(async () => (await client.getAllQuotes()).quotes.length === 1, 'a quote');
  assert.equal((await client.getLatestQuote({ instrumentId })).instrumentId, instrumentId);
  assert.equal((await client.getCurrentBar({ instrumentId, interval: '1m' })).state, 'open');
  assert.equal((await client.stopFeed({ provider: 'simulated' })).feeds.length, 1);
  assert.equal((await client.getSubscriptions()).subscriptions.length, 1);
  assert.equal(await client.unsubscribe({ id }), undefined);
  assert.deepEqual((await client.getFeeds()).feeds, (await client.stopFeed({ provider: 'simulated' })).feeds);
  assert.equal((await client.getHealth()).status, 'ok');
  assert.equal((await client.getReadiness()).status, 'ok');
  assert.equal((await client.getLiveness()).status, 'ok');
  assert.match(await client.getMetrics(), /pocketquant_http_request_seconds/);
  await client.registerSymbol({ instrumentId: 'A:B' });
  assert.equal(await client.unregisterSymbol({ instrumentId: 'A:B' }), undefined);
});

test('an ill report of health is an answer, and what is asked wrongly does not compile', async () => {
  const report = { status: 'unavailable' };
  const answer = (status: number) => Promise.resolve(Response.json(report, { status }));
  assert.deepEqual(await createClient({ fetch: () => answer(503) }).getHealth(), report);
  const client = createClient({ fetch: () => answer(200) });
  // @ts-expect-error there is no such interval
  await client.getBars({ instrumentId: 'A:B', interval: '2d' });
  // @ts-expect-error the instrument is missing
  await client.getSymbol({});
  // @ts-expect-error columns are asked for by their format
  assert.equal((await client.getBars({ instrumentId: 'A:B', interval: '1d' })).columns, undefined);
});
