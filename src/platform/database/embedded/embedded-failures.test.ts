import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { aFolder, openTestDatabase } from '../../../../test/support/open-test-database.ts';
import { isDuplicateKey, openDatabase } from '../index.ts';

interface Item {
  readonly _id: number;
  readonly text?: string;
  readonly n?: number;
}

async function aFile(folder: string, count: number): Promise<string> {
  const file = join(folder, 'test.db');
  const database = await openDatabase(`file:${file}`);
  await database
    .collection<Item>('items')
    .insertMany(Array.from({ length: count }, (_, _id) => ({ _id, text: 'x'.repeat(3_000) })));
  await database.close();
  return file;
}

test('a file that is no database is refused, and not one byte of it is changed', async (t) => {
  const file = join(aFolder(t), 'notes.txt');
  writeFileSync(file, 'These are my notes, not a database. '.repeat(100));
  const before = readFileSync(file);
  await assert.rejects(openDatabase(`file:${file}`), {
    code: 'DATABASE_DAMAGED',
    message: /notes\.txt is damaged or no database/,
  });
  assert.deepEqual(readFileSync(file), before);
});

test('a damaged page is told when it is read, with what to do', async (t) => {
  const file = await aFile(aFolder(t), 300);
  const handle = openSync(file, 'r+');
  for (let at = 20_480; at < statSync(file).size; at += 1_024)
    writeSync(handle, Buffer.alloc(1_024, 0xa5), 0, 1_024, at);
  closeSync(handle);
  const database = await openDatabase(`file:${file}`);
  t.after(() => database.close());
  await assert.rejects(database.collection<Item>('items').find({}).toArray(), {
    code: 'DATABASE_DAMAGED',
    message: /restore a backup/,
  });
});

test('a file that was cut short is told too', async (t) => {
  const file = await aFile(aFolder(t), 300);
  truncateSync(file, statSync(file).size / 2);
  await assert.rejects(
    async () => {
      const database = await openDatabase(`file:${file}`);
      t.after(() => database.close());
      await database.collection<Item>('items').find({}).toArray();
    },
    { code: 'DATABASE_DAMAGED' },
  );
});

test('a SQLite file of another program is refused', async (t) => {
  const file = join(aFolder(t), 'other.db');
  const other = new DatabaseSync(file);
  other.exec('CREATE TABLE songs (name TEXT)');
  other.close();
  await assert.rejects(openDatabase(`file:${file}`), { code: 'DATABASE_DAMAGED', message: /of another program/ });
});

test('a file of a newer version is refused with the advice to update', async (t) => {
  const file = await aFile(aFolder(t), 1);
  const newer = new DatabaseSync(file);
  newer.exec('PRAGMA user_version = 99');
  newer.close();
  await assert.rejects(openDatabase(`file:${file}`), { code: 'DATABASE_TOO_NEW', message: /update PocketQuant/ });
});

test('a place that cannot be written is told by its name', async (t) => {
  const folder = join(aFolder(t), 'closed');
  mkdirSync(folder);
  writeFileSync(join(folder, 'file'), '');
  await assert.rejects(openDatabase(`file:${join(folder, 'file', 'test.db')}`), {
    code: 'DATABASE_UNAVAILABLE',
    message: /test\.db/,
  });
  if (process.getuid?.() === 0) return; // root may write anywhere
  chmodSync(folder, 0o500);
  await assert.rejects(openDatabase(`file:${join(folder, 'test.db')}`), { code: 'DATABASE_UNAVAILABLE' });
});

test('an index made on documents that are there serves and guards them', async (t) => {
  const items = (await openTestDatabase(t)).collection<Item>('items');
  await items.insertMany([{ _id: 1, n: 5 }, { _id: 2, n: 4 }, { _id: 3 }]);
  await items.createIndexes([{ key: { n: 1 }, name: 'n', unique: true }]);
  assert.deepEqual(
    (await items.find({ n: { $gt: 0 } }, { sort: { n: 1 } }).toArray()).map(({ _id }) => _id),
    [2, 1],
  );
  await assert.rejects(items.insertOne({ _id: 4, n: 5 }), isDuplicateKey);
});

test('an index that cannot be made leaves no trace', async (t) => {
  const items = (await openTestDatabase(t)).collection<{ readonly _id: number; readonly n: number | number[] }>(
    'items',
  );
  await items.insertMany([
    { _id: 1, n: 5 },
    { _id: 2, n: [4] },
    { _id: 3, n: 6 },
  ]);
  await assert.rejects(items.createIndexes([{ key: { n: 1 }, name: 'n' }]), /n is indexed and must be/);
  assert.equal(await items.countDocuments({ n: { $gt: 3 } }), 3);
  await items.updateOne({ _id: 1 }, { $set: { n: [7, 8] } });
  assert.equal(await items.countDocuments({ n: 8 }), 1);
});

test('a filter without a value is refused, and deletes nothing', async (t) => {
  const items = (await openTestDatabase(t)).collection<Item>('items');
  await items.insertOne({ _id: 1, n: 5 });
  for (const filter of [{ n: undefined }, { n: { $gt: undefined } }, { $or: [{ n: undefined }] }] as object[]) {
    await assert.rejects(items.deleteMany(filter), /no value/);
    await assert.rejects(items.find(filter).toArray(), /no value/);
  }
  assert.equal(await items.countDocuments(), 1);
});

