import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { aProxy } from '../../../../test/support/a-proxy.ts';
import { aFolder, aServerDatabase, openServerDatabase } from '../../../../test/support/open-test-database.ts';
import { StoreError } from '../../errors/index.ts';
import { databaseContract } from '../../../../test/support/database-contract.ts';
import { asStoreError, openDatabase, type Database } from '../index.ts';

databaseContract('server', openServerDatabase);

/** As the driver has it: its collections are handed out unchanged. */
function concernsOf(database: Database): unknown {
  const { readConcern, writeConcern } = database.collection('items') as unknown as {
    readonly readConcern: { readonly level: string };
    readonly writeConcern: { readonly w: string; readonly j: boolean; readonly wtimeout: number };
  };
  return [readConcern.level, writeConcern.w, writeConcern.j, writeConcern.wtimeout];
}

async function opened(url: string): Promise<{ location: string; concerns: unknown }> {
  const database = await openDatabase(url);
  try {
    await database.ping();
    return { location: database.location, concerns: concernsOf(database) };
  } finally {
    await database.close();
  }
}

test('a server that does not answer is told without its password', async () => {
  const url = 'mongodb://reader:secret@127.0.0.1:1/market?serverSelectionTimeoutMS=200';
  const error: unknown = await openDatabase(url).catch((thrown: unknown) => thrown);
  assert.ok(error instanceof StoreError);
  assert.equal(error.code, 'DATABASE_UNAVAILABLE');
  assert.match(error.message, /does not answer.*DATABASE_URL/);
  assert.doesNotMatch(error.message, /secret/);
});

test('a server that is not there is not waited for as long as one that others may elect', async () => {
  const began = performance.now();
  await assert.rejects(openDatabase('mongodb://127.0.0.1:1'), { code: 'DATABASE_UNAVAILABLE', retryAfterSeconds: 5 });
  assert.ok(performance.now() - began < 6_000, 'it took longer than 6 s');
});

test('what was acknowledged is kept and alone is read, whatever the URL says; waits may be named', async (t) => {
  const { uri, name } = aServerDatabase(t);
  const weak = await opened(`${uri}/${name}?w=1&readConcernLevel=local&journal=false`);
  assert.deepEqual(weak.concerns, ['majority', 'majority', true, 30_000]);
  const named = await opened(`${uri}/${name}?WTIMEOUTMS=500`);
  assert.deepEqual(named.concerns, ['majority', 'majority', true, 500]);
});

test('a database is named by the path, and has a default where the URL has options only', async (t) => {
  const { uri, name } = aServerDatabase(t);
  assert.equal((await opened(`${uri}?sockettimeoutms=5000`)).location, `${uri}/pocketquant`);
  assert.equal((await opened(`${uri}/?sockettimeoutms=5000`)).location, `${uri}/pocketquant`);
  assert.equal((await opened(`${uri}/${name}?sockettimeoutms=5000`)).location, `${uri}/${name}`);
});

test('a server is reached by a socket, and its location can be given as a URL again', async (t) => {
  const { name } = aServerDatabase(t);
  const path = join(aFolder(t), 'mongodb.sock');
  const proxy = await aProxy(t, path);
  const { location } = await opened(proxy.url(name));
  assert.equal(location, `mongodb://${encodeURIComponent(path)}/${name}`);
});

test('a ping to a server that went away ends in a few seconds', async (t) => {
  const { name } = aServerDatabase(t);
  const proxy = await aProxy(t);
  const database = await openDatabase(proxy.url(name));
  t.after(() => database.close());
  await database.ping();
  await proxy.cut();
  const began = performance.now();
  for (const _ of [1, 2]) await assert.rejects(database.ping(), { code: 'DATABASE_UNAVAILABLE', retryAfterSeconds: 5 });
  assert.ok(performance.now() - began < 8_000, 'two took longer than 8 s');
});

test('a write whose connections are cut is told as such, and may be repeated', async (t) => {
  const { name } = aServerDatabase(t);
  const proxy = await aProxy(t);
  const database = await openDatabase(proxy.url(name, '&retryWrites=false'));
  t.after(() => database.close());
  const items = database.collection('items');
  proxy.loseAnswersTo('insert', 'items', 1);
  const write = items.bulkWrite([{ insertOne: { document: { _id: 1 } } }], { ordered: false });
  const error = asStoreError(await write.catch((thrown: unknown) => thrown));
  assert.match(error?.message ?? '', /^The database was lost in the middle: .*closed/);
  assert.equal(error?.retryAfterSeconds, 5);
});
