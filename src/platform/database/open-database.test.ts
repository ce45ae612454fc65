import assert from 'node:assert/strict';
import { inspect } from 'node:util';
import { test } from 'node:test';
import { openDatabase } from './index.ts';

async function refusalOf(url: string): Promise<Error & { readonly code?: string }> {
  const error: unknown = await openDatabase(url).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof Error, url);
  return error;
}

test('a URL that cannot be read is refused without the password that is in it', async () => {
  for (const url of [
    'mongdb://user:secret@host/market',
    'MONGODB://user:secret@host/market',
    'mongodb:/user:secret@host/market',
    'user:secret@host/market',
    'secret@host/market',
    ' mongodb://user:secret@host/market',
    'mongodb://user:secret.host/market',
    'mongodb://user:se/secret@host/market',
    'mongodb://user@x:secret@host/market',
    'mongodb://user:%secret@host/market',
    'mongodb://user:secret@',
    'mongodb://user:secret@host:0/market',
    'mongodb://user:secret@host/market?unknown=1',
    'mongodb://user:secret@host/market?readPreference=nearby',
    'mongodb+srv://user:secret@a,b/market',
  ]) {
    const error = await refusalOf(url);
    assert.equal(error.code, 'INVALID_CONFIG', url);
    assert.doesNotMatch(inspect(error), /secret/, url);
  }
});

test('what is wrong with a URL is told where it holds no secret', async () => {
  assert.match((await refusalOf('./market.db')).message, /"\.\/market\.db"; give file:/);
  assert.match((await refusalOf('mongdb://user:secret@host/market')).message, /"mongdb:…"; give file:/);
  assert.match((await refusalOf('mongodb://host/market?unknown=1')).message, /option unknown is not supported/);
  assert.match(
    (await refusalOf('mongodb://host/?socketTimeoutMS=soon')).message,
    /Expected socketTimeoutMS to be .* got: soon/,
  );
});

test('a URL that reads elsewhere than from the primary is refused', async () => {
  for (const option of ['readPreference=secondary', 'READPREFERENCE=nearest', 'readPreference=primaryPreferred']) {
    const { code, message } = await refusalOf(`mongodb://user:secret@host/market?${option}`);
    assert.equal(code, 'INVALID_CONFIG');
    assert.match(message, /MONGODB_READ_URI/);
  }
});
