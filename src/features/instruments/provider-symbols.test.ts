import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { at, LATER } from '../../../test/support/a-store.ts';
import { startFakeBinance } from '../../../test/support/fake-binance/index.ts';
import { answering, silent } from '../../../test/support/fake-vendor/faults.ts';
import { openTestDatabase } from '../../../test/support/open-test-database.ts';
import { instrumentId, KNOWN_SCHEDULES } from '../../market/index.ts';
import { createBinance } from '../../providers/binance/index.ts';
import { createSimulated } from '../../providers/simulated/index.ts';
import type { ProviderInstrument } from '../../providers/contract/index.ts';
import { openInstrumentsCollections } from './collections.ts';
import { handleDescribeSymbol } from './commands/describe-symbol/describe-symbol.command.ts';
import { handleRegisterSymbol } from './commands/register-symbol/register-symbol.command.ts';
import { answerGetSymbolDetails } from './queries/get-symbol-details/get-symbol-details.query.ts';
import { answerSearchSymbols } from './queries/search-symbols/search-symbols.query.ts';
import { createStoredNames } from './stored-names.ts';

async function aSearch(t: TestContext, deadlineMs?: number) {
  const fake = await startFakeBinance(t, { bars: [], now: LATER });
  const binance = createBinance({ baseUrl: fake.url, clock: () => LATER, patience: { attempts: 1 } });
  t.after(() => binance.close());
  const providers = new Map(
    [binance, createSimulated({ clock: () => LATER })].map((provider) => [provider.name, provider]),
  );
  const answer = answerSearchSymbols(providers, KNOWN_SCHEDULES, deadlineMs);
  const search = (question: Partial<Parameters<typeof answer>[0]>) =>
    answer({ provider: 'binance', query: 'btc', ...question }, at(LATER));
  return { fake, search };
}

test('a provider is asked for its instruments, which come in the shape of those that are stored', async (t) => {
  const { search } = await aSearch(t);
  const bitcoin = {
    instrumentId: 'BINANCE:BTCUSDT',
    symbol: 'BTCUSDT',
    name: 'BTC/USDT',
    assetType: 'crypto',
    currency: 'USDT',
    priceDecimals: 2,
    schedule: '24x7',
    timeZone: 'UTC',
    aliases: ['binance:BTCUSDT'],
    series: [],
  };
  assert.deepEqual(await search({ query: 'btcus' }), { symbols: [bitcoin], total: 1 });
  const { symbols, total } = await search({ limit: 1 });
  assert.deepEqual([symbols, total], [[bitcoin], 2]);
  assert.deepEqual(await search({ exchange: 'NASDAQ' }), { symbols: [], total: 0 });
});

test('a search that cannot be is told by what is wrong with it', async (t) => {
  const { search } = await aSearch(t);
  await assert.rejects(search({ provider: 'nobody' }), { code: 'UNKNOWN_PROVIDER', message: /binance, simulated/ });
  await assert.rejects(search({ provider: 'simulated' }), { code: 'PROVIDER_HAS_NO_SEARCH' });
});

test('a provider that fails or is silent ends the search with its reason', async (t) => {
  const { search, fake } = await aSearch(t, 200);
  fake.fail(answering(403));
  await assert.rejects(search({}), { code: 'PROVIDER_REFUSED' });
  fake.fail(silent);
  await assert.rejects(search({}), { code: 'PROVIDER_TIMEOUT', message: /binance/ });
});

const ID = 'BINANCE:BTCUSDT';
const TOLD: ProviderInstrument = {
  instrumentId: instrumentId(ID),
  symbol: 'BTCUSDT',
  name: 'BTC/USDT',
  assetType: 'crypto',
  currency: 'USDT',
  priceDecimals: 2,
};

async function anInstrument(t: TestContext) {
  const collections = await openInstrumentsCollections(await openTestDatabase(t));
  const names = createStoredNames(collections);
  const register = handleRegisterSymbol(collections, KNOWN_SCHEDULES, names);
  const describe = handleDescribeSymbol(collections);
  const get = answerGetSymbolDetails(collections);
  return {
    register: (details: object = {}) => register({ instrumentId: ID, ...details }, at(LATER)),
    describe: (ask: () => Promise<ProviderInstrument | undefined>) => describe({ instrumentId: ID, ask }, at(LATER)),
    details: async () => {
      const { name, assetType, currency, priceDecimals, schedule } = (await get({ instrumentId: ID }, at(LATER))) ?? {};
      return { name, assetType, currency, priceDecimals, schedule };
    },
  };
}

const NOTHING = {
  name: undefined,
  assetType: undefined,
  currency: undefined,
  priceDecimals: undefined,
  schedule: undefined,
};

test('what a provider says fills what nobody has declared, and is asked for once', async (t) => {
  const { register, describe, details } = await anInstrument(t);
  await register({ schedule: '24x7' });
  await describe(() => Promise.resolve(TOLD));
  const { instrumentId: _, symbol: _symbol, ...said } = TOLD;
  assert.deepEqual(await details(), { ...said, schedule: '24x7' });
  await describe(() => assert.fail('asked again'));
});

test('what a user declares stays, before the provider is asked and while it answers', async (t) => {
  const { register, describe, details } = await anInstrument(t);
  await register();
  await describe(async () => {
    await register({ name: 'Mine' });
    return TOLD;
  });
  const { instrumentId: _, symbol: _symbol, ...said } = TOLD;
  assert.deepEqual(await details(), { ...NOTHING, ...said, name: 'Mine' });
  const other = await anInstrument(t);
  await other.register({ currency: 'EUR' });
  await other.describe(() => assert.fail('asked'));
});

test('what cannot be declared is left out, and so is an instrument that is not registered', async (t) => {
  const { register, describe, details } = await anInstrument(t);
  await describe(() => assert.fail('asked'));
  await register();
  await describe(() => Promise.resolve(undefined));
  assert.deepEqual(await details(), NOTHING);
  const odd = { ...TOLD, name: 'x'.repeat(201), assetType: 'Common Stock', currency: undefined, priceDecimals: 2.5 };
  await describe(() => Promise.resolve(odd));
  assert.deepEqual(await details(), NOTHING);
  await describe(() => Promise.resolve({ ...odd, currency: 'USD' }));
  assert.deepEqual(await details(), { ...NOTHING, currency: 'USD' });
});
