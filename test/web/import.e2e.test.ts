import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import type { Page } from 'playwright-core';
import { aBrowser, keepPictures, openPage, requireAccessible } from '../support/a-browser.ts';
import { aPatientClient } from '../support/a-patient-client.ts';
import { aServingProcess } from '../support/a-serving-process.ts';
import { aFolder } from '../support/open-test-database.ts';

const AAPL = 'NASDAQ:AAPL';
/** Days of February if the day comes first; days of January to April if the month does. */
const AMBIGUOUS = `Date,Open,High,Low,Close,Volume
1/2/2024,183.99,186.95,183.82,186.86,64885400
2/2/2024,179.86,187.33,179.25,185.85,102518000
5/2/2024,188.15,189.25,185.84,187.68,69668800
6/2/2024,186.86,189.31,186.77,189.3,43490800
`;

async function aPageToImport(t: TestContext, query = '', width?: number) {
  const server = await aServingProcess(t, `file:${join(aFolder(t), 'pq.db')}`);
  const browser = await aBrowser(t);
  const address = `${server.url}/instruments?tab=import${query}`;
  const page = await openPage(t, browser, address, width === undefined ? {} : { width });
  return { ...server, page, client: aPatientClient(server.url) };
}

async function drop(page: Page, name: string, text: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([fileName, content]) => {
      const dropped = new DataTransfer();
      dropped.items.add(new File([content], fileName));
      return dropped;
    },
    [name, text] as const,
  );
  await page.getByText('Drop a file of bars here').dispatchEvent('drop', { dataTransfer });
}

const isFocused = (page: Page, label: string): Promise<void> =>
  page
    .waitForFunction(
      (text) => document.activeElement?.closest('.field')?.querySelector('label')?.textContent === text,
      label,
    )
    .then(() => undefined);

/** The texts of a table's cells, by row. */
async function cellsOf(page: Page, table: string): Promise<readonly (readonly string[])[]> {
  const rows = await page.getByRole('table', { name: table, exact: true }).locator('tbody tr').all();
  return Promise.all(rows.map((row) => row.locator('th, td').allTextContents()));
}

for (const width of [1_280, 390])
  test(`a dropped file asks what it does not say, and becomes the right bars (${width} px)`, async (t) => {
    const { page, client } = await aPageToImport(t, '', width);
    await requireAccessible(page);
    await drop(page, 'prices.csv', AMBIGUOUS);

    await page.getByRole('alert').getByText('INSTRUMENT_NEEDED').waitFor();
    await isFocused(page, 'Instrument');
    await page.keyboard.type(AAPL);
    await page.keyboard.press('Enter');

    await page.getByRole('alert').getByText('DATE_ORDER_NEEDED').waitFor();
    await page.getByText('Nothing of prices.csv is stored.').waitFor();
    await isFocused(page, 'Order of dates');
    assert.equal(await page.getByLabel('Order of dates').getAttribute('aria-invalid'), 'true');
    await requireAccessible(page);
    await keepPictures(page, `import-refused-${width}`);
    assert.equal((await client.getSymbols()).total, 0);

    await page.getByLabel('Order of dates').selectOption('dmy');
    await page.getByRole('button', { name: 'Preview' }).click();
    await page.getByText('Nothing is stored yet.').waitFor();
    const wanted = [
      ['2024-02-01', '183.99', '186.95', '183.82', '186.86', '64,885,400', 'final'],
      ['2024-02-02', '179.86', '187.33', '179.25', '185.85', '102,518,000', 'final'],
      ['2024-02-05', '188.15', '189.25', '185.84', '187.68', '69,668,800', 'final'],
      ['2024-02-06', '186.86', '189.31', '186.77', '189.3', '43,490,800', 'final'],
    ];
    assert.deepEqual(await cellsOf(page, 'First bars'), wanted);
    await requireAccessible(page);
    await keepPictures(page, `import-previewed-${width}`);
    assert.equal((await client.getSymbols()).total, 0, 'a preview stores nothing');

    await page.getByRole('button', { name: 'Import', exact: true }).click();
    const outcome = page.getByRole('region', { name: 'What was imported' });
    await outcome.waitFor();
    await page.waitForFunction(() => document.activeElement?.getAttribute('aria-label') === 'What was imported');
    assert.deepEqual(await cellsOf(page, 'Series of the file'), [[`${AAPL} 1d`, '4', '0', '0', '0']]);
    await requireAccessible(page);
    const { bars } = await client.getBars({ instrumentId: AAPL, interval: '1d', from: '2024-01-01', to: '2025-01-01' });
    assert.deepEqual(
      bars.map(({ openTime, close }) => [openTime, close]),
      [
        ['2024-02-01T00:00:00Z', 186.86],
        ['2024-02-02T00:00:00Z', 185.85],
        ['2024-02-05T00:00:00Z', 187.68],
        ['2024-02-06T00:00:00Z', 189.3],
      ],
    );
    const link = new URL(
      (await outcome.getByRole('link', { name: `${AAPL} 1d` }).getAttribute('href')) ?? '',
      page.url(),
    );
    assert.deepEqual(
      [link.pathname, link.searchParams.get('id'), link.searchParams.get('interval')],
      ['/', AAPL, '1d'],
    );
    const { scrolled, seen } = await page.evaluate(() => ({
      scrolled: document.documentElement.scrollWidth,
      seen: document.documentElement.clientWidth,
    }));
    assert.ok(scrolled <= seen, `${scrolled} px wide where ${seen} are seen`);
  });

