import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import type { Client } from '../../src/client/index.ts';
import { NO_PROGRESS } from '../../src/features/sync/syncing/sync-progress.ts';
import { openDatabase } from '../../src/platform/database/index.ts';
import { createJobScheduler } from '../../src/platform/scheduler/index.ts';
import { aBrowser, keepPictures, openPage, requireAccessible } from '../support/a-browser.ts';
import { aPatientClient } from '../support/a-patient-client.ts';
import { aServingProcess } from '../support/a-serving-process.ts';
import { aFolder } from '../support/open-test-database.ts';

const SIMULATED = { interval: '1m', provider: 'simulated' } as const;
/** Decades of minutes: such a job runs as long as a test needs. */
const LONG = { ...SIMULATED, from: '1980-01-01', to: '2020-01-01' } as const;

async function aServer(t: TestContext): Promise<{ readonly url: string; readonly client: Client }> {
  const { url } = await aServingProcess(t, `file:${join(aFolder(t), 'pq.db')}`);
  return { url, client: aPatientClient(url) };
}

async function storeCancelledJobs(databaseUrl: string, count: number): Promise<void> {
  const database = await openDatabase(databaseUrl);
  const scheduler = await createJobScheduler(database, {
    clock: () => Date.now(),
    elapsed: () => performance.now(),
    concurrency: 1,
    onError: (error) => assert.fail(String(error)),
  });
  const ordered = Array.from({ length: count }, async (_, index) => {
    const input = { ...SIMULATED, instrumentId: `SIM:MANY${index}`, from: 0, to: 86_400_000 };
    const { id } = await scheduler.enqueue({ kind: 'sync', input, progress: NO_PROGRESS, key: input.instrumentId });
    await scheduler.cancel(id);
  });
  await Promise.all(ordered);
  await scheduler.stop();
  await database.close();
}

const entryOf = (page: Page, text: string): Locator => page.getByRole('listitem').filter({ hasText: text });

/** The numbers of a job's account, by name, as they are shown. */
async function shownAccount(entry: Locator): Promise<Record<string, number>> {
  const rows = await entry.getByRole('region', { name: 'Account' }).locator('tbody tr').all();
  const cells = await Promise.all(rows.map((row) => row.locator('th, td').allInnerTexts()));
  return Object.fromEntries(cells.map(([name, number]) => [name, Number(number?.replaceAll(',', ''))]));
}

async function requireNoOverflow(page: Page): Promise<void> {
  const { scrolled, seen } = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.querySelector('main') ?? document.documentElement;
    return { scrolled: scrollWidth, seen: clientWidth };
  });
  assert.ok(scrolled <= seen, `${scrolled} px wide where ${seen} are seen`);
}

