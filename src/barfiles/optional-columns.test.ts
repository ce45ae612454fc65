import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestFile } from '../../test/support/bar-files.ts';
import { OPTIONAL_COLUMNS } from '../market/index.ts';

const MINUTE = 60_000;
const START = Date.UTC(2024, 0, 1);

/** Minutes at prices around 10 with a volume of 2, and the cells that are given. */
function csvOf(header: string, ...rows: readonly string[]): string {
  const lines = rows.map((row, i) => `${new Date(START + i * MINUTE).toISOString()},10,11,9,10,2,${row}`);
  return `time,open,high,low,close,volume,${header}\n${lines.join('\n')}\n`;
}

async function read(text: string, options: Parameters<typeof openTestFile>[1] = {}) {
  async function* source() {
    yield await Promise.resolve(Buffer.from(text));
  }
  const file = await openTestFile(source(), options);
  const told: Record<string, number[]> = {};
  const faults: string[] = [];
  for await (const batch of file.batches) {
    for (const name of OPTIONAL_COLUMNS) if (batch.columns[name]) told[name] = Array.from(batch.columns[name]);
    faults.push(...batch.faults.map(({ line, message }) => `${line}: ${message}`));
  }
  const { columns, notStored, notRead } = file.reading;
  return { told, faults, columns, notStored, notRead };
}

for (const [field, names] of Object.entries({
  trades: ['trades', 'count', 'n', 'transactions', 'numberOfTrades', 'number_of_trades', 'tradeCount', 'Trade Count'],
  turnover: ['turnover', 'quoteVolume', 'quote_asset_volume', 'quote_volume', 'amount', 'Quote asset volume'],
  openInterest: ['openInterest', 'oi', 'open_interest', 'Open Int'],
}))
  test(`${field} is known by the names that files have for it`, async () => {
    for (const name of names)
      assert.deepEqual((await read(csvOf(name, '20', '', '21'))).told, { [field]: [20, NaN, 21] }, name);
  });

test('an average price gives the turnover by the volume; beside a turnover it is not stored', async () => {
  for (const name of ['vwap', 'vw', 'VWAP']) {
    const { told, columns } = await read(csvOf(name, '10.1', '9.3'));
    assert.deepEqual([told, columns['vwap']], [{ turnover: [20.2, 18.6] }, [name]]);
  }
  const both = await read(csvOf('vwap,turnover', '10.1,20', '9.3,19'));
  assert.deepEqual([both.told, both.notStored], [{ turnover: [20, 19] }, ['vwap']]);
});

test('what its name says but its values do not is told as not stored, and the bars are read', async () => {
  for (const [header, ...rows] of [
    ['turnover', '20000', '19000'], // of contracts of 1,000
    ['amount', '0.02', '0.019'], // in thousands
    ['trades', '1.5', '2'],
    ['trades', '-1', '3'],
    ['trades', 'many', 'few'],
    ['vwap', '12', '13'],
    ['oi', '-5', '3'],
    ['oi', '', ''],
  ]) {
    const { told, faults, notStored } = await read(csvOf(header, ...rows));
    assert.deepEqual([told, faults, notStored], [{}, [], [header]], `${header} ${rows.join()}`);
  }
});

test('a unit in the name, or one that a layout knows, is applied', async () => {
  assert.deepEqual((await read(csvOf('Turnover (Lacs)', '0.0002'))).told, { turnover: [20] });
  assert.deepEqual((await read(csvOf('amount', '2.02'), { layout: 'tushare' })).told, { turnover: [2_020] });
});

test('of two volumes the one in money is the turnover', async () => {
  const text =
    'Unix,Date,Symbol,Open,High,Low,Close,Volume BTC,Volume USDT,tradecount\n' +
    '1704067260000,2024-01-01 00:01:00,BTCUSDT,42298.62,42320,42298.61,42320,21.16779,895580.45,1348\n';
  const { told, columns } = await read(text, { interval: '1m', layout: 'cryptodatadownload' });
  assert.deepEqual(told, { trades: [1348], turnover: [895580.45] });
  assert.deepEqual([columns['volume'], columns['turnover']], [['Volume BTC'], ['Volume USDT']]);
});

test('a dump of Binance without a header has them by its layout', async () => {
  const rows = Array.from({ length: 12 }, (_, i) => {
    const time = START + i * MINUTE;
    return `${time},42283.58,42298.62,42261.02,42298.61,35.92724,${time + MINUTE - 1},1519032.38,${1327 + i},23.18766,980394.2,0`;
  });
  const { told, notStored } = await read(`${rows.join('\n')}\n`);
  assert.deepEqual(told['trades']?.slice(0, 2), [1327, 1328]);
  assert.deepEqual(told['turnover']?.[0], 1519032.38);
  assert.deepEqual(notStored, []);
});

test('a row whose trades are no number is refused, as one without a price is', async () => {
  const rows = Array.from({ length: 1_200 }, (_, i) => (i === 1_100 ? 'x' : String(i)));
  const { told, faults } = await read(csvOf('trades', ...rows));
  assert.equal(told['trades']?.length, 1_199);
  assert.deepEqual(faults, ['1102: trades is not a number: "x"']);
});
