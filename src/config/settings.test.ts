import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { readConfig } from './config.ts';
import { settingsOf } from './settings.ts';

const told = (variables: NodeJS.ProcessEnv): Map<string, unknown> =>
  new Map(
    settingsOf(readConfig({}, variables)).map(({ variable, value, isDefault }) => [variable, { value, isDefault }]),
  );

test('each option is told with its variable, and whether it is the default', () => {
  const settings = told({ PORT: '9000', POCKETQUANT_HOSTS: 'a.example.com, b' });
  assert.deepEqual(settings.get('PORT'), { value: 9000, isDefault: false });
  assert.deepEqual(settings.get('HOST'), { value: '127.0.0.1', isDefault: true });
  assert.deepEqual(settings.get('DATABASE_URL'), { value: 'file:./pocketquant-data/pocketquant.db', isDefault: true });
  assert.deepEqual(settings.get('POCKETQUANT_HOSTS'), { value: 'a.example.com,b', isDefault: false });
  assert.deepEqual(settings.get('POCKETQUANT_ORIGINS'), { value: undefined, isDefault: true });
  assert.deepEqual(settings.get('REDIS_URL'), { value: undefined, isDefault: true });
  assert.deepEqual([...settings.keys()].slice(0, 2), ['DATABASE_URL', 'HOST']);
});

test('no secret is told, whatever variable it is in', () => {
  const secret = 'S3cret';
  const variables = {
    DATABASE_URL: `mongodb+srv://user:${secret}@a.example.com:1,b.example.com:2/db?password=${secret}`,
    REDIS_URL: `redis://:${secret}@localhost:6379/0`,
    POCKETQUANT_ALPACA_KEY: secret,
    POCKETQUANT_ALPACA_SECRET: secret,
    POCKETQUANT_TRADINGVIEW_KEY: secret,
    POCKETQUANT_BINANCE_URL: `https://proxy:${secret}@example.com/api?token=${secret}#${secret}`,
    POCKETQUANT_BINANCE_WS_URL: `wss://proxy:a?${secret}@example.com`,
    POCKETQUANT_YAHOO_URL: `https://example.com/?a=b@${secret}`,
  };
  const settings = told(variables);
  assert.doesNotMatch(JSON.stringify([...settings]), new RegExp(secret));
  assert.deepEqual(settings.get('DATABASE_URL'), {
    value: 'mongodb+srv://a.example.com:1,b.example.com:2/db',
    isDefault: false,
  });
  assert.deepEqual(settings.get('REDIS_URL'), { value: 'redis://localhost:6379/0', isDefault: false });
  assert.deepEqual(settings.get('POCKETQUANT_ALPACA_KEY'), { value: 'set', isDefault: false });
  assert.deepEqual(settings.get('POCKETQUANT_BINANCE_URL'), { value: 'https://example.com/api', isDefault: false });
  assert.deepEqual(told({}).get('POCKETQUANT_ALPACA_KEY'), { value: 'unset', isDefault: true });
});

test('every documented variable is told but the second name of the database', () => {
  const documents = readFileSync(new URL('../../docs/reference/configuration.md', import.meta.url), 'utf8');
  const rows = documents.split('\n').filter((line) => line.startsWith('| `'));
  const documented = rows.flatMap((row) =>
    (row.split('|')[1].match(/[A-Z_]+/g) ?? []).filter((name) => name !== 'MONGODB_URI'),
  );
  assert.deepEqual([...told({}).keys()].sort(), documented.sort());
  assert.deepEqual(told({ MONGODB_URI: 'mongodb://a' }).get('DATABASE_URL'), {
    value: 'mongodb://a',
    isDefault: false,
  });
});
