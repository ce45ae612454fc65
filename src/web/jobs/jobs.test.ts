import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ERROR_CODES } from '../../platform/errors/codes.ts';
import { accountOf, refusedFilesOf, rejectionsOf, shortAccountOf } from './job-account.ts';
import { adviceOfCode, canRetry } from './job-advice.ts';
import { paceOf, reachedBy, withSample, type Sample } from './job-pace.ts';
import { jobWords, rangeText } from './job-words.ts';
import { stateOf, type Job, type SyncProgress } from './job.ts';
import { groupedJobs, jobsOf } from './known-jobs.ts';

const NO_PROGRESS: SyncProgress = {
  expected: null,
  wanted: 0,
  fetched: 0,
  inserted: 0,
  changed: 0,
  unchanged: 0,
  skippedStale: 0,
  rejected: 0,
  empty: 0,
  failed: 0,
  requests: 0,
};

const SYNC: Job = {
  id: 'a',
  kind: 'sync',
  state: 'running',
  instrumentId: 'NASDAQ:AAPL',
  interval: '1m',
  provider: 'alpaca',
  from: '2024-01-02T00:00:00Z',
  to: '2024-03-01T00:00:00Z',
  fileName: null,
  progress: NO_PROGRESS,
  gaps: [],
  failures: [],
  outcome: null,
  attempts: 1,
  error: null,
  createdAt: '2024-03-01T10:00:00.000Z',
  startedAt: null,
  endedAt: null,
  nextAttemptAt: null,
};

const IMPORT: Job = { ...SYNC, kind: 'import', provider: 'file', from: null, to: null, fileName: 'prices.csv' };

const inWords = (job: Job): string => {
  const { before, about, after } = jobWords(job, 'UTC');
  return [before, about, after].filter((part) => part !== '').join(' ');
};

test('a job says in words what it does', () => {
  assert.equal(inWords(SYNC), 'Fetch NASDAQ:AAPL 1m from alpaca, 2024-01-02 to 2024-03-01');
  assert.equal(
    inWords({ ...SYNC, interval: '1h', align: 'session', to: null }),
    'Fetch NASDAQ:AAPL 1h by session from alpaca, 2024-01-02 to now',
  );
  assert.equal(inWords(IMPORT), 'Import prices.csv as NASDAQ:AAPL 1m');
  assert.equal(inWords({ ...IMPORT, instrumentId: null, interval: null }), 'Import prices.csv');
  assert.equal(
    rangeText('2024-01-02T00:00:00Z', '2024-01-02T09:30:00Z', 'UTC'),
    '2024-01-02 00:00 to 2024-01-02 09:30',
  );
  assert.equal(
    rangeText('2024-01-02T05:00:00Z', '2024-01-03T05:00:00Z', 'America/New_York'),
    '2024-01-02 to 2024-01-03',
  );
});

test('a job that waits after a failure tries again, and is not in the queue', () => {
  assert.equal(stateOf({ ...SYNC, state: 'waiting' }).text, 'Queued');
  const error = { code: 'PROVIDER_TIMEOUT', message: 'too slow' };
  assert.equal(stateOf({ ...SYNC, state: 'waiting', error }).text, 'Tries again');
});

test('the account of a sync tells all counts, its short form what is not 0', () => {
  const job = {
    ...SYNC,
    progress: { ...NO_PROGRESS, expected: 12, wanted: 12, fetched: 10, inserted: 9, rejected: 1, requests: 2 },
  };
  assert.deepEqual(
    shortAccountOf(job).map(({ name, count }) => `${count} ${name}`),
    ['12 expected', '10 fetched', '9 inserted', '1 rejected'],
  );
  assert.deepEqual(
    accountOf(job).map(({ name }) => name),
    [
      'expected',
      'missing before',
      'fetched',
      'inserted',
      'changed',
      'unchanged',
      'older',
      'rejected',
      'empty',
      'failed',
      'requests',
    ],
  );
});

test('the account of an import sums up its files, and lists the first rejected rows', () => {
  const rejection = { code: 'invalidPrice', rows: 1, lines: [7], message: 'no price' };
  const one = { inserted: 3, rejected: 1, rejections: [rejection] };
  const ofOne = { ...IMPORT, progress: { rows: 4 }, outcome: one };
  const counts = (job: Job): string[] => shortAccountOf(job).map(({ name, count }) => `${count} ${name}`);
  assert.deepEqual(counts(ofOne), ['4 rows', '3 inserted', '1 rejected']);
  assert.deepEqual(rejectionsOf(ofOne), [{ file: undefined, ...rejection }]);
  const files = [
    { file: 'bad.csv', outcome: null, error: { code: 'COLUMNS_NEEDED', message: 'which?' } },
    { file: 'a.csv', outcome: one, error: null },
    { file: 'b.csv', outcome: { inserted: 2 }, error: null },
  ];
  const ofAll = { ...IMPORT, progress: { rows: 6, files: 3, filesTotal: 3 }, outcome: { files } };
  assert.deepEqual(counts(ofAll), ['3 files', '6 rows', '5 inserted', '1 rejected']);
  assert.deepEqual(rejectionsOf(ofAll), [{ file: 'a.csv', ...rejection }]);
  assert.deepEqual(refusedFilesOf(ofAll), [{ file: 'bad.csv', message: 'which?' }]);
});