test('a job is ordered by the form and watched from the queue to its end; cancelled ones make room', async (t) => {
  const { url, client } = await aServer(t);
  const longs = ['A', 'B', 'C', 'D'].map((name) => `SIM:LONG${name}`);
  await client.syncMany({ orders: longs.map((instrumentId) => ({ ...LONG, instrumentId })) });
  const page = await openPage(t, await aBrowser(t), `${url}/jobs`);
  for (const long of longs)
    await entryOf(page, long)
      .getByText(/of [\d,]+ bars · [\d,]+ bars\/s/)
      .waitFor();

  await page.getByRole('button', { name: 'Fetch bars' }).click();
  const form = page.getByRole('dialog', { name: 'Fetch bars' });
  await form.getByLabel('Provider').selectOption('simulated');
  await form.getByLabel('Instrument').fill('SIM:SHORT');
  await form.getByLabel('From').fill('2024-01-02');
  await form.getByLabel('To').fill('2024-01-04');
  await requireAccessible(page);
  await form.getByRole('button', { name: 'Fetch', exact: true }).click();
  const short = entryOf(page, 'SIM:SHORT');
  await short.getByText('Fetch SIM:SHORT 1m from simulated, 2024-01-02 to 2024-01-04').waitFor();
  await page.getByRole('region', { name: 'Queued' }).getByText('SIM:SHORT').waitFor();
  assert.match(page.url(), /\/jobs\?job=[0-9a-f-]{36}$/, 'its link is that of the view');
  await keepPictures(page, 'jobs');

  for (const long of longs) {
    await entryOf(page, long).getByRole('button', { name: 'Cancel' }).click();
    await entryOf(page, long).getByText('Cancelled', { exact: true }).waitFor();
  }
  await short.getByText('Completed', { exact: true }).waitFor();
  await short.getByText('2,880 inserted').waitFor();
  const id = new URL(page.url()).searchParams.get('job') ?? '';
  const { progress } = await client.getJob({ id });
  assert.ok('inserted' in progress);
  const { wanted, skippedStale, ...counts } = progress;
  assert.equal(counts.inserted, 2_880);
  assert.deepEqual(await shownAccount(short), { ...counts, 'missing before': wanted, older: skippedStale });
  const chart = await short.getByRole('link', { name: 'SIM:SHORT' }).getAttribute('href');
  assert.match(chart ?? '', /^\/\?id=SIM%3ASHORT&interval=1m/);
  await requireAccessible(page);

  const [again] = longs;
  await entryOf(page, again ?? '')
    .getByRole('button', { name: 'Retry' })
    .click();
  await page
    .getByRole('region', { name: 'Running' })
    .getByText(again ?? '')
    .waitFor();
  await entryOf(page, again ?? '')
    .getByRole('button', { name: 'Cancel' })
    .click();
  await page.getByRole('button', { name: 'Cancelled' }).click();
  await page.waitForURL(/state=cancelled/);
  for (const long of longs) await entryOf(page, long).getByText('Cancelled', { exact: true }).waitFor();
  assert.equal(await short.count(), 0, 'the filter leaves out what has another state');
});

test('a job that failed says why and what to do, also by its link and on a small screen', async (t) => {
  const { url, client } = await aServer(t);
  const { id, error, gaps, failures } = await client.syncBars({
    instrumentId: 'NASDAQ:AAPL',
    interval: '1d',
    provider: 'alpaca',
    from: '2024-01-02',
    to: '2024-03-01',
    wait: true,
  });
  assert.equal(error?.code, 'PROVIDER_REFUSED');
  const browser = await aBrowser(t);
  for (const width of [1_280, 390]) {
    const page = await openPage(t, browser, `${url}/jobs?job=${id}`, { width });
    const entry = entryOf(page, 'NASDAQ:AAPL');
    await entry.getByText(error.message).first().waitFor();
    await entry.getByText('Set the key that the message names and restart the server').first().waitFor();
    const [gap] = gaps;
    await entry
      .getByRole('region', { name: 'Gaps' })
      .getByRole('row', { name: `2024-01-02 to 2024-03-01 ${gap?.bars} provider failed` })
      .waitFor();
    assert.equal(await entry.getByRole('region', { name: 'Failures' }).locator('tbody tr').count(), failures.length);
    await requireNoOverflow(page);
    await requireAccessible(page);
    await page.close();
  }
});

