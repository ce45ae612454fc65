import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { aFolder } from '../../test/support/open-test-database.ts';
import { open, type FollowEvent, type PocketQuant } from './library.ts';

/** Fields by which documents are found, guarded and leased. */
const STORED = new Set([
  '_id',
  'rev',
  'changeId',
  'lastSeq',
  'pending',
  'pendingSince',
  'registeredAt',
  'settledUntil',
  'activeKey',
  'queuedAt',
  'token',
  'holder',
  'beat',
  'leaseUntil',
  'isCancelWanted',
]);

/** Paths of stored fields in a result. */
function storedIn(value: unknown, path: string): string[] {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return [];
  return Object.entries(value).flatMap(([name, inner]) =>
    STORED.has(name) ? [`${path}.${name}`] : storedIn(inner, `${path}.${name}`),
  );
}

/** Methods that answer with nothing, with bytes, or with what is not stored. */
type Silent =
  | 'unsubscribe'
  | 'untrackSeries'
  | 'unregisterSymbol'
  | 'startFeed'
  | 'stopFeed'
  | 'runFeeds'
  | 'settle'
  | 'close'
  | 'exportBars'
  | 'searchSymbols';

test('no result shows how it is stored', async (t) => {
  const database = `file:${join(aFolder(t), 'results.db')}`;
  const pq = await open({ database });
  t.after(() => pq.close());
  const instrumentId = 'SIM:BTCUSD';
  const series = { instrumentId, interval: '1m' } as const;
  const from = Math.floor(Date.now() / 3_600_000 - 2) * 3_600_000;
  const range = { ...series, from, to: from + 3_600_000 };
  const before = { openTime: from - 60_000, open: 1, high: 1, low: 1, close: 1 };
  const written = { ...series, provider: 'test', state: 'final' } as const;
  const source = join(aFolder(t), 'bars.csv');
  writeFileSync(source, 'openTime,open,high,low,close,volume\n2024-01-01T00:00:00Z,1,1,1,1,1\n');

  const registerSymbol = await pq.registerSymbol({ instrumentId, name: 'Bitcoin' });
  const follow: unknown[] = [];
  const events = pq.follow({ topics: [`bars:${instrumentId}/1m`, `quotes:${instrumentId}`, 'changes', 'jobs'] });
  follow.push((await events.next()).value);
  const syncBars = await pq.syncBars({ ...series, from });
  const subscribe = await pq.subscribe({ instrumentId, intervals: ['1m'] });
  await pq.startFeed({ provider: 'simulated' });
  pq.runFeeds();
  const isHeard = (type: string) => follow.some((event) => (event as FollowEvent).type === type);
  const isFlushed = () => pq.getCurrentBar(series).catch(() => undefined);
  while (!['job', 'change', 'bar', 'quote', 'openBar'].every(isHeard) || (await isFlushed()) === undefined)
    follow.push((await events.next()).value);

  const results: Record<Exclude<keyof PocketQuant, Silent>, unknown> = {
    registerSymbol,
    follow,
    syncBars,
    subscribe,
    upsertBars: await pq.upsertBars({
      ...written,
      bars: [
        { ...before, openTime: from },
        { ...before, high: -1 },
      ],
    }),
    upsertManyBars: await pq.upsertManyBars({
      interval: '1m',
      provider: 'test',
      state: 'final',
      series: [
        { instrumentId, bars: [{ ...before, openTime: from }] },
        { instrumentId: 'SIM:BTCEUR' }, // neither bars nor columns
      ],
    }),
    createBar: await pq.createBar({ ...written, bar: before }),
    importBars: await pq.importBars({ ...written, source }),
    importFiles: await pq.importFiles({ ...written, source, name: 'b{symbol}', exchange: 'SIM' }),
    readBarFile: await pq.readBarFile({ ...series, source }),
    readBarFiles: await pq.readBarFiles({ ...series, source, name: 'b{symbol}', exchange: 'SIM' }),
    deleteBars: await pq.deleteBars({ ...series, from: before.openTime, to: from }),
    getBars: await pq.getBars(range),
    getManyBars: await pq.getManyBars({ ids: [instrumentId], interval: '1m', from, to: from + 3_600_000 }),
    streamBars: await pq.streamBars(range),
    getLatestBar: await pq.getLatestBar(series),
    getRevisions: await pq.getRevisions({ ...series, openTime: from }),
    getQuarantine: await pq.getQuarantine(),
    getCorrections: await pq.getCorrections(range),
    getChanges: await pq.getChanges(),
    getCoverage: await pq.getCoverage(range),
    getManyCoverages: await pq.getManyCoverages({ interval: '1m', from, to: from + 3_600_000 }),
    getJobs: await pq.getJobs(),
    getSyncStatus: await pq.getSyncStatus(),
    getSubscriptions: await pq.getSubscriptions(),
    getFeeds: await pq.getFeeds(),
    getAllQuotes: await pq.getAllQuotes(),
    getLatestQuote: await pq.getLatestQuote({ instrumentId }),
    getCurrentBar: await pq.getCurrentBar(series),
    getSymbols: await pq.getSymbols(),
    getProviders: await pq.getProviders(),
    getSymbol: await pq.getSymbol({ instrumentId }),
  };
  await events.return();
  for (const [method, result] of Object.entries(results))
    assert.ok(typeof result === 'object' && Object.keys(result ?? {}).length > 0, `${method} answers with something`);
  assert.deepEqual(storedIn(results, 'pq'), []);
});
