import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import type { Client } from '../../src/client/index.ts';
import { aBrowser, keepPictures, openPage, requireAccessible, type PageOptions } from '../support/a-browser.ts';
import { aPatientClient } from '../support/a-patient-client.ts';
import { aServingProcess } from '../support/a-serving-process.ts';
import { startFakeBinance } from '../support/fake-binance/index.ts';
import { aFolder } from '../support/open-test-database.ts';

const SIM = 'SIM:BTCUSD';

interface Visit extends PageOptions {
  readonly variables?: NodeJS.ProcessEnv;
  /** Before the page is opened. */
  readonly prepare?: (client: Client) => Promise<unknown>;
}

async function visit(t: TestContext, link: string, { variables = {}, prepare, ...size }: Visit = {}) {
  const database = `file:${join(aFolder(t), 'pq.db')}`;
  const server = await aServingProcess(t, database, variables);
  const client = aPatientClient(server.url);
  await prepare?.(client);
  const page = await openPage(t, await aBrowser(t), `${server.url}${link}`, size);
  return { ...server, database, client, page };
}

const yesterday = (): string => new Date(Date.now() - 86_400_000).toISOString().slice(0, 10);

/** The texts of the cells of the only row of a table. */
async function rowOf(page: Page, table: string): Promise<readonly string[]> {
  return page.getByRole('table', { name: table, exact: true }).locator('tbody tr').locator('th, td').allTextContents();
}

async function requireNoWider(page: Page): Promise<void> {
  const { scrolled, seen } = await page.evaluate(() => ({
    scrolled: document.documentElement.scrollWidth,
    seen: document.documentElement.clientWidth,
  }));
  assert.ok(scrolled <= seen, `${scrolled} px wide where ${seen} are seen`);
}

test('an instrument is added by name, and what is declared of it changed, with faults said at their fields', async (t) => {
  const { page, client } = await visit(t, '/instruments?add=yes');
  const byName = page.getByRole('form', { name: 'Add by name' });
  await byName.getByLabel('Instrument').fill('no instrument');
  await byName.getByRole('button', { name: 'Add' }).click();
  await byName.locator('.hint.bad').waitFor();
  await requireAccessible(page);
  await byName.getByLabel('Instrument').fill('NASDAQ:AAPL');
  await byName.getByRole('button', { name: 'Add' }).click();

  const declared = page.getByRole('form', { name: 'What is declared' });
  await declared.getByLabel('Name', { exact: true }).fill('Apple');
  await declared.getByLabel('Currency').fill('dollars');
  await declared.getByLabel('Schedule').fill('NASDAK');
  await declared.getByRole('button', { name: 'Save' }).click();
  const currency = declared.locator('.field', { has: page.getByLabel('Currency') });
  await currency.locator('.hint.bad').waitFor();
  await declared.getByLabel('Currency').fill('USD');
  await declared.getByRole('button', { name: 'Save' }).click();
  const schedule = declared.locator('.field', { has: page.getByLabel('Schedule') });
  await schedule.locator('.hint.bad').getByText('NASDAK').waitFor();
  await requireAccessible(page);
  await declared.getByLabel('Schedule').fill('NASDAQ');
  await declared.getByLabel('Decimals of prices').fill('4');
  await declared.getByLabel('Listed from').fill('1980-12-12');
  await declared.getByLabel('Other names').fill('yahoo:AAPL, Apfel');
  await declared.getByRole('button', { name: 'Save' }).click();
  await declared.waitFor({ state: 'detached' });
  await page.getByText('America/New_York').waitFor();
  const { symbols } = await client.getSymbols();
  assert.equal(symbols.length, 1);
  assert.deepEqual(
    { ...symbols[0], timeZone: null },
    {
      instrumentId: 'NASDAQ:AAPL',
      name: 'Apple',
      assetType: null,
      currency: 'USD',
      schedule: 'NASDAQ',
      timeZone: null,
      sessions: 'regular',
      priceDecimals: 4,
      listedFrom: '1980-12-12T00:00:00Z',
      listedTo: null,
      aliases: ['yahoo:AAPL', 'Apfel'],
      series: [],
    },
  );
  await requireAccessible(page);
});

test('an instrument is found at a provider and added with what the provider says of it', async (t) => {
  const fake = await startFakeBinance(t, { now: () => Date.now() });
  const { page, client } = await visit(t, '/instruments?add=yes', {
    variables: { POCKETQUANT_BINANCE_URL: fake.url, POCKETQUANT_BINANCE_WS_URL: fake.url },
  });
  const search = page.getByRole('region', { name: 'Search a provider' });
  await search.getByLabel('Provider').selectOption('binance');
  await search.getByLabel('Code or name').fill('eth');
  await page.keyboard.press('Enter');
  await search.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('heading', { name: 'BINANCE:ETHBTC' }).waitFor();
  const { currency, aliases } = await client.getSymbol({ instrumentId: 'BINANCE:ETHBTC' });
  assert.deepEqual([currency, aliases], ['BTC', ['binance:ETHBTC']]);
});

