import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { startServer } from '../../src/main/server.ts';
import { startFakeBinance } from '../support/fake-binance/index.ts';
import { answering, silent, type Fault } from '../support/fake-vendor/faults.ts';
import { madeBars } from '../support/fake-vendor/made-bars.ts';
import { aFolder } from '../support/open-test-database.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const FROM = Date.UTC(2024, 0, 1);
const ORDER = { instrumentId: 'BINANCE:BTCUSDT', interval: '1m', from: '2024-01-01', to: '2024-01-01T02:00' };

/** The product, its command line beside it, and a Binance of the test's own. */
async function aWorld(t: TestContext) {
  const bars = madeBars({ interval: '1m', from: FROM, to: FROM + 2 * 3_600_000 });
  const fake = await startFakeBinance(t, { bars, now: FROM + 86_400_000 });
  const databaseUrl = `file:${join(aFolder(t), 'symbols.db')}`;
  process.env['POCKETQUANT_BINANCE_URL'] = fake.url;
  t.after(() => delete process.env['POCKETQUANT_BINANCE_URL']);
  const server = await startServer({ databaseUrl, port: 0, logLevel: 'silent' });
  t.after(() => server.close());
  const api = `${server.url}/api/v1`;
  return {
    fake,
    api,
    async get(path: string) {
      const response = await fetch(api + path);
      return { status: response.status, body: (await response.json()) as Record<string, unknown> };
    },
    async send(method: string, path: string, body: object) {
      const headers = { 'content-type': 'application/json' };
      const response = await fetch(api + path, { method, body: JSON.stringify(body), headers });
      return (await response.json()) as Record<string, unknown>;
    },
    async cli(...words: string[]) {
      const env = { ...process.env, DATABASE_URL: databaseUrl };
      return (await promisify(execFile)('bin/pocketquant', words, { cwd: ROOT, env, timeout: 60_000 })).stdout;
    },
  };
}

test('a client that goes away takes its question to a provider with it', { timeout: 5_000 }, async (t) => {
  const { fake, api, get } = await aWorld(t);
  fake.fail(silent);
  const asked = once(fake.http, 'request');
  const client = new AbortController();
  const answer = fetch(`${api}/symbols?provider=binance&query=btcus`, { signal: client.signal });
  const [{ socket }] = (await asked) as [IncomingMessage];
  const cut = once(socket, 'close');
  client.abort();
  await assert.rejects(answer, { name: 'AbortError' });
  await cut;
  assert.equal((await get('/symbols?provider=binance&query=btcus')).body['total'], 1, 'the next is asked anew');
});

test('the instruments of a provider are found through HTTP and the command line', async (t) => {
  const { get, cli } = await aWorld(t);
  const { body } = await get('/symbols?provider=binance&query=btcus');
  assert.deepEqual(body, {
    symbols: [
      {
        instrumentId: 'BINANCE:BTCUSDT',
        symbol: 'BTCUSDT',
        name: 'BTC/USDT',
        assetType: 'crypto',
        currency: 'USDT',
        schedule: '24x7',
        timeZone: 'UTC',
        sessions: 'regular',
        priceDecimals: 2,
        listedFrom: null,
        listedTo: null,
        aliases: ['binance:BTCUSDT'],
        series: [],
      },
    ],
    total: 1,
    nextCursor: null,
  });
  assert.deepEqual(JSON.parse(await cli('--json', 'symbols', '--provider', 'binance', '--query', 'btcus')), body);
  assert.match(await cli('symbols', '--provider', 'binance', '--query', 'eth'), /BINANCE:ETHBTC +ETHBTC +ETH\/BTC/);
  for (const [path, code] of [
    ['provider=nobody&query=x', 'UNKNOWN_PROVIDER'],
    ['provider=simulated&query=x', 'PROVIDER_HAS_NO_SEARCH'],
    ['provider=binance', 'INVALID_REQUEST'],
  ]) {
    const refused = await get(`/symbols?${path}`);
    assert.deepEqual([refused.status, refused.body['code']], [400, code]);
  }
});

const descriptionFails: Fault = answering(403);

test('a sync describes an instrument that nobody described, and goes on where the provider will not', async (t) => {
  const { fake, get, send } = await aWorld(t);
  const described = async () => {
    const { name, currency, priceDecimals } = (await get('/symbols/BINANCE:BTCUSDT')).body;
    return [name, currency, priceDecimals];
  };
  fake.fail(descriptionFails); // it is the first that a sync asks for
  assert.equal((await send('POST', '/sync?wait=true', ORDER))['state'], 'completed');
  assert.match(fake.requests[0].url.pathname, /exchangeInfo$/);
  assert.deepEqual(await described(), [null, null, null]);

  assert.equal((await send('POST', '/sync?wait=true', ORDER))['state'], 'completed');
  assert.deepEqual(await described(), ['BTC/USDT', 'USDT', 2]);

  await send('PUT', '/symbols/BINANCE:BTCUSDT', { name: 'Bitcoin' });
  assert.equal((await send('POST', '/sync?wait=true', ORDER))['state'], 'completed');
  assert.deepEqual(await described(), ['Bitcoin', 'USDT', 2]);
  const asked = fake.requests.filter(({ url }) => url.pathname.endsWith('exchangeInfo'));
  assert.equal(asked.length, 2, 'no more is asked once it is described');
});
