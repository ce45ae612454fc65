import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { ALPACA_KEY, ALPACA_SECRET, startFakeAlpaca } from '../../test/support/fake-alpaca/index.ts';
import { startFakeBinance } from '../../test/support/fake-binance/index.ts';
import type { FakeVendor } from '../../test/support/fake-vendor/fake-vendor.ts';
import { madeBars, type FakeBar } from '../../test/support/fake-vendor/made-bars.ts';
import { aFolder } from '../../test/support/open-test-database.ts';
import type { ProviderConfig } from '../config/index.ts';
import type { QuarantinedBar } from '../features/bars/collections.ts';
import { getBars } from '../features/bars/index.ts';
import { registerSymbol } from '../features/instruments/index.ts';
import { syncBars, type SyncJob } from '../features/sync/index.ts';
import { barsOf, epochMsOfIso } from '../market/index.ts';
import { openApplication } from './application.ts';

const MINUTE = 60_000;
const FROM = epochMsOfIso('2026-01-05T15:00:00Z');
const TO = FROM + 60 * MINUTE;
const NOW = TO + 60 * MINUTE;
const BARS = madeBars({ interval: '1m', from: FROM, to: TO });
const NOBODY = new AbortController().signal;

interface Vendor {
  readonly provider: string;
  readonly instrumentId: string;
  readonly alias?: string;
  readonly fake: FakeVendor;
  readonly configs: Readonly<Record<string, ProviderConfig>>;
}

/** The whole product, with a vendor on a socket whose pages a test spoils. */
async function aWorld(t: TestContext, { provider, instrumentId, alias, fake, configs }: Vendor) {
  const { bus, database, scheduler, close } = await openApplication({
    databaseUrl: `file:${join(aFolder(t), 'pages.db')}`,
    changesKept: 1_000,
    clock: () => NOW,
    providers: configs,
    onMessage: () => undefined,
    onBackgroundError: (error) => assert.fail(String(error)),
  });
  t.after(close);
  if (alias !== undefined) await bus.execute(registerSymbol({ instrumentId, aliases: [`${provider}:${alias}`] }));
  const series = { instrumentId, interval: '1m', from: FROM, to: TO } as const;
  return {
    fake,
    async sync() {
      const job = await bus.execute(syncBars({ ...series, provider }));
      return (await scheduler.run(job.id, NOBODY)) as SyncJob;
    },
    async closes(): Promise<readonly number[]> {
      const { columns } = await bus.ask(getBars(series));
      return barsOf(columns).map(({ close: price }) => price);
    },
    async missing() {
      const { completeness } = await bus.ask(getBars(series));
      return completeness.missing.map(({ from, bars, reason }) => [(from - FROM) / MINUTE, bars, reason]);
    },
    quarantined: async () => database.collection<QuarantinedBar>('quarantine').find({}).toArray(),
  };
}

async function aBinance(t: TestContext): Promise<Vendor> {
  const fake = await startFakeBinance(t, { now: NOW, bars: BARS });
  return { provider: 'binance', instrumentId: 'BINANCE:BTCUSDT', fake, configs: { binance: { url: fake.url } } };
}

test('two values for one minute in a page are both refused, kept and counted, and the minute says why it is missing', async (t) => {
  const { fake, sync, closes, missing, quarantined } = await aWorld(t, await aBinance(t));
  const other = { ...BARS[20], close: BARS[20].low };
  fake.tamper = (bars) => bars.flatMap((bar) => (bar.openTime === other.openTime ? [bar, other] : [bar, bar]));
  const { state, progress } = await sync();
  assert.equal(state, 'incomplete');
  assert.deepEqual([progress.fetched, progress.inserted, progress.rejected], [61, 59, 2]);
  assert.deepEqual(
    await closes(),
    BARS.filter((bar) => bar !== BARS[20]).map(({ close }) => close),
  );
  assert.deepEqual(await missing(), [[20, 1, 'quarantined']]);
  const kept = await quarantined();
  const refused = ['duplicateInBatch', other.openTime, 'binance'];
  assert.deepEqual(
    kept.map(({ code, openTime, provider }) => [code, openTime, provider]),
    [refused, refused],
  );
});

test('two values in two answers are a bar and its correction', async (t) => {
  const { fake, sync, closes } = await aWorld(t, await aBinance(t));
  await sync();
  fake.tamper = (bars) => bars.map((bar) => (bar.openTime === BARS[59].openTime ? { ...bar, close: bar.low } : bar));
  const { progress } = await sync();
  assert.deepEqual([progress.changed, progress.rejected], [1, 0]);
  assert.equal((await closes()).at(-1), BARS[59].low);
});

test('a bar of quotes alone is not stored: nothing traded then', async (t) => {
  const quotesAlone = (bar: FakeBar, index: number): FakeBar => (index % 10 === 7 ? { ...bar, volume: 0 } : bar);
  const fake = await startFakeAlpaca(t, { now: NOW, bars: BARS.map(quotesAlone) });
  const { sync, closes, missing } = await aWorld(t, {
    provider: 'alpaca',
    instrumentId: 'ALPACA:BTCUSD',
    alias: 'BTC/USD',
    fake,
    configs: { alpaca: { url: fake.url, key: ALPACA_KEY, secret: ALPACA_SECRET } },
  });
  const { state, progress } = await sync();
  assert.deepEqual([state, progress.inserted, progress.empty], ['completed', 54, 6]);
  assert.equal((await closes()).length, 54);
  assert.deepEqual(
    await missing(),
    [7, 17, 27, 37, 47, 57].map((minute) => [minute, 1, 'noTrades']),
  );
});
