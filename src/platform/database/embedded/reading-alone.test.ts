import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { test } from 'node:test';
import { aFolder } from '../../../../test/support/open-test-database.ts';
import { openDatabase } from '../index.ts';

test('a process that only reads starts no thread, also where it asks for indexes that are there', async (t) => {
  const folder = aFolder(t);
  const url = `file:${join(folder, 'test.db')}`;
  const indexes = [{ key: { name: 1 }, name: 'name', unique: true }, { key: { name: 1, at: -1 } }] as const;
  const writing = await openDatabase(url);
  const made = await writing.collection('items').createIndexes([...indexes]);
  await writing.collection<{ _id: number }>('items').insertOne({ _id: 1 });
  await writing.close();

  let threads = 0;
  const count = (): void => void threads++;
  process.on('worker', count);
  t.after(() => process.removeListener('worker', count));
  const reading = await openDatabase(url);
  assert.deepEqual(await reading.collection('items').createIndexes([...indexes]), made);
  assert.equal(await reading.collection('items').countDocuments(), 1);
  await reading.close();
  assert.equal(threads, 0);
  assert.deepEqual(readdirSync(folder), ['test.db']);
  const another = await openDatabase(url);
  await another.collection('items').createIndexes([{ key: { at: 1 }, name: 'at' }]);
  await another.close();
  assert.equal(threads, 1, 'one that is missing is made');
});
