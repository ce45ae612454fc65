import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { aFolder } from '../../test/support/open-test-database.ts';
import { getBars, importBars } from '../features/bars/index.ts';
import { openApplication } from './application.ts';

type Options = Partial<Parameters<typeof importBars>[0]>;

/** Imports two days of each symbol; answers which instruments have bars of them. */
async function idsOf(t: TestContext, column: string, symbols: readonly string[], options: Options = {}) {
  const folder = aFolder(t);
  const { bus, close } = await openApplication({
    databaseUrl: `file:${join(folder, 'ids.db')}`,
    changesKept: 1_000,
    clock: () => Date.UTC(2024, 0, 1),
    onMessage: () => undefined,
    onBackgroundError: (error) => assert.fail(String(error)),
  });
  t.after(close);
  const source = join(folder, 'bars.csv');
  const lines = symbols.flatMap((symbol) => [`${symbol},2016-10-06,1,1,1,1,1`, `${symbol},2016-10-07,2,2,2,2,2`]);
  writeFileSync(source, [`${column},date,open,high,low,close,volume`, ...lines, ''].join('\n'));
  const outcome = await bus.execute(
    importBars({ source, interval: '1d', provider: 'file', state: 'final', ...options }),
  );
  const ids = outcome.series.map(({ instrumentId }) => instrumentId).sort();
  for (const instrumentId of ids)
    assert.equal((await bus.ask(getBars({ instrumentId, interval: '1d' }))).columns.openTime.length, 2);
  return { ids, rejected: outcome.rejected };
}

test('a column of instrument ids, as many series are written, needs no exchange', async (t) => {
  for (const column of ['instrumentId', 'instrument_id', 'INSTRUMENTID'])
    assert.deepEqual(await idsOf(t, column, ['NASDAQ:AAPL', 'NYSE:BRK.B', 'BINANCE:BTC/USDT:USDT']), {
      ids: ['BINANCE:BTC/USDT:USDT', 'NASDAQ:AAPL', 'NYSE:BRK.B'],
      rejected: 0,
    });
});

test('what is no id is rejected there, unless the exchange is named', async (t) => {
  assert.deepEqual(await idsOf(t, 'instrumentId', ['NASDAQ:AAPL', 'rb2401']), { ids: ['NASDAQ:AAPL'], rejected: 2 });
  assert.deepEqual(await idsOf(t, 'InstrumentID', ['rb2401'], { exchange: 'SHFE' }), {
    ids: ['SHFE:rb2401'],
    rejected: 0,
  });
});

test('an exchange that a symbol names already is not named twice', async (t) => {
  const { ids } = await idsOf(t, 'symbol', ['NASDAQ:AAPL', 'MSFT'], { exchange: 'NASDAQ' });
  assert.deepEqual(ids, ['NASDAQ:AAPL', 'NASDAQ:MSFT']);
});

test('what only may be an id is refused where no exchange is named', async (t) => {
  await assert.rejects(idsOf(t, 'symbol', ['NASDAQ:AAPL', 'BTC:USDT']), { code: 'INSTRUMENT_NEEDED' });
});
