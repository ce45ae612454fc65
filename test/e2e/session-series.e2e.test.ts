import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { startServer } from '../../src/main/server.ts';
import { aFolder } from '../support/open-test-database.ts';
import { runPocketquant } from '../support/run-pocketquant.ts';

const TIMES = [9, 10, 11, 12, 13, 14, 15].map((hour) => `2025-02-10 ${String(hour).padStart(2, '0')}:30:00-05:00`);
const ROWS = TIMES.map((time, i) => [time, 600 + i, 602 + i, 599 + i, 601 + i, 1_000 + i].join(','));
const FILE = ['Datetime,Open,High,Low,Close,Volume', ...ROWS, ''].join('\n');

test('hours from half past nine are imported, shown, exported and corrected as what they are', async (t) => {
  const folder = aFolder(t);
  const file = join(folder, 'spy_1h.csv');
  writeFileSync(file, FILE);
  const pq = (...words: string[]) => runPocketquant(`file:${join(folder, 'pq.db')}`, words);
  const ofSeries = ['--instrument', 'NASDAQ:SPY', '--interval', '1h'];

  const refused = await pq('import', file, ...ofSeries);
  assert.equal(refused.exitCode, 2);
  assert.match(refused.stderr, /--align session.*NOT_ALIGNED/);
  assert.match(
    (await pq('import', file, ...ofSeries, '--align', 'session', '--dry-run')).stdout,
    /NASDAQ:SPY\/1h@session/,
  );

  const imported = await pq('import', file, ...ofSeries, '--align', 'session', '--complete', '--json');
  assert.equal(imported.exitCode, 0, imported.stderr);
  const outcome = JSON.parse(imported.stdout) as { inserted: number; reading: { align: string }; completeIn: unknown };
  assert.deepEqual([outcome.inserted, outcome.reading.align], [7, 'session']);
  assert.deepEqual(outcome.completeIn, { from: '2025-02-10T14:30:00Z', to: '2025-02-10T21:00:00Z' });

  const day = ['--from', '2025-02-10', '--to', '2025-02-11'];
  const shown = await pq('bars', 'NASDAQ:SPY', '1h', '--align', 'session', ...day);
  assert.match(shown.stdout, /2025-02-10T14:30:00Z.*\n(.*\n)*.*2025-02-10T20:30:00Z/);
  assert.match(shown.stdout, /NASDAQ:SPY 1h: 7 bars\. Complete: all 7 expected\./);
  const days = await pq('bars', 'NASDAQ:SPY', '1d', ...day);
  assert.match(days.stdout, /NASDAQ:SPY 1d, derived from 1h@session: 1 bar\./);
  const byClock = await pq('bars', 'NASDAQ:SPY', '1h', ...day);
  assert.match(byClock.stdout, /1h: 0 bars\..*\n.*what is stored: 1h@session/);
  assert.match((await pq('symbols')).stdout, /NASDAQ:SPY +1h@session +7/);
  const coverage = await pq('coverage', 'NASDAQ:SPY', '1h', '--align', 'session', ...day);
  assert.match(coverage.stdout, /7 bars held; 7 bars expected/);

  const exported = join(folder, 'out.csv');
  await pq('export', ...ofSeries, '--align', 'session', '--output', exported);
  const again = await pq('import', exported, ...ofSeries, '--align', 'session', '--json');
  assert.equal((JSON.parse(again.stdout) as { unchanged: number }).unchanged, 7, again.stderr);
  writeFileSync(file, FILE.replace('600,602,599,601', '600,603,599,601'));
  await pq('import', file, ...ofSeries, '--align', 'session');
  const revisions = await pq('revisions', 'NASDAQ:SPY', '1h', '2025-02-10T14:30', '--align', 'session', '--json');
  assert.deepEqual(
    (JSON.parse(revisions.stdout) as { high: number }[]).map(({ high }) => high),
    [602, 603],
  );
  assert.match((await pq('changes')).stdout, /NASDAQ:SPY\/1h@session/);
  assert.match((await pq('verify')).stdout, /Everything is in order/);
});

test('the HTTP API keeps hours that begin with trading apart from those of the clock', async (t) => {
  const server = await startServer({ databaseUrl: `file:${join(aFolder(t), 'pq.db')}`, port: 0, logLevel: 'silent' });
  t.after(() => server.close());
  const ask = async (method: string, path: string, body?: object) => {
    const sent =
      body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
    const response = await fetch(`${server.url}/api/v1/bars/${path}`, { method, ...sent });
    return { status: response.status, body: (await response.json()) as Record<string, unknown> };
  };
  const bar = (openTime: string) => ({ openTime, open: 1, high: 2, low: 1, close: 2 });
  const source = { provider: 'test', state: 'final' };
  const bars = [bar('2025-02-10T14:30:00Z'), bar('2025-02-10T20:30:00Z'), bar('2025-02-10T15:00:00Z')];
  const stored = await ask('PUT', 'NASDAQ:SPY?interval=1h&align=session', { ...source, bars });
  assert.equal(stored.status, 200);
  assert.equal(stored.body['inserted'], 2);
  assert.deepEqual(
    (stored.body['rejected'] as { index: number; code: string }[]).map(({ index, code }) => [index, code]),
    [[2, 'notAligned']],
  );
  const one = { ...source, bar: bar('2025-02-10T15:00:00Z') };
  assert.equal((await ask('POST', 'NASDAQ:SPY?interval=1h', one)).status, 201);
  assert.equal((await ask('POST', 'NASDAQ:SPY?interval=1h&align=session', one)).status, 400);
  const latest = async (query: string) => (await ask('GET', `NASDAQ:SPY/latest?interval=1h${query}`)).body['openTime'];
  assert.deepEqual(
    [await latest('&align=session'), await latest('')],
    ['2025-02-10T20:30:00Z', '2025-02-10T15:00:00Z'],
  );

  const day = 'from=2025-02-10&to=2025-02-11';
  const read = await ask('GET', `NASDAQ:SPY?interval=1h&align=session&${day}`);
  assert.deepEqual([read.body['align'], read.body['storedInterval']], ['session', '1h@session']);
  const { expected, returned, missing } = read.body['completeness'] as { missing: object[] } & Record<string, unknown>;
  assert.deepEqual([expected, returned, missing.length], [7, 2, 1]);

  const refused = await ask('PUT', 'BINANCE:BTCUSDT?interval=1h&align=session', { ...source, bars });
  assert.deepEqual([refused.status, refused.body['code']], [400, 'NO_SESSIONS']);
  const unknown = await ask('PUT', 'NOWHERE:X?interval=1h&align=session', { ...source, bars });
  assert.deepEqual([unknown.status, unknown.body['code']], [400, 'NO_SCHEDULE']);

  const removed = await ask('DELETE', `NASDAQ:SPY?interval=1h&align=session&${day}`);
  assert.equal(removed.body['deleted'], 2);
  assert.equal(await latest(''), '2025-02-10T15:00:00Z', 'what the clock has stays');
});
