import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readConfig } from './index.ts';

test('everything has a default that is safe: loopback, an embedded database', () => {
  assert.deepEqual(readConfig({}, {}), {
    databaseUrl: 'file:./pocketquant-data/pocketquant.db',
    host: '127.0.0.1',
    port: 8765,
    logLevel: 'info',
    maxBodyBytes: 4_194_304,
    changesKept: 1_000_000,
  });
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

test('a value that is not accepted is named', () => {
  assert.throws(() => readConfig({}, { PORT: 'eight' }), { code: 'INVALID_CONFIG', message: /PORT must be integer/ });
  assert.throws(() => readConfig({}, { LOG_LEVEL: 'loud' }), { code: 'INVALID_CONFIG', message: /LOG_LEVEL/ });
});

test('a mistyped name of ours is refused, a name of others is not our business', () => {
  assert.throws(() => readConfig({}, { POCKETQUANT_CHANGE_KEPT: '5' }), {
    code: 'INVALID_CONFIG',
    message: /Unknown variable POCKETQUANT_CHANGE_KEPT; known are .*POCKETQUANT_CHANGES_KEPT/,
  });
  assert.equal(readConfig({}, { HOME: '/root' }).port, 8765);
});
