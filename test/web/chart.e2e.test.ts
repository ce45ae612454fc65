import assert from 'node:assert/strict';
import { aPatientClient } from '../support/a-patient-client.ts';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import type { Client } from '../../src/client/index.ts';
import { aBrowser, keepPictures, openPage, requireAccessible } from '../support/a-browser.ts';
import { aServingProcess, type ServingProcess } from '../support/a-serving-process.ts';
import { aFolder } from '../support/open-test-database.ts';
import { runPocketquant } from '../support/run-pocketquant.ts';
import { showsBars } from '../../bench/moving-chart.ts';

const MINUTE = 60_000;
const SAMPLE = 'COINBASE:BTCUSD';

interface Served {
  readonly server: ServingProcess;
  readonly client: Client;
  readonly database: string;
}

async function aServer(t: TestContext): Promise<Served> {
  const database = `file:${join(aFolder(t), 'pq.db')}`;
  const server = await aServingProcess(t, database);
  return { server, database, client: aPatientClient(server.url) };
}

async function aServerWithSample(t: TestContext): Promise<Served> {
  const database = `file:${join(aFolder(t), 'pq.db')}`;
  const { exitCode, stderr } = await runPocketquant(database, ['sample']);
  assert.equal(exitCode, 0, stderr);
  const server = await aServingProcess(t, database);
  return { server, database, client: aPatientClient(server.url) };
}

const BROKEN = { status: 500, code: 'INTERNAL', detail: 'The disk is on fire' };

const chartOf = (page: Page) => page.getByRole('application');
const heard = (page: Page) => page.locator('.chart-area [role=status]');

const intervalShown = (page: Page) => page.locator('.legend-time .soft');

/** Lets no answer of some addresses through until what it returns is called. */
async function holdAnswers(page: Page, address: RegExp): Promise<() => void> {
  const held = Promise.withResolvers<undefined>();
  await page.route(address, async (route) => {
    await held.promise;
    await route.continue();
  });
  return () => held.resolve(undefined);
}

/** What the link says of the view, once it says what is in sight. */
async function viewIn(page: Page): Promise<Readonly<Record<string, string>>> {
  await page.waitForURL(/[?&]to=/);
  return Object.fromEntries(new URL(page.url()).searchParams);
}

/** The numbers of a text, in their order, without the commas between thousands. */
function numbersIn(text: string): number[] {
  return Array.from(text.replaceAll(',', '').matchAll(/(?<![\w-])\d+(?:\.\d+)?(?![\w-])/g), ([number]) =>
    Number(number),
  );
}

/** Reads the bar at the crosshair: opens, and open, high, low, close, volume. */
async function barHeard(page: Page): Promise<{ openTime: string; values: number[]; text: string }> {
  await heard(page).filter({ hasText: 'open' }).waitFor();
  const text = (await heard(page).textContent()) ?? '';
  const [, day, minute, rest] = /^(\S+) (\S+): (.*)$/.exec(text) ?? assert.fail(text);
  return { openTime: `${day}T${minute}:00Z`, values: numbersIn(rest.replaceAll(', ', ' , ')), text };
}

