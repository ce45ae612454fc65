import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { Client } from '../../src/client/index.ts';
import { aBrowser, keepPictures, openPage, requireAccessible } from '../support/a-browser.ts';
import { aPatientClient } from '../support/a-patient-client.ts';
import { aServingProcess } from '../support/a-serving-process.ts';
import { aFolder } from '../support/open-test-database.ts';

const SERIES = { instrumentId: 'TEST:ABC', interval: '1m' } as const;
const BAR = { openTime: '2024-11-08T10:00:00Z', open: 10, high: 11, low: 9, close: 10.5, volume: 100 };

function upsert(
  client: Client,
  bars: readonly unknown[],
  provider = 'mine',
  instrumentId: string = SERIES.instrumentId,
) {
  return client.upsertBars({ ...SERIES, instrumentId, provider, state: 'final', bars: [...bars] });
}

const rows = (page: Page) => page.getByRole('list', { name: 'Changes, the newest first' }).getByRole('listitem');

test('changes arrive while the page is open; old values are shown against new ones, with the whole history', async (t) => {
  const { url } = await aServingProcess(t, `file:${join(aFolder(t), 'pq.db')}`);
  const client = aPatientClient(url);
  const page = await openPage(t, await aBrowser(t), `${url}/changes`);
  await page.getByText('Nothing has changed yet').waitFor();
  await client.registerSymbol({ instrumentId: SERIES.instrumentId, priceDecimals: 2 });
  await upsert(client, [BAR, { ...BAR, openTime: '2024-11-08T10:01:00Z' }]);
  await rows(page).filter({ hasText: '2 inserted' }).waitFor();
  await upsert(client, [{ ...BAR, close: 10.75 }], 'other');
  await upsert(client, [{ ...BAR, close: 10.75, high: 12, volume: 120 }]);
  await rows(page).nth(2).waitFor();
  const { changes } = await client.getChanges({});
  const shown = await rows(page).allTextContents();
  assert.equal(shown.length, changes.length);
  for (const [index, { providers, inserted, changed }] of changes.toReversed().entries()) {
    const text = shown[index] ?? '';
    assert.match(text, /TEST:ABC 1m2024-11-08 10:002024-11-08 10:0/);
    assert.ok(text.includes(inserted > 0 ? `${inserted} inserted` : `${changed} changed`), text);
    assert.ok(text.includes(providers.join(', ')), text);
  }
  assert.match(
    (await rows(page).first().getByRole('link').getAttribute('href')) ?? '',
    /id=TEST%3AABC&interval=1m&at=/,
  );
  await keepPictures(page, 'changes');

  await page.getByLabel('Bars that were').selectOption('changed');
  await page.getByText('2 of 3 changes').waitFor();
  await page.reload();
  await page.getByText('2 of 3 changes').waitFor();
  await rows(page).first().getByRole('button').click();
  const dialog = page.getByRole('dialog', { name: 'Corrected bars of TEST:ABC 1m' });
  const history = dialog.getByRole('row');
  await history.nth(3).waitFor();
  assert.deepEqual(await dialog.locator('.field-change').allTextContents(), ['high 11.00 12.00', 'volume 100 120']);
  const { revisions } = await client.getRevisions({ ...SERIES, openTime: BAR.openTime });
  const values = await Promise.all(
    [1, 2, 3].map(async (row) => (await history.nth(row).locator('td').allTextContents()).slice(1)),
  );
  assert.deepEqual(
    values,
    revisions
      .toReversed()
      .map(({ provider, open, high, low, close, volume, state }) => [
        provider,
        ...[open, high, low, close].map((price) => price.toFixed(2)),
        String(volume),
        state,
      ]),
  );
  await requireAccessible(page);
  await page.keyboard.press('Escape');
  await dialog.waitFor({ state: 'detached' });
  await requireAccessible(page);
});

test('paused, the list stands still; it goes on without loss, also after the server was away', async (t) => {
  const database = `file:${join(aFolder(t), 'pq.db')}`;
  const first = await aServingProcess(t, database);
  const port = new URL(first.url).port;
  const client = aPatientClient(first.url);
  await upsert(client, [BAR]);
  const page = await openPage(t, await aBrowser(t), `${first.url}/changes`);
  await rows(page).first().waitFor();
  await page.getByRole('button', { name: 'Pause' }).click();
  await upsert(client, [{ ...BAR, close: 10.6 }]);
  await page.getByText('Paused: 1 change, 1 new since').waitFor();
  assert.equal(await rows(page).count(), 1);
  await page.getByRole('button', { name: 'Continue' }).click();
  await rows(page).nth(1).waitFor();

  await first.stop();
  await page.getByRole('alert').getByText('The server does not answer').waitFor();
  const second = await aServingProcess(t, database, {}, port);
  // Written before the page has found the server again, and after.
  const later = aPatientClient(second.url);
  for (let cents = 1; cents <= 3; cents++) await upsert(later, [{ ...BAR, close: 10 + cents / 100 }]);
  await page.getByRole('alert').waitFor({ state: 'detached' });
  await upsert(later, [{ ...BAR, close: 10.9 }]);
  await page.getByText('Live: 6 changes').waitFor();
  assert.equal(await rows(page).count(), (await later.getChanges({})).changes.length);
});

test('the quarantine tells why, in plain words, and what was sent; on a small screen, too', async (t) => {
  const { url } = await aServingProcess(t, `file:${join(aFolder(t), 'pq.db')}`);
  const client = aPatientClient(url);
  await upsert(client, [BAR, { ...BAR, openTime: '2024-11-08T10:01:00Z', high: 1 }], 'vendor');
  await upsert(
    client,
    Array.from({ length: 101 }, (_, index) => ({ ...BAR, volume: -1 - index })),
    'mine',
    'TEST:OTHER',
  );
  const page = await openPage(t, await aBrowser(t), `${url}/changes?tab=quarantine`, { width: 390 });
  await page.getByText('100 rejected bars loaded').waitFor();
  await page.getByRole('button', { name: 'Load older ones' }).click();
  await page.getByText('102 rejected bars').waitFor();
  await page.getByLabel('Instrument').fill('TEST:ABC');
  await page.getByText(/^1 rejected bars/).waitFor();
  const [bar] = (await client.getQuarantine({ instrumentId: 'TEST:ABC' })).bars;
  const cells = await page.getByRole('row').nth(1).locator('th, td').allTextContents();
  assert.deepEqual(cells.slice(1, 4), ['TEST:ABC 1m', '2024-11-08 10:01:00', bar?.provider]);
  assert.equal(cells[4], `Open or close is not between low and high ${bar?.message}`);
  assert.equal(cells[5], 'openTime2024-11-08T10:01:00Zopen10high1low9close10.5volume100');
  await requireAccessible(page);
  await keepPictures(page, 'quarantine-small');
  await page.getByRole('link', { name: 'Feed' }).click();
  await rows(page).first().waitFor();
  await requireAccessible(page);
  assert.ok(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth));
});
