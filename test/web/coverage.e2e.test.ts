import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import type { Client } from '../../src/client/index.ts';
import { aBrowser, keepPictures, openPage, requireAccessible } from '../support/a-browser.ts';
import { aPatientClient } from '../support/a-patient-client.ts';
import { aServingProcess } from '../support/a-serving-process.ts';
import { manyId, storeManyInstruments } from '../support/many-instruments.ts';
import { aFolder } from '../support/open-test-database.ts';

const BTC = { instrumentId: 'SIM:BTCUSD', interval: '1m' } as const;
/** The link shows November 2024. In its second week a day and a half are missing. */
const VIEW = '/coverage?interval=1m&span=30&end=2024-11-30';
const HOLE = { from: '2024-11-12', to: '2024-11-13T07:00:00Z' };

/** A vendor that gives nothing to anyone. */
async function aRefusingVendor(t: TestContext): Promise<string> {
  const server = createServer((_request, response) => response.writeHead(403).end()).listen(0, '127.0.0.1');
  t.after(() => server.close());
  await once(server, 'listening');
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A server whose series has holes, and which knows a vendor that refuses. */
async function aServerWithHoles(t: TestContext): Promise<{ url: string; client: Client }> {
  const vendor = await aRefusingVendor(t);
  const { url } = await aServingProcess(t, `file:${join(aFolder(t), 'pq.db')}`, { POCKETQUANT_BINANCE_URL: vendor });
  const client = aPatientClient(url);
  await client.syncBars({ ...BTC, from: '2024-11-08', to: HOLE.from, wait: true });
  await client.syncBars({ ...BTC, from: HOLE.to, to: '2024-11-16', wait: true });
  return { url, client };
}

/** What is read out of the cell that the cursor is on. */
const readOut = (page: Page) => page.locator('.coverage [aria-live=polite]');

test('days are read out as the API tells them, opened by minutes, and fetched', async (t) => {
  const { url, client } = await aServerWithHoles(t);
  const page = await openPage(t, await aBrowser(t), url + VIEW);
  const map = page.getByRole('application');
  await map.focus();
  await readOut(page).getByText('SIM:BTCUSD, Sat 2024-11-30: 1,440 expected, 0 held (0 %)').waitFor();
  for (let day = 30; day > 13; day--) await page.keyboard.press('ArrowLeft');
  const asked = { ...BTC, from: '2024-11-13', to: '2024-11-14' };
  const [told] = (await client.getCoverage(asked)).days;
  assert.deepEqual(told, { day: '2024-11-13', expected: 1_440, bars: { held: 1_020, notFetched: 420 } });
  await readOut(page)
    .getByText('SIM:BTCUSD, Wed 2024-11-13: 1,440 expected, 1,020 held (70.8 %), 420 not fetched')
    .waitFor();
  await keepPictures(page, 'coverage');

  await page.keyboard.press('Enter');
  const dialog = page.getByRole('dialog', { name: 'SIM:BTCUSD 1m, Wed 2024-11-13' });
  const missing = dialog.getByRole('region', { name: 'Missing bars that could be held' }).getByRole('row');
  await missing.nth(1).waitFor();
  assert.deepEqual(await missing.nth(1).locator('th, td').allTextContents(), [
    '2024-11-13 00:00',
    '2024-11-13 07:00',
    '420',
    'not fetched',
  ]);
  const answers = dialog.getByRole('region', { name: 'Who was asked for this day' }).getByRole('row');
  assert.match((await answers.nth(1).textContent()) ?? '', /simulated.*2024-11-13 07:00.*2024-11-14 00:00.*fetched/);
  assert.match(page.url(), /id=SIM%3ABTCUSD&day=2024-11-13/);
  await requireAccessible(page);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });

  await map.focus();
  await page.keyboard.press('Shift+ArrowLeft');
  const selected = page.getByRole('region', { name: 'Selected days' });
  await selected.getByText('2,880 expected, 1,020 held (35.4 %), 1,860 not fetched').waitFor();
  await requireAccessible(page);
  await selected.getByRole('button', { name: 'Fetch', exact: true }).click();
  await selected.getByText('2,880 expected, 2,880 held (100 %)').waitFor();
  const { days } = await client.getCoverage({ ...BTC, from: '2024-11-12', to: '2024-11-14' });
  assert.deepEqual(
    days.map(({ bars }) => bars),
    [{ held: 1_440 }, { held: 1_440 }],
  );
});