test('an instrument is found by key, shown as the API says it, and its link restores the view', async (t) => {
  const { server, client } = await aServerWithSample(t);
  const browser = await aBrowser(t);
  const page = await openPage(t, browser, server.url);
  await page.getByRole('link', { name: SAMPLE }).waitFor();
  await page.keyboard.press('/');
  await page.getByRole('combobox', { name: 'Instrument' }).fill('bitcoin');
  await page.getByRole('option', { name: SAMPLE }).waitFor();
  await page.keyboard.press('Enter');

  const { from, to } = await viewIn(page);
  const answer = await client.getBars({ instrumentId: SAMPLE, interval: '1m', from, to, limit: 50_000 });
  const { completeness } = answer;
  const quiet = completeness.missing.filter(({ reason }) => reason === 'noTrades');
  const lost = completeness.missing.filter(({ reason }) => reason !== 'noTrades');
  const sum = (ranges: readonly { readonly bars: number }[]): number => ranges.reduce((all, { bars }) => all + bars, 0);
  assert.deepEqual(numbersIn((await page.locator('.completeness').textContent()) ?? ''), [
    completeness.returned,
    completeness.expected,
    sum(lost),
    sum(quiet),
  ]);
  assert.equal(await page.locator('.gaps > li').count(), completeness.missing.length);
  await page.getByText('not complete', { exact: true }).waitFor();

  await chartOf(page).focus();
  for (let press = 0; press < 2; press++) await page.keyboard.press('ArrowLeft');
  const { openTime, values } = await barHeard(page);
  const bar = answer.bars.find((one) => one.openTime === openTime) ?? assert.fail(openTime);
  assert.deepEqual(values, [bar.open, bar.high, bar.low, bar.close, bar.volume]);
  assert.deepEqual(
    numbersIn((await page.locator('.legend .values').textContent())?.replaceAll(/[OHLCV]/g, ' ') ?? ''),
    values,
  );

  await page.getByRole('button', { name: 'Table' }).click();
  const rows = page.locator('.bars-table tbody tr');
  await rows.first().waitFor();
  assert.equal(await rows.count(), answer.bars.length);
  const last = answer.bars.at(-1) ?? assert.fail('there are bars');
  assert.deepEqual(numbersIn((await rows.first().locator('td').allTextContents()).slice(0, 5).join(' ')), [
    last.open,
    last.high,
    last.low,
    last.close,
    last.volume,
  ]);
  await requireAccessible(page);
  await keepPictures(page, 'chart');

  const told = await page.locator('.missing h2').textContent();
  await page.reload();
  await page
    .locator('.missing h2')
    .filter({ hasText: told ?? '' })
    .waitFor();
  assert.deepEqual(await viewIn(page), { id: SAMPLE, from, to, table: 'yes' });
});

test('other intervals are derived, scales and a comparison are kept in the link', async (t) => {
  const { server, client } = await aServerWithSample(t);
  const page = await openPage(t, await aBrowser(t), `${server.url}/?id=${SAMPLE}`, { width: 390 });
  await viewIn(page);
  await page.getByLabel('Interval', { exact: true }).selectOption('1h');
  await page.waitForURL(/interval=1h.*&to=/);
  await chartOf(page).focus();
  await page.keyboard.press('End');
  await page.locator('.legend-time', { hasText: '1h' }).waitFor();
  await page.keyboard.press('ArrowLeft');
  const { openTime, values } = await barHeard(page);
  const { bars } = await client.getBars({ instrumentId: SAMPLE, interval: '1h', from: '2016-10-01', to: '2016-11-01' });
  const bar = bars.find((one) => one.openTime === openTime) ?? assert.fail(openTime);
  assert.deepEqual(values, [bar.open, bar.high, bar.low, bar.close, bar.volume]);

  await page.getByLabel('Scale').selectOption('log');
  await page.getByRole('button', { name: 'Compare' }).click();
  await page.getByRole('option', { name: SAMPLE }).click();
  await page.locator('.compared', { hasText: SAMPLE }).waitFor();
  await page.waitForURL(/scale=log/);
  await page.waitForURL(/compare=/);
  const { scrolled, seen } = await page.evaluate(() => ({
    scrolled: document.documentElement.scrollWidth,
    seen: document.documentElement.clientWidth,
  }));
  assert.ok(scrolled <= seen, `${scrolled} px wide where ${seen} are seen`);
  await requireAccessible(page);
  await keepPictures(page, 'chart-narrow');
});

const A_DAY = Date.UTC(2024, 0, 2);
const aBar = (minute: number, close: number) => ({
  openTime: new Date(A_DAY + minute * MINUTE).toISOString(),
  open: 100,
  high: 110,
  low: 90,
  close,
  volume: 5,
});