test('columns of a file without a header are chosen one by one; rows that are no bars are told with their lines', async (t) => {
  const { page, client } = await aPageToImport(t, `&instrumentId=${AAPL}&interval=1m&timezone=UTC`);
  const rows = ['15,10,2024-01-02 14:30,7,12,9', '15,10,2024-01-02 14:31,8,12,9', '15,10,2024-01-02 14:32,8,12,99'];
  await drop(page, 'odd.csv', `${rows.join('\n')}\n`);
  await page.getByRole('alert').getByText('COLUMNS_NEEDED').waitFor();
  await isFocused(page, 'As text');
  const choices = { Time: 3, Open: 2, High: 1, Low: 4, Close: 5, Volume: 6 };
  for (const [field, place] of Object.entries(choices))
    await page.getByRole('group', { name: 'Columns' }).getByLabel(field, { exact: true }).selectOption(String(place));
  assert.equal(await page.getByLabel('As text').inputValue(), 'high,open,openTime,low,close,volume');
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByText('Nothing is stored yet.').waitFor();
  assert.deepEqual(await cellsOf(page, 'First bars'), [
    ['2024-01-02 14:30:00', '10', '15', '7', '12', '9', 'final'],
    ['2024-01-02 14:31:00', '10', '15', '8', '12', '9', 'final'],
    ['2024-01-02 14:32:00', '10', '15', '8', '12', '99', 'final'],
  ]);

  await page.reload();
  await drop(page, 'odd.csv', `${rows.join('\n')}\n15,10,2024-01-02 14:33,16,12,9\n`);
  await page.getByText('Nothing is stored yet.').waitFor();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('region', { name: 'What was imported' }).waitFor();
  const [[, code, count, lines] = []] = await cellsOf(page, 'Rejected rows');
  assert.deepEqual([code, count, lines], ['highLowOrder', '1', '4']);
  const { symbols } = await client.getSymbols();
  assert.deepEqual(
    symbols.map(({ series }) => series.map(({ count: stored }) => stored)),
    [[3]],
  );
});

test('a large file becomes a job, which is followed to its account, also after a reload', async (t) => {
  const path = join(aFolder(t), 'large.csv');
  const rows = 34_000;
  const padding = 'x'.repeat(1_000);
  const lines = Array.from({ length: rows }, (_, index) => {
    const time = new Date(Date.UTC(2020, 0, 1) + index * 60_000).toISOString();
    return `${time},1,2,0.5,1.5,${index},${padding}`;
  });
  writeFileSync(path, `time,open,high,low,close,volume,note\n${lines.join('\n')}\n`);
  const { page, client } = await aPageToImport(t, '&instrumentId=BINANCE:BTCUSDT&interval=1m');
  await page.locator('input[type=file]').setInputFiles(path);
  await page.getByText('Nothing is stored yet.').waitFor();
  await page.getByRole('button', { name: 'Import', exact: true }).click();
  await page.getByRole('region', { name: 'Import job' }).waitFor();
  await page.reload();
  await page.getByRole('region', { name: 'What was imported' }).waitFor();
  assert.deepEqual(await cellsOf(page, 'Series of the file'), [['BINANCE:BTCUSDT 1m', '34,000', '0', '0', '0']]);
  const { jobs } = await client.getJobs();
  assert.deepEqual(
    jobs.map(({ kind, state, fileName }) => [kind, state, fileName]),
    [['import', 'completed', 'large.csv']],
  );
  await requireAccessible(page);
});

test('a server that is gone is told, and the file is sent again when it is back', async (t) => {
  const database = `file:${join(aFolder(t), 'pq.db')}`;
  const { url, stop } = await aServingProcess(t, database);
  const page = await openPage(t, await aBrowser(t), `${url}/instruments?tab=import&instrumentId=${AAPL}&dateOrder=dmy`);
  await page.getByText('Drop a file of bars here').waitFor();
  await stop();
  await drop(page, 'prices.csv', AMBIGUOUS);
  await page.getByText('The server does not answer. Send the file again').waitFor();
  await page.getByText('Nothing of prices.csv is stored.').waitFor();
  await aServingProcess(t, database, {}, new URL(url).port);
  await page.getByText('The server does not answer. This page').waitFor({ state: 'detached' });
  await page.getByRole('button', { name: 'Preview' }).click();
  await page.getByText('Nothing is stored yet.').waitFor();
});
