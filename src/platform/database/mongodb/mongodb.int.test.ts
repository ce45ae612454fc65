import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openServerDatabase } from '../../../../test/support/open-test-database.ts';
import { StoreError } from '../../errors/index.ts';
import { databaseContract } from '../contract.ts';
import { openDatabase } from '../index.ts';

databaseContract('server', openServerDatabase);

test('a server that does not answer is told without its password', async () => {
  const url = 'mongodb://reader:secret@127.0.0.1:1/market?serverSelectionTimeoutMS=200';
  const error: unknown = await openDatabase(url).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof StoreError);
  assert.equal(error.code, 'DATABASE_UNAVAILABLE');
  assert.match(error.message, /does not answer.*DATABASE_URL/);
  assert.doesNotMatch(error.message, /secret/);
});