/** Stores the minutes of an hour of an instrument that trades always. */
async function storeAnHour(client: Client, instrumentId: string, observedAt?: string): Promise<void> {
  await client.registerSymbol({ instrumentId, schedule: '24x7', priceDecimals: 2 });
  const bars = Array.from({ length: 60 }, (_, minute) => aBar(minute, 101));
  await client.upsertBars({ instrumentId, interval: '1m', provider: 'test', state: 'final', observedAt, bars });
}

test('a first view asks once for its instrument and once for each piece of its bars', async (t) => {
  const { server } = await aServerWithSample(t);
  const browser = await aBrowser(t);
  for (const at of ['', '&from=2016-10-07T00:00:00Z&to=2016-10-07T02:00:00Z', '&at=2016-10-07T00:00:00Z']) {
    const page = await openPage(t, browser, `${server.url}/system`);
    const instruments: string[] = [];
    const pieces: string[] = [];
    page.on('request', (request) => {
      const { pathname, searchParams } = new URL(request.url());
      const [from, to] = [Number(searchParams.get('from')), Number(searchParams.get('to'))];
      if (pathname.startsWith('/api/v1/symbols/')) instruments.push(pathname);
      if (to - from === 1_000 * MINUTE) pieces.push(`${from}`);
    });
    await page.goto(`${server.url}/?id=${SAMPLE}${at}`);
    await page.locator('.completeness').waitFor();
    assert.equal(instruments.length, 1);
    assert.ok(pieces.length > 0);
    assert.deepEqual(pieces, [...new Set(pieces)]);
  }
});

test('a first view without its bars is there all the same, and shows them when they come', async (t) => {
  const { server } = await aServerWithSample(t);
  const page = await openPage(t, await aBrowser(t), `${server.url}/system`);
  const release = await holdAnswers(page, /\/api\/v1\/bars/);
  await page.goto(`${server.url}/?id=${SAMPLE}`);
  await chartOf(page).waitFor();
  assert.equal(await page.locator('.legend').count(), 0);
  release();
  await page.locator('.completeness').waitFor();
});

test('bars that fail at first are told, and shown when they are asked for again', async (t) => {
  const { server } = await aServerWithSample(t);
  const page = await openPage(t, await aBrowser(t), `${server.url}/system`);
  const broken = { status: 500, contentType: 'application/problem+json', body: JSON.stringify(BROKEN) };
  await page.route(/\/api\/v1\/bars/, (route) => route.fulfill(broken));
  await page.goto(`${server.url}/?id=${SAMPLE}`);
  const alert = page.getByRole('alert').filter({ hasText: BROKEN.detail });
  await alert.first().waitFor();
  await page.unroute(/\/api\/v1\/bars/);
  await alert.first().getByRole('button', { name: 'Try again' }).click();
  await page.locator('.legend').waitFor();
});

test('a correction is listed with its old value, and what was known before it can be shown', async (t) => {
  const { server, client } = await aServer(t);
  const instrumentId = 'TEST:CORRECTED';
  await storeAnHour(client, instrumentId, '2024-02-01T00:00:00Z');
  const corrected = {
    instrumentId,
    interval: '1m',
    provider: 'test',
    state: 'final',
    observedAt: '2024-03-01T00:00:00Z',
  } as const;
  await client.upsertBars({ ...corrected, bars: [aBar(59, 105)] });
  const page = await openPage(t, await aBrowser(t), `${server.url}/?id=${instrumentId}`);
  const corrections = page.getByRole('region', { name: 'Corrections' });
  await corrections.waitFor();
  assert.equal(await corrections.locator('del').textContent(), '101.00');
  assert.equal(await corrections.locator('ins').textContent(), '105.00');
  await page.locator('.legend .values', { hasText: '105.00' }).waitFor();

  await page.getByRole('button', { name: 'As known' }).click();
  await page.getByText('2024-02-01 00:00 to now').waitFor();
  await page.getByLabel('As known at (UTC)').fill('2024-02-15T00:00');
  await page.mouse.move(5, 5);
  await page.locator('.legend .values', { hasText: '101.00' }).waitFor();
  const { from, to, asOf } = await viewIn(page);
  const answer = await client.getBars({ instrumentId, interval: '1m', from, to, asOf });
  assert.equal(answer.bars.at(-1)?.close, 101);
  await page.getByLabel('As known at (UTC)').fill('2024-01-15T00:00');
  await page.locator('.completeness', { hasText: /^0 bars of/ }).waitFor();
  await requireAccessible(page);
});