test('another process writes at the same time, and a killed one leaves every acknowledged write', async (t) => {
  const folder = aFolder(t);
  const url = `file:${join(folder, 'test.db')}`;
  const database = await openDatabase(url);
  t.after(() => database.close());
  const items = database.collection<Item>('items');
  const script = fileURLToPath(new URL('../../../../test/support/write-until-killed.ts', import.meta.url));
  let acknowledged = 0;
  for (let kill = 0; kill < 4; kill++) {
    const child = spawn(process.execPath, [script, url], { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface(child.stdout);
    const allRead = once(lines, 'close');
    const enough = acknowledged + 20 + kill * 7;
    lines.on('line', (line) => {
      acknowledged = Number(line);
      if (acknowledged >= enough) child.kill('SIGKILL');
    });
    for (let own = 0; child.exitCode === null && child.signalCode === null; own++)
      await items.updateOne({ _id: -1 - kill }, { $set: { n: own } }, { upsert: true });
    await allRead;
    const stored = (await items.find({ _id: { $gt: 0 } }).toArray()).map(({ _id }) => _id);
    assert.ok(stored.length >= acknowledged, `${stored.length} stored of ${acknowledged} acknowledged`);
    assert.deepEqual(
      stored,
      Array.from({ length: stored.length }, (_, i) => i + 1),
    );
  }
  assert.equal(await items.countDocuments({ _id: { $lt: 0 } }), 4);
});

test('a file that is removed or replaced while it is open is told, as what is written to it would be lost', async (t) => {
  const file = join(aFolder(t), 'test.db');
  const database = await openDatabase(`file:${file}`);
  t.after(() => database.close());
  await database.ping();
  rmSync(file);
  const told = { code: 'DATABASE_UNAVAILABLE', message: /removed or replaced/ };
  await assert.rejects(database.ping(), told);
  writeFileSync(file, '');
  await assert.rejects(database.ping(), told);
});

test('a full disk loses nothing that was acknowledged, and the database goes on when there is room', async (t) => {
  if (process.getuid?.() !== 0) return t.skip('mounting a small disk needs root');
  const disk = mkdtempSync(join(tmpdir(), 'pocketquant-small-disk-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', disk]);
  t.after(() => {
    execFileSync('umount', ['-l', disk]);
    rmSync(disk, { recursive: true });
  });
  const ballast = join(disk, 'ballast');
  writeFileSync(ballast, Buffer.alloc(500_000));
  const database = await openDatabase(`file:${join(disk, 'test.db')}`);
  t.after(() => database.close());
  const items = database.collection<Item>('items');
  let acknowledged = 0;
  await assert.rejects(
    async () => {
      for (;;) {
        await items.insertOne({ _id: acknowledged, text: 'x'.repeat(20_000) });
        acknowledged++;
      }
    },
    { code: 'DATABASE_FULL', message: /what was acknowledged is safe/ },
  );
  await assert.rejects(database.ping(), { code: 'DATABASE_FULL', message: /make room/ });
  assert.ok(acknowledged > 3);
  assert.equal(await items.countDocuments(), acknowledged);
  truncateSync(ballast, 0);
  await items.insertOne({ _id: acknowledged, text: 'x'.repeat(20_000) });
  assert.equal(await items.countDocuments(), acknowledged + 1);
});

test('writes that wait share a commit', async (t) => {
  const folder = aFolder(t);
  const file = join(folder, 'test.db');
  const database = await openDatabase(`file:${file}`);
  t.after(() => database.close());
  const items = database.collection<Item>('items');
  const framesAfter = async (write: () => Promise<unknown>): Promise<number> => {
    const before = statSync(`${file}-wal`).size;
    await write();
    return statSync(`${file}-wal`).size - before;
  };
  await items.insertMany(Array.from({ length: 100 }, (_, _id) => ({ _id })));
  const alone = await framesAfter(async () => {
    for (let _id = 0; _id < 100; _id++) await items.updateOne({ _id }, { $inc: { n: 1 } });
  });
  const together = await framesAfter(() =>
    Promise.all(Array.from({ length: 100 }, (_, _id) => items.updateOne({ _id }, { $inc: { n: 1 } }))),
  );
  assert.ok(together < alone / 3, `${together} bytes of log together, ${alone} alone`);
});

test('a process ends by itself, with the database closed or not', (t) => {
  const index = fileURLToPath(new URL('../index.ts', import.meta.url));
  const closedWhileWriting = `const write = database.collection('items').insertOne({ _id: 2 });
      await database.close();
      await write;`;
  for (const ending of [closedWhileWriting, '']) {
    const program = `import { openDatabase } from ${JSON.stringify(index)};
      const database = await openDatabase(${JSON.stringify(`file:${join(aFolder(t), 'test.db')}`)});
      await database.collection('items').insertOne({ _id: 1 });
      ${ending}`;
    // Fails if the process ends with another code than 0, as it does where something is awaited that never comes.
    execFileSync(process.execPath, ['--input-type=module', '--eval', program], { timeout: 20_000 });
  }
});

test('a closed database says so', async (t) => {
  const file = await aFile(aFolder(t), 1);
  const database = await openDatabase(`file:${file}`);
  await database.close();
  await database.close();
  const items = database.collection<Item>('items');
  await assert.rejects(items.findOne({ _id: 1 }), { code: 'DATABASE_UNAVAILABLE', message: /is closed/ });
  await assert.rejects(items.insertOne({ _id: 9 }), { code: 'DATABASE_UNAVAILABLE', message: /is closed/ });
});
