import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startServer } from '../../src/main/server.ts';
import { aFolder } from '../support/open-test-database.ts';

async function anApi(t: TestContext): Promise<string> {
  const server = await startServer({ databaseUrl: `file:${join(aFolder(t), 'sync.db')}`, port: 0, logLevel: 'silent' });
  t.after(() => server.close());
  return `${server.url}/api/v1`;
}

async function ask(url: string, body?: unknown) {
  const sent = { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
  const response = await fetch(url, body === undefined ? {} : sent);
  const text = await response.text();
  return {
    status: response.status,
    location: response.headers.get('location'),
    body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
  };
}

const ORDER = { instrumentId: 'SIM:BTCUSD', interval: '1m', from: '2024-01-01', to: '2024-01-03' };

test('a series is ordered, fetched in the background, and explained to the last bar', async (t) => {
  const api = await anApi(t);
  const ordered = await ask(`${api}/sync`, ORDER);
  assert.equal(ordered.status, 202);
  assert.equal(ordered.location, `/api/v1/jobs/${String(ordered.body['id'])}`);
  const same = await ask(`${api}/sync?wait=true`, ORDER);
  const { state, progress, gaps } = same.body as { state: string; progress: Record<string, number>; gaps: object[] };
  assert.deepEqual([same.status, state, progress['expected'], gaps], [200, 'completed', 2_880, []]);

  const bars = await ask(`${api}/bars/SIM:BTCUSD?interval=1h&from=2024-01-01&to=2024-01-03`);
  const { expected, returned, complete } = bars.body['completeness'] as Record<string, unknown>;
  assert.deepEqual([expected, returned, complete], [48, 48, true]);

  const coverage = (await ask(`${api}/coverage/SIM:BTCUSD?interval=1m&from=2024-01-01&to=2024-01-04`)).body;
  assert.deepEqual([coverage['expected'], coverage['held'], coverage['complete']], [4_320, 2_880, false]);
  assert.deepEqual(coverage['ranges'], [
    { from: '2024-01-01T00:00:00Z', to: '2024-01-03T00:00:00Z', bars: 2_880, status: 'held', looks: null },
    { from: '2024-01-03T00:00:00Z', to: '2024-01-04T00:00:00Z', bars: 1_440, status: 'notFetched', looks: null },
  ]);
  const [asked] = coverage['asked'] as Record<string, unknown>[];
  assert.deepEqual(
    [asked['provider'], asked['result'], asked['looks'], asked['lookAgainAt']],
    ['simulated', 'fetched', 1, null],
  );

  const verified = await ask(`${api}/sync?wait=true`, { ...ORDER, verifyEmpty: true });
  assert.deepEqual([verified.status, verified.body['state']], [200, 'completed']);
  assert.notEqual(verified.body['id'], same.body['id']);
  const refused = await ask(`${api}/sync`, { ...ORDER, verifyEmpty: 'perhaps' });
  assert.deepEqual([refused.status, refused.body['code']], [400, 'INVALID_REQUEST']);
});

test('a series that is ordered without an end is tracked, and its status follows from its job', async (t) => {
  const api = await anApi(t);
  const from = new Date(Date.now() - 3_600_000).toISOString();
  const ordered = await ask(`${api}/sync?wait=true`, { instrumentId: 'SIM:A', interval: '5m', from });
  assert.equal(ordered.body['interval'], '1m', 'the interval that the provider has');
  const { series } = (await ask(`${api}/sync/status/SIM:A`)).body as { series: Record<string, unknown>[] };
  assert.deepEqual(
    series.map(({ series: name, provider, state, error }) => [name, provider, state, error]),
    [['SIM:A/1m', 'simulated', 'completed', null]],
  );
  assert.deepEqual((await ask(`${api}/sync/status/SIM:B`)).body, { series: [] });
});

test('of many orders each has a job or a reason of its own', async (t) => {
  const api = await anApi(t);
  const { status, body } = await ask(`${api}/sync/bulk`, {
    orders: [
      ORDER,
      { ...ORDER, provider: 'nobody' },
      { ...ORDER, interval: '1s' },
      { instrumentId: 'SIM:NEW', interval: '1m' },
      { ...ORDER, from: '2024-01-05' },
    ],
  });
  assert.equal(status, 202);
  const outcomes = body['orders'] as { job: { id: string } | null; error: { code: string } | null }[];
  assert.deepEqual(
    outcomes.map(({ job, error }) => error?.code ?? (job === null ? 'neither' : 'job')),
    ['job', 'UNKNOWN_PROVIDER', 'PROVIDER_INTERVAL_UNKNOWN', 'INVALID_RANGE', 'INVALID_RANGE'],
  );
});

test('jobs are listed, cancelled once and tried again', async (t) => {
  const api = await anApi(t);
  const { body } = await ask(`${api}/sync?wait=true`, ORDER);
  const id = String(body['id']);
  assert.equal((await ask(`${api}/jobs/${id}`)).body['state'], 'completed');
  const ended = await ask(`${api}/jobs/${id}/cancel`, {});
  assert.deepEqual([ended.status, ended.body['code']], [409, 'JOB_ENDED']);
  assert.equal((await ask(`${api}/jobs/${id}/retry`, {})).status, 200);
  const { jobs } = (await ask(`${api}/jobs?limit=1`)).body as { jobs: { id: string }[] };
  assert.deepEqual(
    jobs.map((job) => job.id),
    [id],
  );
  const unknown = await ask(`${api}/jobs/00000000-0000-0000-0000-000000000000`);
  assert.deepEqual([unknown.status, unknown.body['code']], [404, 'JOB_NOT_FOUND']);
});

test('what is done by itself is listed and can be done at once', async (t) => {
  const api = await anApi(t);
  const { schedules } = (await ask(`${api}/schedules`)).body as { schedules: { id: string; nextRunAt: string }[] };
  const nasdaq = schedules.find(({ id }) => id === 'sync-NASDAQ');
  assert.ok(nasdaq !== undefined && Date.parse(nasdaq.nextRunAt) > Date.now());
  const from = new Date(Date.now() - 600_000).toISOString();
  await ask(`${api}/sync?wait=true`, { instrumentId: 'SIM:A', interval: '1m', from });
  assert.equal((await ask(`${api}/schedules/sync-24x7/run`, {})).status, 204);
  const { jobs } = (await ask(`${api}/jobs`)).body as { jobs: object[] };
  assert.equal(jobs.length, 2);
  assert.equal((await ask(`${api}/schedules/sync-nothing/run`, {})).body['code'], 'SCHEDULE_NOT_FOUND');
});

test('prices of another meaning than what is stored are refused before anything is fetched', async (t) => {
  const api = await anApi(t);
  const url = `${api}/bars/NASDAQ:AAPL?interval=1d`;
  const bar = { openTime: '2014-06-05', open: 1, high: 2, low: 1, close: 2 };
  const body = JSON.stringify({ provider: 'files', state: 'final', bars: [bar] });
  await fetch(url, { method: 'PUT', body, headers: { 'content-type': 'application/json' } });
  const order = { instrumentId: 'NASDAQ:AAPL', interval: '1d', from: '2014-01-01', provider: 'yahoo' };
  const { status, body: problem } = await ask(`${api}/sync`, order);
  assert.deepEqual([status, problem['code']], [409, 'OTHER_PRICE_BASIS']);
  assert.equal((await ask(`${url}&from=2014-06-05`)).body['basis'], 'raw');
});