for (const width of [1_280, 390])
  test(`a series is tracked and exported, live bars are subscribed to, and all of it is deleted (${width} px)`, async (t) => {
    const { page, client } = await visit(t, `/instruments?id=${SIM}`, { width });
    await page.getByRole('button', { name: `Add ${SIM}` }).click();
    await page.getByText('Track a series', { exact: true }).click();
    const track = page.getByRole('form', { name: 'Track a series' });
    await track.getByLabel('Provider').selectOption('simulated');
    await track.getByLabel('From').fill(yesterday());
    await requireAccessible(page);
    await track.getByRole('button', { name: 'Track' }).click();
    await page.getByRole('table', { name: 'Tracked series' }).getByText('Up to date').waitFor();

    const { series } = await client.getSymbol({ instrumentId: SIM });
    const [one = assert.fail('it has a series')] = series;
    const [interval, , , bars, final, providers] = await settled(
      () => rowOf(page, 'Stored series'),
      (row) => row[3] !== undefined,
    );
    assert.deepEqual(
      [interval, bars, final, providers],
      ['1m', one.count.toLocaleString('en-US'), '100 %', 'simulated'],
    );
    const { series: statuses } = await client.getSyncStatus();
    assert.deepEqual(
      statuses.map((status) => [status.series, status.state]),
      [[`${SIM}/1m`, 'completed']],
    );

    await page.getByLabel('To, exclusive (UTC)').fill(new Date().toISOString().slice(0, 10));
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download' }).click(),
    ]);
    assert.equal(download.suggestedFilename(), 'SIM_BTCUSD-1m.csv');
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n');
    const range = { from: yesterday(), to: new Date().toISOString().slice(0, 10), limit: 10_000 };
    const asked = await client.getBars({ instrumentId: SIM, interval: '1m', ...range });
    assert.equal(lines.length - 1, asked.bars.length);

    await page.getByText('Subscribe to live bars', { exact: true }).click();
    const subscribe = page.getByRole('form', { name: 'Subscribe to live bars' });
    await subscribe.getByLabel('5m', { exact: true }).check();
    await requireAccessible(page);
    await subscribe.getByRole('button', { name: 'Subscribe' }).click();
    const live = page.getByRole('table', { name: 'Live subscriptions' });
    await live.getByText('Live', { exact: true }).waitFor();
    const { subscriptions } = await client.getSubscriptions();
    assert.deepEqual(
      subscriptions.map(({ instrumentId, intervals }) => [instrumentId, intervals]),
      [[SIM, ['1m', '5m']]],
    );
    const bar = { openTime: yesterday(), open: 1, high: 2, low: 0.5, close: 1.5 };
    await client.upsertBars({ instrumentId: SIM, interval: '1d', provider: 'test', state: 'final', bars: [bar] });
    await page.getByRole('table', { name: 'Stored series' }).getByRole('link', { name: '1d' }).waitFor();
    await requireAccessible(page);
    await requireNoWider(page);
    await keepPictures(page, `instrument-${width}`);
    await live.getByRole('button', { name: 'Unsubscribe' }).click();
    await page.getByText('Not subscribed.').waitFor();
    await page.getByRole('button', { name: 'Untrack' }).click();
    await page.getByText('No series is tracked.').waitFor();
    assert.deepEqual((await client.getSyncStatus()).series, []);

    await page.getByRole('button', { name: 'Delete' }).click();
    const dialog = page.getByRole('dialog');
    assert.ok(await dialog.getByRole('button', { name: 'Delete for good' }).isDisabled());
    await requireAccessible(page);
    await dialog.getByLabel(`Type ${SIM} to go on`).fill(SIM);
    await dialog.getByRole('button', { name: 'Delete for good' }).click();
    await page.getByText(`${SIM} is deleted.`).waitFor();
    assert.equal((await client.getSymbols()).total, 0);
  });

/** What is read again until it is as it should be; the page follows the server by looking. */
async function settled<T>(read: () => Promise<T>, isSettled: (value: T) => boolean): Promise<T> {
  for (;;) {
    const value = await read();
    if (isSettled(value)) return value;
  }
}

