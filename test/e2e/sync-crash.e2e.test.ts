import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { getBars, verifyDatabase } from '../../src/features/bars/index.ts';
import { getCoverage } from '../../src/features/coverage/index.ts';
import { getJobs } from '../../src/features/sync/index.ts';
import { openApplication } from '../../src/main/application.ts';
import { DAY_MS, epochMsOfIso, isoOfEpochMs } from '../../src/market/index.ts';
import { openDatabase } from '../../src/platform/database/index.ts';
import type { JobDocument } from '../../src/platform/scheduler/index.ts';
import { startFakeBinance } from '../support/fake-binance/index.ts';
import type { FakeRequest } from '../support/fake-vendor/fake-server.ts';
import { sendAnswer } from '../support/fake-vendor/faults.ts';
import { madeBars } from '../support/fake-vendor/made-bars.ts';
import { aFolder } from '../support/open-test-database.ts';

/** The short form runs with all tests; `npm run test:sync-crash` kills 50 times in two years of minutes. */
const KILLS = Number(process.env['SYNC_KILLS'] ?? 4);
const isLong = KILLS > 10;
const FROM = epochMsOfIso('2024-01-01');
const TO = isLong ? epochMsOfIso('2026-01-01') : FROM + 14 * DAY_MS;
const BARS_A_PAGE = 1_000;
const PAGES = Math.ceil((TO - FROM) / 60_000 / BARS_A_PAGE);
/** A vendor far away; without it every kill would fall between an answer and its page on disk. */
const LATENCY_MS = 100;
/** From one request to the next. A kill falls anywhere in between. */
const PAGE_MS = LATENCY_MS + 20;
const MOST_REPEATED = 0.02;
const SERIES = { instrumentId: 'BINANCE:BTCUSDT', interval: '1m' } as const;
const CLI = fileURLToPath(new URL('../../src/main/cli.ts', import.meta.url));

test(`after ${KILLS} kills a sync has every bar once, and asked for almost nothing twice`, async (t) => {
  const startedAt = performance.now();
  const bars = madeBars({ interval: '1m', from: FROM, to: TO, isSilent: (index) => index % 211 > 207 });
  const fake = await startFakeBinance(t, { bars, now: TO + DAY_MS });
  const answered: FakeRequest[] = [];
  let onRequest = (): void => undefined;
  let asker: Asker = { isKilled: false };
  fake.failAlways((good, response) => {
    const request = fake.requests[fake.requests.length - 1];
    if (!request.url.pathname.endsWith('/klines')) return sendAnswer(good, response); // what the instrument is
    const askedBy = asker;
    onRequest();
    setTimeout(() => {
      // The sockets of a killed process close a while after its death: what is sent in between reaches nobody.
      if (!askedBy.isKilled && !response.destroyed) answered.push(request);
      sendAnswer(good, response);
    }, LATENCY_MS);
  });
  const databaseUrl = `file:${join(aFolder(t), 'sync.db')}`;
  const env = { ...process.env, DATABASE_URL: databaseUrl, POCKETQUANT_BINANCE_URL: fake.url };
  const words = ['sync', SERIES.instrumentId, SERIES.interval, '--from', isoOfEpochMs(FROM), '--to', isoOfEpochMs(TO)];
  const sync = (): ChildProcess =>
    spawn(process.execPath, [CLI, ...words], { env, stdio: ['ignore', 'ignore', 'inherit'] });

  for (let kill = 0; kill < KILLS; kill++) {
    const left = PAGES - new Set(answered.map(startOf)).size;
    let pages = Math.floor((Math.random() * 2 * left) / (KILLS - kill + 1));
    const child = sync();
    const killed: Asker = { isKilled: false };
    asker = killed;
    onRequest = () => {
      if (pages-- > 0) return;
      setTimeout(() => {
        child.kill('SIGKILL');
        killed.isKilled = true;
      }, Math.random() * PAGE_MS);
    };
    const [code, signal] = (await once(child, 'exit')) as [number | null, string | null];
    assert.deepEqual([code, signal], [null, 'SIGKILL'], 'the process was killed and did not end by itself');
    await letLeasesEnd(databaseUrl);
  }
  onRequest = () => undefined;
  asker = { isKilled: false };
  assert.deepEqual(await once(sync(), 'exit'), [0, null], 'the last one ends well');

  const { bus, close } = await openApplication({
    databaseUrl,
    changesKept: 1_000_000,
    onMessage: () => undefined,
    onBackgroundError: (error) => assert.fail(String(error)),
  });
  t.after(close);
  const { columns } = await bus.ask(getBars({ ...SERIES, from: FROM, to: TO }));
  assert.equal(columns.openTime.length, bars.length, 'every bar is there once');
  for (const [i, { openTime, open, high, low, close: last, volume }] of bars.entries()) {
    const stored = [
      columns.openTime[i],
      columns.open[i],
      columns.high[i],
      columns.low[i],
      columns.close[i],
      columns.volume[i],
    ];
    if (stored.join() !== [openTime, open, high, low, last, volume].join())
      assert.deepEqual(stored, [openTime, open, high, low, last, volume]);
  }
  const coverage = await bus.ask(getCoverage({ ...SERIES, from: FROM, to: TO }));
  assert.ok(coverage.complete);
  assert.deepEqual([...new Set(coverage.ranges.map(({ status }) => status))].sort(), ['held', 'noTrades']);
  assert.deepEqual((await bus.ask(verifyDatabase({}))).problems, []);

  const { jobs } = await bus.ask(getJobs({}));
  assert.equal(jobs.length, 1, 'each process went on with the job of the one before');
  const [job] = jobs;
  assert.ok(job.kind === 'sync');
  const { state, progress } = job;
  const { fetched, inserted, changed, unchanged, skippedStale, rejected } = progress;
  assert.equal(state, 'completed');
  assert.equal(fetched, inserted + changed + unchanged + skippedStale + rejected);
  assert.equal(progress.expected, bars.length + progress.empty);
  assert.ok(inserted <= bars.length);
  assert.deepEqual([changed, skippedStale, rejected], [0, 0, 0]);

  const repeated = answered.filter((request, i) => answered.slice(0, i).some((other) => overlap(request, other)));
  const seconds = ((performance.now() - startedAt) / 1_000).toFixed(1);
  t.diagnostic(
    `${PAGES} pages, ${fake.requests.length} requests, ${answered.length} answered, ${repeated.length} repeated, ${seconds} s`,
  );
  // No kill can cost more than the one page whose answer was on its way.
  assert.ok(repeated.length <= KILLS, `${repeated.length} requests were repeated after ${KILLS} kills`);
  if (isLong) assert.ok(repeated.length <= MOST_REPEATED * PAGES, `${repeated.length} of ${PAGES} were repeated`);
});

interface Asker {
  isKilled: boolean;
}

const startOf = ({ url }: FakeRequest): number => Number(url.searchParams.get('startTime'));
const endOf = ({ url }: FakeRequest): number => Number(url.searchParams.get('endTime'));
const overlap = (a: FakeRequest, b: FakeRequest): boolean => startOf(a) <= endOf(b) && startOf(b) <= endOf(a);

/** A silent process's job is taken over after a while, which is passed at once: as if it had been handed back. */
async function letLeasesEnd(databaseUrl: string): Promise<void> {
  const database = await openDatabase(databaseUrl);
  const handBack = { $set: { state: 'waiting', runAfter: 0 }, $unset: { holder: '', leaseUntil: '' } } as const;
  await database.collection<JobDocument>('jobs').updateMany({ state: 'running' }, handBack);
  await database.close();
}