test('a replay shows the past bar by bar and nothing that came later', async (t) => {
  const { server, client } = await aServer(t);
  const instrumentId = 'TEST:REPLAYED';
  await storeAnHour(client, instrumentId);
  const page = await openPage(t, await aBrowser(t), `${server.url}/?id=${instrumentId}&replay=2024-01-02T00:30:00Z`);
  const time = page.locator('.legend-time');
  await time.filter({ hasText: '00:29' }).waitFor();
  await page.getByRole('button', { name: 'A bar on' }).click();
  await time.filter({ hasText: '00:30' }).waitFor();
  await page.getByRole('button', { name: 'A bar back' }).click();
  await time.filter({ hasText: '00:29' }).waitFor();
  await page.getByLabel('Speed').selectOption('30');
  await page.getByRole('button', { name: 'Play', exact: true }).click();
  await time.filter({ hasText: '00:59' }).waitFor();
  await page.getByRole('button', { name: 'End the replay' }).click();
  await page.waitForURL((url) => !url.searchParams.has('replay'));
});

test('a gap is told, fetched by a click, and its bars are seen to arrive', async (t) => {
  const { server, client } = await aServer(t);
  const series = { instrumentId: 'SIM:GAP', interval: '1m', provider: 'simulated', wait: true } as const;
  const hour = 60 * MINUTE;
  const start = Math.floor(Date.now() / hour) * hour - 6 * hour;
  await client.syncBars({ ...series, from: start, to: start + 20 * MINUTE });
  await client.syncBars({ ...series, from: start + 50 * MINUTE, to: start + hour });
  const sight = `from=${new Date(start).toISOString()}&to=${new Date(start + hour).toISOString()}`;
  const page = await openPage(t, await aBrowser(t), `${server.url}/?id=${series.instrumentId}&interval=1m&${sight}`);
  const gap = page.locator('.gaps > li.warn', { hasText: 'Not fetched: 30 bars' });
  await gap.waitFor();
  await page.locator('.completeness', { hasText: '30 missing' }).waitFor();
  await requireAccessible(page);
  await keepPictures(page, 'chart-gap');
  await gap.getByRole('button', { name: 'Fetch this' }).click();
  await gap.waitFor({ state: 'detached' });
  await page.getByText('complete', { exact: true }).waitFor();
  const { from, to } = await viewIn(page);
  const { completeness } = await client.getBars({ instrumentId: series.instrumentId, interval: '1m', from, to });
  const [returned, expected] = numbersIn((await page.locator('.completeness').textContent()) ?? '');
  assert.deepEqual([returned, expected], [completeness.returned, completeness.expected]);
});

test('the open bar of a feed is on the chart, and moves', async (t) => {
  const { server, client } = await aServer(t);
  const series = { instrumentId: 'SIM:MOVING', interval: '1m' } as const;
  const provider = 'simulated';
  await client.syncBars({ ...series, provider, from: Date.now() - 30 * MINUTE, wait: true });
  await client.subscribe({ instrumentId: series.instrumentId, provider, intervals: ['1m'] });
  await client.startFeed({ provider });
  const page = await openPage(t, await aBrowser(t), `${server.url}/?id=${series.instrumentId}`);
  const legend = page.locator('.legend');
  await legend.filter({ hasText: /open.* · simulated/ }).waitFor();
  const before = (await legend.textContent()) ?? '';
  await legend.filter({ hasNotText: before }).waitFor();
});