test('an import is a job, too: its rows, and which of them were refused', async (t) => {
  const { url, client } = await aServer(t);
  const file = [
    'time,open,high,low,close,volume',
    '2024-01-02 00:00:00,1,2,0.5,1.5,10',
    '2024-01-02 00:01:00,1,0.2,0.5,1.5,10',
    '2024-01-02 00:02:00,1,2,0.5,1.5,10',
  ].join('\n');
  const order = {
    instrumentId: 'MINE:ABC',
    interval: '1m',
    timezone: 'UTC',
    fileName: 'prices.csv',
    job: true,
  } as const;
  await client.importBars({ ...order, file });
  const page = await openPage(t, await aBrowser(t), `${url}/jobs`);
  const entry = entryOf(page, 'Import prices.csv as MINE:ABC 1m');
  await entry.getByText('Incomplete', { exact: true }).waitFor();
  await entry.getByRole('button', { name: 'Details' }).click();
  const { jobs } = await client.getJobs();
  const { progress, outcome } = jobs[0] ?? assert.fail('it is listed');
  assert.ok('rows' in progress);
  const { rows, inserted, rejected } = await shownAccount(entry);
  assert.deepEqual({ rows, inserted, rejected }, { rows: 3, inserted: 2, rejected: 1 });
  assert.deepEqual([progress.rows, outcome?.['inserted'], outcome?.['rejected']], [rows, inserted, rejected]);
  const why = 'Open and close must be between low and high: open 1, high 0.2, low 0.5, close 1.5';
  await entry.getByRole('row', { name: `${why} 1 3` }).waitFor();
  assert.equal(await entry.getByRole('button', { name: 'Retry' }).count(), 0, 'its file is gone');
  await requireAccessible(page);
});

test('older jobs are shown by pages, schedules with their next run and its zone, and each can be run now', async (t) => {
  const databaseUrl = `file:${join(aFolder(t), 'pq.db')}`;
  await storeCancelledJobs(databaseUrl, 60);
  const { url } = await aServingProcess(t, databaseUrl);
  const client = aPatientClient(url);
  const page = await openPage(t, await aBrowser(t), `${url}/jobs?state=cancelled`);
  const entries = page.getByRole('region', { name: 'Past' }).getByRole('listitem');
  await entries.nth(49).waitFor();
  await page.getByRole('button', { name: 'Show older jobs' }).click();
  await entries.nth(59).waitFor();
  assert.equal(await entries.count(), 60);
  assert.equal(await page.getByRole('button', { name: 'Show older jobs' }).count(), 0);

  const { schedules } = await client.getSchedules();
  const rows = page.getByRole('region', { name: 'Schedules' }).locator('tbody tr');
  assert.equal(await rows.count(), schedules.length);
  const forgetting = rows.filter({ hasText: 'Deletes jobs that ended more than 30 days ago' });
  const next = schedules.find(({ id }) => id === 'forget-jobs')?.nextRunAt ?? '';
  const [day, minute] = [next.slice(0, 10), next.slice(11, 16)];
  await forgetting.getByText(`${day} ${minute} UTC`).waitFor();
  await page.getByLabel('Time zone').selectOption('local');
  await forgetting.getByText('America/New_York').first().waitFor();
  await forgetting.getByText('never').waitFor();
  await forgetting.getByRole('button', { name: 'Run now' }).click();
  await forgetting.getByText('never').waitFor({ state: 'detached' });
  await requireAccessible(page);
});

test('a server that goes away is told; when it is back, jobs are seen as they are then, without a reload', async (t) => {
  const database = `file:${join(aFolder(t), 'pq.db')}`;
  const first = await aServingProcess(t, database);
  const client = aPatientClient(first.url);
  const { id } = await client.syncBars({ ...LONG, instrumentId: 'SIM:LONG' });
  const page = await openPage(t, await aBrowser(t), `${first.url}/jobs`);
  const entry = entryOf(page, 'SIM:LONG');
  await entry.getByText(/bars\/s/).waitFor();
  await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));

  await first.stop();
  await page.getByRole('alert').getByText('The server does not answer').waitFor();
  await aServingProcess(t, database, {}, Number(new URL(first.url).port));
  await page.getByRole('alert').waitFor({ state: 'detached' });
  await client.cancelJob({ id });
  await entry.getByText('Cancelled', { exact: true }).waitFor();
  const { progress } = await client.getJob({ id });
  assert.ok('fetched' in progress);
  await entry.getByText(`${progress.fetched.toLocaleString('en-US')} fetched`).waitFor();
  assert.ok(await page.evaluate(() => 'isSamePage' in globalThis), 'it was not loaded again');
});