test('thousands of series are searched and scrolled, and a link shows the same again', async (t) => {
  const count = 3_000;
  const rows = Array.from({ length: count }, (_, index) => {
    const exchange = index % 3 === 0 ? 'NYSE' : 'NASDAQ';
    return `${exchange},SYM${String(index).padStart(4, '0')},2024-01-02,1,2,0.5,1.5,${index}`;
  });
  const file = `exchange,symbol,date,open,high,low,close,volume\n${rows.join('\n')}\n`;
  const { page, client } = await visit(t, '/instruments', {
    prepare: (asked) => asked.importBars({ file, interval: '1d' }),
  });
  await page.getByText('3,000 instruments', { exact: true }).waitFor();
  const list = page.getByRole('list', { name: 'Instruments and their series' });
  assert.ok((await list.getByRole('listitem').count()) < 100, 'only the rows in sight are in the document');
  await requireAccessible(page);
  await keepPictures(page, 'instruments-1280');
  const last = list.getByRole('link', { name: 'NYSE:SYM2997', exact: true });
  while ((await last.count()) === 0) await list.evaluate((shown) => (shown.scrollTop = shown.scrollHeight));
  await page.getByText('3,000 instruments, 3,000 series').waitFor();
  const asked = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  const limits = asked.filter((url) => url.includes('/symbols?')).map((url) => new URL(url).searchParams.get('limit'));
  assert.deepEqual([...new Set(limits)], ['500']);

  await page.getByLabel('Exchange').fill('nyse');
  await page.getByText('1,000 instruments', { exact: true }).waitFor();
  await page.getByLabel('Search').fill('sym29');
  await page.getByText('33 instruments, 33 series').waitFor();
  const shown = await namesIn(list);
  const { symbols } = await client.getSymbols({ query: 'sym29', exchange: 'NYSE' });
  assert.deepEqual(
    shown,
    symbols.slice(0, shown.length).map(({ instrumentId }) => instrumentId),
  );
  await page.reload();
  await page.getByText('33 instruments, 33 series').waitFor();
  await list.getByRole('link', { name: 'NYSE:SYM2901', exact: true }).click();
  await page.getByRole('heading', { name: 'NYSE:SYM2901' }).waitFor();
  await page.goBack();
  await page.getByText('33 instruments, 33 series').waitFor();
  await page.setViewportSize({ width: 390, height: 800 });
  await requireAccessible(page);
  await requireNoWider(page);
  await keepPictures(page, 'instruments-390');
});

async function namesIn(list: Locator): Promise<readonly string[]> {
  return list.locator('.stored-name > a').allTextContents();
}

test('providers tell what they can and how they do; a feed is started and stopped there', async (t) => {
  const { page, client, url } = await visit(t, '/instruments?tab=providers', {
    variables: { POCKETQUANT_TRADINGVIEW_KEY: 'secret' },
  });
  const { providers } = await client.getProviders();
  const shown = page.getByRole('list', { name: 'Providers' });
  await shown.waitFor();
  assert.deepEqual(
    await shown.getByRole('heading', { level: 2 }).allTextContents(),
    providers.map(({ name }) => name),
  );
  const named = (name: string): Locator =>
    shown.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) });
  await named('alpaca').getByText('Needs a key').waitFor();
  await named('alpaca').getByText('set POCKETQUANT_ALPACA_KEY and POCKETQUANT_ALPACA_SECRET').waitFor();
  await named('tradingview').getByText('set, by POCKETQUANT_TRADINGVIEW_KEY').waitFor();
  await named('simulated').getByText('Made up').waitFor();
  await requireAccessible(page);

  await client.subscribe({ instrumentId: SIM, provider: 'simulated', intervals: ['1m'] });
  const feed = page.getByRole('region', { name: 'Feed of simulated' });
  await feed.getByRole('button', { name: 'Start' }).click();
  await feed.getByText('Live', { exact: true }).waitFor();
  await feed.getByText('1 subscribed to.').waitFor();
  await keepPictures(page, 'providers-1280');
  await feed.getByRole('button', { name: 'Stop' }).click();
  await feed.getByText('Stopped').waitFor();
  const { feeds } = await client.getFeeds();
  assert.deepEqual(
    feeds.map(({ provider, state }) => [provider, state]),
    [['simulated', 'stopped']],
  );
  assert.equal(new URL(page.url()).search, '?tab=providers', url);
  await page.setViewportSize({ width: 390, height: 800 });
  await requireAccessible(page);
  await requireNoWider(page);
});

test('a server that is gone is told; what was shown stays, and moves on when it is back', async (t) => {
  const { page, url, stop, database, client } = await visit(t, '/instruments?tab=providers');
  const feed = page.getByRole('region', { name: 'Feed of simulated' });
  await feed.getByText('Stopped').waitFor();
  await stop();
  await page.getByText('The server does not answer. This page').waitFor();
  await feed.getByText('Stopped').waitFor();
  await aServingProcess(t, database, {}, new URL(url).port);
  await client.subscribe({ instrumentId: SIM, provider: 'simulated', intervals: ['1m'] });
  await client.startFeed({ provider: 'simulated' });
  await feed.getByText('Live', { exact: true }).waitFor();
});
