import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { aFolder } from '../../../../test/support/open-test-database.ts';
import { openDatabase } from '../index.ts';

const WRITE_AND_DIE = fileURLToPath(new URL('../../../../test/support/write-and-die.ts', import.meta.url));

/** A file whose process was killed right after so many writes. */
function aKilledFile(t: TestContext, writes = 40): string {
  const file = join(aFolder(t), 'test.db');
  killAfter(file, writes);
  return file;
}

function killAfter(file: string, writes: number): void {
  assert.throws(() => execFileSync(process.execPath, [WRITE_AND_DIE, `file:${file}`, String(writes)]), {
    signal: 'SIGKILL',
  });
}

async function opened(t: TestContext, file: string) {
  const database = await openDatabase(`file:${file}`);
  t.after(() => database.close());
  return { database, count: await database.collection<{ _id: number }>('items').countDocuments() };
}

test('after a kill all is there, and there is nothing to tell', async (t) => {
  const file = aKilledFile(t);
  killAfter(file, 5);
  const { database, count } = await opened(t, file);
  assert.deepEqual([database.warning, count], [undefined, 45]);
  await database.close();
  assert.deepEqual(readdirSync(dirname(file)), ['test.db']);
  assert.equal((await opened(t, file)).database.warning, undefined);
});

test('a log that is gone is told, with or without what lay beside it', async (t) => {
  for (const gone of [['-wal'], ['-wal', '-shm'], ['-wal', '-shm', '-note']]) {
    const file = aKilledFile(t);
    for (const suffix of gone) rmSync(file + suffix);
    const { database } = await opened(t, file);
    assert.match(database.warning ?? '', /log .*test\.db-wal is missing, or shorter/);
    await database.close();
    assert.equal((await opened(t, file)).database.warning, undefined, 'it is told once');
  }
});

test('a log that was cut short, or has a flipped byte, is told', async (t) => {
  const cut = aKilledFile(t);
  truncateSync(`${cut}-wal`, statSync(`${cut}-wal`).size / 2);
  const flipped = aKilledFile(t);
  const log = readFileSync(`${flipped}-wal`);
  log[Math.floor(log.length * 0.7)] ^= 1;
  writeFileSync(`${flipped}-wal`, log);
  for (const file of [cut, flipped]) {
    const { database, count } = await opened(t, file);
    assert.ok(count < 40);
    assert.match(database.warning ?? '', /missing, or shorter/);
  }
});

test('two that have the file open, and a log that began anew, raise no alarm', async (t) => {
  const file = join(aFolder(t), 'test.db');
  const first = await opened(t, file);
  await first.database.collection<{ _id: number; text: string }>('items').insertOne({ _id: -1, text: 'x' });
  killAfter(file, 10);
  const second = await opened(t, file);
  assert.deepEqual([second.database.warning, second.count], [undefined, 11]);
  await second.database.close();
  await first.database.collection<{ _id: number; text: string }>('items').insertOne({ _id: -2, text: 'y' });
  await first.database.close();
  assert.equal((await opened(t, file)).database.warning, undefined);
  assert.ok(existsSync(file));
});