test('the page outlives its server: it says that it is lost, and goes on when it is back', async (t) => {
  const { server, client, database } = await aServer(t);
  const instrumentId = 'TEST:LIVE';
  await storeAnHour(client, instrumentId);
  const page = await openPage(t, await aBrowser(t), `${server.url}/?id=${instrumentId}`);
  const write = (close: number) =>
    client.upsertBars({ instrumentId, interval: '1m', provider: 'test', state: 'final', bars: [aBar(59, close)] });
  await page.locator('.legend .values', { hasText: '101.00' }).waitFor();
  await write(102);
  await page.locator('.legend .values', { hasText: '102.00' }).waitFor();

  await server.stop();
  await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor();
  await aServingProcess(t, database, {}, Number(new URL(server.url).port));
  await page.getByRole('alert').filter({ hasText: 'does not answer' }).waitFor({ state: 'detached' });
  await write(103);
  await page.locator('.legend .values', { hasText: '103.00' }).waitFor();
});

test('zooming out goes through larger intervals, and bars stay in sight while those are on their way', async (t) => {
  const { server, client } = await aServer(t);
  const instrumentId = 'TEST:MONTH';
  await client.registerSymbol({ instrumentId, schedule: '24x7' });
  const bars = Array.from({ length: 30 * 1_440 }, (_, minute) => aBar(minute, 95 + ((minute * 7) % 11)));
  await client.upsertBars({ instrumentId, interval: '1m', provider: 'test', state: 'final', bars });
  const page = await openPage(t, await aBrowser(t), `${server.url}/?id=${instrumentId}`);
  await page.locator('.completeness').waitFor();
  const pane = (await chartOf(page).boundingBox()) ?? assert.fail('no chart');
  await page.mouse.move(pane.x + pane.width * 0.4, pane.y + pane.height * 0.4);
  const turn = async (deltaY: number): Promise<void> => {
    await page.mouse.wheel(0, deltaY);
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))));
    assert.ok(await showsBars(page), `blank after a turn by ${deltaY}`);
  };
  const release = await holdAnswers(page, /\/api\/v1\/bars/);
  for (let turns = 0; turns < 15; turns++) await turn(240);
  assert.equal(await intervalShown(page).textContent(), '1m');
  release();
  await intervalShown(page).filter({ hasText: '5m' }).waitFor();
  for (let turns = 0; turns < 15; turns++) await turn(240);
  await intervalShown(page).filter({ hasText: '1h' }).waitFor();
  for (let turns = 0; turns < 15; turns++) await turn(-240);
  await intervalShown(page).filter({ hasText: '1m' }).waitFor();
});

test('memory does not grow while bars keep coming', async (t) => {
  const { server, client } = await aServer(t);
  const instrumentId = 'TEST:BUSY';
  await storeAnHour(client, instrumentId);
  const page = await openPage(t, await aBrowser(t), `${server.url}/?id=${instrumentId}`);
  await page.locator('.legend .values', { hasText: '101.00' }).waitFor();
  const session = await page.context().newCDPSession(page);
  const write = (minute: number, close: number) =>
    client.upsertBars({
      instrumentId,
      interval: '1m',
      provider: 'test',
      state: 'final',
      bars: [aBar(minute, close)],
    });
  async function heapAfter(bars: number, first: number): Promise<number> {
    for (let minute = first; minute < first + bars; minute++) await write(minute, 100 + (minute % 7));
    const close = 100 + first / 1_000;
    await write(63, close); // the last bar in sight
    await page.locator('.legend .values', { hasText: close.toFixed(2) }).waitFor();
    await session.send('HeapProfiler.collectGarbage');
    const { usedSize } = await session.send('Runtime.getHeapUsage');
    return usedSize;
  }
  await heapAfter(200, 60);
  const before = await heapAfter(200, 260);
  const after = await heapAfter(400, 460);
  assert.ok(after - before < 2 * 1_024 ** 2, `${before} bytes before 400 bars, ${after} after them`);
});