test('days are dragged over, what failed is loud, and a failed fetch says why', async (t) => {
  const { url, client } = await aServerWithHoles(t);
  const vendor = { instrumentId: 'BINANCE:BTCUSDT', interval: '1m' } as const;
  await client.syncBars({ ...vendor, from: '2024-11-10', to: '2024-11-12', wait: true });
  const page = await openPage(t, await aBrowser(t), url + VIEW);
  await readOut(page).getByText('BINANCE:BTCUSDT, Sat 2024-11-30: 1,440 expected').waitFor();

  const cells = await page.evaluate(() => {
    const canvas = document.querySelector<HTMLCanvasElement>('.heat-map canvas');
    const context = canvas?.getContext('2d');
    if (canvas === null || context === null || context === undefined) return undefined;
    const dayWidth = canvas.clientWidth / 30;
    /** The colours in the middle of a cell, by their hue: mostly red, or mostly blue. */
    const colourOf = (row: number, day: number): string => {
      const x = Math.round((day - 1) * dayWidth + dayWidth / 4);
      const { data } = context.getImageData(x, 28 + row * 24 + 6, Math.floor(dayWidth / 2), 12);
      let [red, green, blue] = [0, 0, 0];
      for (let at = 0; at < data.length; at += 4) {
        red += data[at] ?? 0;
        green += data[at + 1] ?? 0;
        blue += data[at + 2] ?? 0;
      }
      return blue > red * 1.5 ? 'blue' : green > red * 0.72 ? 'amber' : 'red';
    };
    return { failed: colourOf(0, 10), notAsked: colourOf(0, 20), held: colourOf(1, 9), hole: colourOf(1, 12) };
  });
  assert.deepEqual(cells, { failed: 'red', notAsked: 'amber', held: 'blue', hole: 'amber' });

  const box = await page.locator('.heat-map canvas').boundingBox();
  assert.ok(box !== null);
  const at = (day: number) => ({ x: box.x + ((day - 0.5) * box.width) / 30, y: box.y + 28 + 12 });
  await page.mouse.move(at(10).x, at(10).y);
  await page.mouse.down();
  await page.mouse.move(at(11).x, at(11).y);
  await page.mouse.up();
  const selected = page.getByRole('region', { name: 'Selected days' });
  await selected.getByText('2,880 expected, 0 held (0 %), 2,880 provider failed').waitFor();
  assert.equal(await selected.getByLabel('First day').inputValue(), '2024-11-10');
  await selected.getByLabel('Provider').selectOption('binance');
  await selected.getByRole('button', { name: 'Fetch', exact: true }).click();
  await page
    .locator('.notice.bad')
    .getByText(/BINANCE:BTCUSDT 1m: 0 bars fetched.*2,880 failed: binance: the firewall refuses this address/)
    .waitFor();
});

test('the table has the figures of the API, and the link restores the view', async (t) => {
  const { url, client } = await aServerWithHoles(t);
  await client.registerSymbol({ instrumentId: 'COINBASE:NEW', schedule: '24x7', name: 'Not fetched yet' });
  const page = await openPage(t, await aBrowser(t), `${url}${VIEW}&view=table&query=sim`);
  const table = page.getByRole('table', { name: 'Coverage by series' });
  const { expected, held, ranges } = await client.getCoverage({ ...BTC, from: '2024-11-01', to: '2024-12-01' });
  const missing = ranges.filter(({ status }) => status === 'notFetched').reduce((sum, { bars }) => sum + bars, 0);
  const grouped = (count: number | null): string => (count ?? 0).toLocaleString('en-US');
  await table.getByRole('cell', { name: grouped(expected), exact: true }).waitFor();
  const rows = table.getByRole('row');
  assert.equal(await rows.count(), 2);
  const cells = await rows.nth(1).locator('th, td').allTextContents();
  assert.deepEqual(cells.slice(0, 5), [
    'SIM:BTCUSD',
    grouped(expected),
    grouped(held),
    `${((100 * held) / (expected ?? 1)).toFixed(1)} %`,
    grouped(missing),
  ]);
  await requireAccessible(page);

  await page.getByLabel('Instrument').fill('');
  await table.getByRole('rowheader', { name: 'COINBASE:NEW' }).waitFor();
  await page.getByLabel('Exchange').selectOption('COINBASE');
  await page.getByRole('button', { name: 'Map' }).click();
  await page.reload();
  await readOut(page).getByText('COINBASE:NEW, Sat 2024-11-30: 1,440 expected, 0 held').waitFor();
  assert.equal(await page.locator('.heat-map-name').count(), 1);
});

test('a small screen has all of it', async (t) => {
  const { url } = await aServerWithHoles(t);
  const page = await openPage(t, await aBrowser(t), url + VIEW, { width: 390 });
  await readOut(page).getByText('SIM:BTCUSD, Sat 2024-11-30').waitFor();
  await requireAccessible(page);
  await keepPictures(page, 'coverage-small');
  const { scrolled, seen } = await page.evaluate(() => ({
    scrolled: document.documentElement.scrollWidth,
    seen: document.documentElement.clientWidth,
  }));
  assert.ok(scrolled <= seen);
});

test('ten thousand series scroll, and only those in sight are asked for', async (t) => {
  const count = 10_000;
  const database = `file:${join(aFolder(t), 'pq.db')}`;
  await storeManyInstruments(database, count);
  const { url } = await aServingProcess(t, database);
  const page = await openPage(t, await aBrowser(t), `${url}/coverage?interval=1m&span=90&end=2024-11-30`);
  await readOut(page)
    .getByText(`${manyId(0)}, Sat 2024-11-30: 1,440 expected`)
    .waitFor();
  const asked = new Set<string>();
  page.on('request', (request) => void (request.url().includes('/api/v1/coverage') && asked.add(request.url())));
  await page.evaluate(async () => {
    const map = document.querySelector('.heat-map');
    for (let frame = 0; map !== null && frame < 120; frame++) {
      map.scrollTop += 500;
      await new Promise(requestAnimationFrame);
    }
  });

  await page.getByRole('application').focus();
  for (let pages = 0; pages < 3; pages++) await page.keyboard.press('PageDown');
  await page.evaluate(() => document.querySelector('.heat-map')?.scrollTo({ top: 1e9 }));
  await page.getByText(manyId(count - 1)).waitFor();
  assert.ok((await page.locator('.heat-map-name').count()) < 60, 'only rows in sight are in the document');
  assert.ok(asked.size < 400, `${asked.size} requests for what was in sight`);
});