test('progress is in bars of what was missing, in bytes of a file or in files of a zip', () => {
  const progress = { ...NO_PROGRESS, wanted: 100, fetched: 130 };
  assert.deepEqual(reachedBy({ ...SYNC, progress }), { unit: 'bars', done: 100, all: 100, bars: 130 });
  assert.equal(reachedBy(SYNC).all, undefined, 'not known before it is planned');
  assert.deepEqual(reachedBy({ ...IMPORT, progress: { rows: 5, bytesRead: 50, bytesTotal: 200 } }), {
    unit: 'bytes',
    done: 50,
    all: 200,
    bars: 5,
  });
  assert.equal(reachedBy({ ...IMPORT, progress: { rows: 5, files: 1, filesTotal: 3 } }).unit, 'files');
});

/** Samples of a job that does so many bars each second. */
function samplesOf(perSecond: number, seconds: number): readonly Sample[] {
  let samples: readonly Sample[] = [];
  for (let at = 0; at <= seconds; at++)
    samples = withSample(samples, { at: at * 1_000, done: at * perSecond, bars: at * perSecond });
  return samples;
}

test('the pace is that of the last ten seconds, and goes to 0 where nothing comes', () => {
  const steady = samplesOf(100, 60);
  assert.ok(steady.length <= 12, 'old samples are forgotten');
  assert.deepEqual(paceOf(steady, 10_000, 60_000), { barsPerSecond: 100, leftMs: 40_000 });
  assert.deepEqual(paceOf(steady, 10_000, 65_000), { barsPerSecond: 50, leftMs: 80_000 });
  assert.deepEqual(paceOf(steady, 10_000, 90_000), { barsPerSecond: 0, leftMs: undefined });
  assert.equal(paceOf(steady, undefined, 60_000)?.leftMs, undefined);
  assert.equal(paceOf([], 10, 0), undefined);
  assert.equal(paceOf(samplesOf(100, 0), 10, 1_000), undefined, 'one sample tells no pace');
});

test('a job that began again counts anew', () => {
  const samples = withSample(samplesOf(100, 5), { at: 6_000, done: 0, bars: 0 });
  assert.deepEqual(samples, [{ at: 6_000, done: 0, bars: 0 }]);
});

test('of two accounts of a job the later one counts; groups are in the order of work', () => {
  const job = (id: string, state: Job['state'], second: number): Job => ({
    ...SYNC,
    id,
    state,
    createdAt: `2024-03-01T10:00:0${second}.000Z`,
  });
  const jobs = jobsOf(
    [job('past', 'completed', 1), job('first', 'waiting', 2), job('ran', 'running', 0)],
    [job('second', 'waiting', 3), job('ran', 'failed', 0)],
  );
  const ids = (list: readonly Job[]): string[] => list.map(({ id }) => id);
  assert.deepEqual(ids(jobs), ['second', 'first', 'past', 'ran']);
  const { running, queued, past } = groupedJobs(jobs, undefined);
  assert.deepEqual([ids(running), ids(queued), ids(past)], [[], ['first', 'second'], ['past', 'ran']]);
  assert.deepEqual(ids(groupedJobs(jobs, 'failed').past), ['ran']);
});

test('what vendors and the database do wrong has an advice of its own', () => {
  const failed = { kind: 'sync', state: 'failed' };
  const standard = adviceOfCode('', failed);
  for (const [code, { class: whose }] of Object.entries(ERROR_CODES))
    if (whose === 'ProviderError' || (whose === 'StoreError' && code !== 'TOO_MANY_CLIENTS'))
      assert.notEqual(adviceOfCode(code, failed), standard, code);
  assert.match(adviceOfCode('COLUMNS_NEEDED', { ...failed, kind: 'import' }), /option that the message names/);
  assert.match(adviceOfCode('PROVIDER_TIMEOUT', failed), /^Wait, then retry/);
  assert.match(adviceOfCode('PROVIDER_TIMEOUT', { ...failed, state: 'waiting' }), /^It is tried again by itself/);
});

test('what ended can be tried again, but an import only while its file is there', () => {
  const error = (code: string) => ({ code, message: '' });
  const jobs: readonly Job[] = [
    { ...SYNC, state: 'waiting' },
    { ...SYNC, state: 'completed' },
    { ...SYNC, state: 'incomplete' },
    { ...SYNC, state: 'cancelled' },
    { ...IMPORT, state: 'incomplete' },
    { ...IMPORT, state: 'failed', error: error('COLUMNS_NEEDED') },
    { ...IMPORT, state: 'failed', error: error('DATABASE_FULL') },
  ];
  assert.deepEqual(jobs.map(canRetry), [false, false, true, true, false, false, true]);
});
