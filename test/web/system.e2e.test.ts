import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { bytesText, grouped } from '../../src/web/format/number.ts';
import { readMetrics, totalOf } from '../../src/web/system/metrics-text.ts';
import { aBrowser, keepPictures, openPage, requireAccessible } from '../support/a-browser.ts';
import { aPatientClient } from '../support/a-patient-client.ts';
import { aServingProcess } from '../support/a-serving-process.ts';
import { aFolder } from '../support/open-test-database.ts';

const factOf = (page: Page, name: string) =>
  page
    .locator('.system-facts > div')
    .filter({ has: page.getByText(name, { exact: true }) })
    .locator('dd');

const BARS = { instrumentId: 'SIM:BTCUSD', interval: '1m', provider: 'simulated' } as const;

test('the page tells what the API answers: what is stored, how it does, and the configuration without secrets', async (t) => {
  const { url } = await aServingProcess(t, `file:${join(aFolder(t), 'pq.db')}`, {
    POCKETQUANT_ALPACA_KEY: 'a-key-of-mine',
    POCKETQUANT_ALPACA_SECRET: 'a-secret-of-mine',
  });
  const client = aPatientClient(url);
  const job = await client.syncBars({ ...BARS, from: '2024-01-02', to: '2024-01-04', wait: true });
  assert.equal(job.state, 'completed');
  const browser = await aBrowser(t);
  const page = await openPage(t, browser, `${url}/system`);
  await page.getByText('All is well.').waitFor();
  await factOf(page, 'Stored').getByText('2,880 bars in 1 series').waitFor();
  const { version, checks, storage } = await client.getHealth();
  assert.ok((await factOf(page, 'Version').innerText()).startsWith(`PocketQuant ${version}, Node v24`));
  assert.equal(await factOf(page, 'Database').innerText(), checks[0]?.detail);
  assert.equal(await factOf(page, 'On disk').innerText(), bytesText(storage?.bytes ?? NaN));
  const written = totalOf(readMetrics(await client.getMetrics()), 'pocketquant_bars_written_total');
  assert.equal(written, 2_880);

  const { settings } = await client.getConfiguration();
  const rows = page.getByRole('region', { name: 'Configuration' }).locator('tbody tr');
  const shown = await Promise.all((await rows.all()).map((row) => row.locator('th, td').allInnerTexts()));
  assert.deepEqual(
    shown.map(([variable, value]) => ({ variable, value })),
    settings.map(({ variable, value }) => ({ variable, value: String(value ?? 'none') })),
  );
  const key = settings.find(({ variable }) => variable === 'POCKETQUANT_ALPACA_KEY');
  assert.deepEqual([key?.value, key?.isDefault], ['set', false]);
  assert.doesNotMatch(await page.content(), /-of-mine/);
  const most = settings.find(({ variable }) => variable === 'POCKETQUANT_STREAM_CLIENTS')?.value;
  assert.equal(await factOf(page, 'Streams').innerText(), `0 of at most ${grouped(Number(most))} clients`);
  await keepPictures(page, 'system');

  const small = await openPage(t, browser, `${url}/system`, { width: 390 });
  await small.getByText('All is well.').waitFor();
  const { scrolled, seen } = await small.locator('main').evaluate(({ scrollWidth, clientWidth }) => ({
    scrolled: scrollWidth,
    seen: clientWidth,
  }));
  assert.ok(scrolled <= seen, `${scrolled} px wide where ${seen} are seen`);
  await requireAccessible(small);
});

test('small charts and their table move with what the server does, with the licence of what draws', async (t) => {
  const { url } = await aServingProcess(t, `file:${join(aFolder(t), 'pq.db')}`);
  const client = aPatientClient(url);
  const page = await openPage(t, await aBrowser(t), `${url}/system`);
  await page.getByText('Last values as a table').click();
  const rows = page.getByRole('region', { name: 'Last values' }).locator('tbody tr');
  await rows.nth(1).waitFor();
  await client.syncBars({ ...BARS, from: '2024-01-02', to: '2024-01-03', wait: true });
  const rates = rows.locator('td:nth-child(4)').filter({ hasText: /[1-9]/ });
  await rates.first().waitFor();
  await page.getByRole('img', { name: /^Bars written per second: .* at most$/ }).waitFor();
  const memory = await rows.first().locator('td').last().innerText();
  assert.match(memory, /^\d+ MiB$/);
  await page.getByLabel('Times are written in').selectOption('local');
  await requireAccessible(page);

  await page.getByRole('link', { name: 'TradingView, Inc.' }).waitFor();
  await page.getByRole('link', { name: 'Apache License 2.0' }).waitFor();
  for (const name of ['The HTTP API', 'Its OpenAPI document']) {
    const href = await page.getByRole('link', { name }).getAttribute('href');
    assert.equal((await fetch(new URL(href ?? '', url))).status, 200, name);
  }
});

test('a server that goes away is told, and read again when it is back, without a reload', async (t) => {
  const databaseUrl = `file:${join(aFolder(t), 'pq.db')}`;
  const first = await aServingProcess(t, databaseUrl);
  const page = await openPage(t, await aBrowser(t), `${first.url}/system`);
  await factOf(page, 'Stored').getByText('0 bars in 0 series').waitFor();
  await page.evaluate(() => Object.assign(globalThis, { isSamePage: true }));
  await first.stop();
  await page.getByRole('alert').getByText('The server does not answer').waitFor();
  const port = Number(new URL(first.url).port);
  await aServingProcess(t, databaseUrl, { POCKETQUANT_STREAM_CLIENTS: '7' }, port);
  await page.getByRole('alert').waitFor({ state: 'detached' });
  await factOf(page, 'Streams').getByText('0 of at most 7 clients').waitFor();
  assert.ok(await page.evaluate(() => 'isSamePage' in globalThis), 'it was not loaded again');
});
