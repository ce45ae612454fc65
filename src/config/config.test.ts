import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from './index.ts';

test('everything has a default that is safe: loopback, an embedded database', () => {
  assert.deepEqual(readConfig({}, {}), {
    databaseUrl: 'file:./pocketquant-data/pocketquant.db',
    host: '127.0.0.1',
    hosts: [],
    origins: [],
    port: 8765,
    logLevel: 'info',
    maxBodyBytes: 4_194_304,
    maxImportBytes: 1_073_741_824,
    cacheBytes: 67_108_864,
    redisUrl: undefined,
    changesKept: 1_000_000,
    streamClients: 2_000,
    schedulesFolder: undefined,
    providers: { alpaca: {}, binance: {}, ccxt: {}, files: {}, tradingview: {}, yahoo: {} },
  });
});

test('names and origins are lists with commas in between, and nothing else', () => {
  const { hosts, origins } = readConfig(
    {},
    {
      POCKETQUANT_HOSTS: 'Quant.example.com, pocketquant',
      POCKETQUANT_ORIGINS: 'https://Charts.example.com:443,http://localhost:3000',
    },
  );
  assert.deepEqual(hosts, ['quant.example.com', 'pocketquant']);
  assert.deepEqual(origins, ['https://charts.example.com', 'http://localhost:3000']);
  for (const list of ['a:8765', 'http://a', 'a,,b', '*', 'a b'])
    assert.throws(() => readConfig({}, { POCKETQUANT_HOSTS: list }), { code: 'INVALID_CONFIG' }, list);
  for (const list of ['*', 'null', 'charts.example.com', 'https://a/b', 'https://a:99999', 'file://'])
    assert.throws(() => readConfig({}, { POCKETQUANT_ORIGINS: list }), { code: 'INVALID_CONFIG' }, list);
});

test('a number is written in decimal digits', () => {
  assert.equal(readConfig({}, { PORT: '80' }).port, 80);
  for (const text of ['0x10', '1e3', ' 5', '5 ', '+5', '5.0', '', 'true'])
    assert.throws(() => readConfig({}, { PORT: text }), { code: 'INVALID_CONFIG', message: /PORT must be/ }, text);
});

test('providers can be told where to go and how to get in', () => {
  const variables = {
    POCKETQUANT_ALPACA_KEY: 'k',
    POCKETQUANT_ALPACA_SECRET: 's',
    POCKETQUANT_ALPACA_FEED: 'sip',
    POCKETQUANT_BINANCE_URL: 'http://127.0.0.1:1',
    POCKETQUANT_BINANCE_WS_URL: 'ws://127.0.0.1:1',
  };
  const { alpaca, binance } = readConfig({}, variables).providers;
  assert.deepEqual(
    [alpaca, binance],
    [
      { key: 'k', secret: 's', feed: 'sip' },
      { url: 'http://127.0.0.1:1', wsUrl: 'ws://127.0.0.1:1' },
    ],
  );
  assert.throws(() => readConfig({}, { POCKETQUANT_BINANCE_KEY: 'k' }), { code: 'INVALID_CONFIG' });
  const { files } = readConfig({}, { POCKETQUANT_FILES_FOLDER: '1', POCKETQUANT_FILES_SPEED: '0.5' }).providers;
  assert.deepEqual(files, { folder: '1', speed: 0.5 });
  const userAgent = 'Mozilla/5.0 (X11) Chrome/150';
  assert.deepEqual(readConfig({}, { POCKETQUANT_YAHOO_USER_AGENT: userAgent }).providers['yahoo'], { userAgent });
  for (const noHeader of ['', ' ', 'a\nb', 'ü'])
    assert.throws(() => readConfig({}, { POCKETQUANT_YAHOO_USER_AGENT: noHeader }), { code: 'INVALID_CONFIG' });
  for (const speed of ['0', '-1', 'fast', '1e7'])
    assert.throws(() => readConfig({}, { POCKETQUANT_FILES_SPEED: speed }), { code: 'INVALID_CONFIG' });
});

test('the command line goes before the environment, DATABASE_URL before MONGODB_URI', () => {
  const variables = { DATABASE_URL: 'file:./a.db', MONGODB_URI: 'mongodb://localhost', PORT: '9000' };
  assert.equal(readConfig({}, variables).databaseUrl, 'file:./a.db');
  assert.equal(readConfig({}, variables).port, 9000);
  assert.equal(readConfig({ port: 1 }, variables).port, 1);
  assert.equal(
    readConfig({ port: undefined }, { MONGODB_URI: 'mongodb://localhost' }).databaseUrl,
    'mongodb://localhost',
  );
});

test('every value that is not accepted is named, with what would be', () => {
  assert.throws(() => readConfig({}, { PORT: 'eight', LOG_LEVEL: 'loud', HOST: '' }), {
    code: 'INVALID_CONFIG',
    message: /PORT must be integer; LOG_LEVEL must be one of fatal, .*silent/,
    errors: [
      { path: '/HOST', message: 'must not have fewer than 1 characters' },
      { path: '/PORT', message: 'must be integer' },
      { path: '/LOG_LEVEL', message: 'must be one of fatal, error, warn, info, debug, trace, silent' },
    ],
  });
});

test('the command line is checked like the environment', () => {
  // What --port makes of a word.
  assert.throws(() => readConfig({ port: Number.NaN }, {}), {
    code: 'INVALID_CONFIG',
    message: /PORT must be integer/,
  });
  assert.throws(() => readConfig({ port: 65_536 }, {}), { code: 'INVALID_CONFIG', message: /PORT must be <= 65535/ });
  assert.equal(readConfig({ port: 0 }, { PORT: '9000' }).port, 0);
});

test('a mistyped name of ours is refused, a name of others is not our business', () => {
  assert.throws(() => readConfig({}, { POCKETQUANT_CHANGE_KEPT: '5' }), {
    code: 'INVALID_CONFIG',
    message: /Unknown variable POCKETQUANT_CHANGE_KEPT; known are .*POCKETQUANT_CHANGES_KEPT/,
  });
  assert.equal(readConfig({}, { HOME: '/root' }).port, 8765);
});
