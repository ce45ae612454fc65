import assert from 'node:assert/strict';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { test } from 'node:test';
import Type from 'typebox';
import { aFolder } from '../../../../test/support/open-test-database.ts';
import { PocketQuantError } from '../../errors/index.ts';
import { checkedDocuments, openDatabase } from '../index.ts';

interface Item {
  readonly _id: string;
  readonly kind: string;
  readonly text: string;
}

const COUNT = 60;
/** First bytes of the pages of tables and indexes, see https://sqlite.org/fileformat2.html#b_tree_pages */
const KINDS_OF_PAGE = new Set([0x02, 0x05, 0x0a, 0x0d]);

async function aFile(folder: string): Promise<string> {
  const file = join(folder, 'sound.db');
  const database = await openDatabase(`file:${file}`);
  for (const name of ['items', 'others']) {
    const items = database.collection<Item>(name);
    await items.createIndexes([{ key: { kind: 1 }, name: 'kind' }]);
    const documents = Array.from({ length: COUNT }, (_, n) => ({
      _id: `${name} ${String(n).padStart(4, '0')}`,
      kind: `kind ${n % 7}`,
      text: 'x'.repeat(200),
    }));
    await items.insertMany(documents);
  }
  await database.close();
  return file;
}

function rootsOf(file: string): { readonly name: string; readonly rootpage: number }[] {
  const connection = new DatabaseSync(file);
  const found = connection.prepare('SELECT name, rootpage FROM sqlite_schema WHERE rootpage > 0').all();
  connection.close();
  return found.map(({ name, rootpage }) => ({ name: String(name), rootpage: Number(rootpage) }));
}

test('a table or index that leads to the pages of another is found, and never read without an end', async (t) => {
  const folder = aFolder(t);
  const sound = await aFile(folder);
  const roots = rootsOf(sound);
  assert.ok(roots.length >= 6, 'two tables, each with the index of its ids and another');
  for (const { name } of roots)
    for (const { name: other, rootpage } of roots) {
      if (name === other) continue;
      const file = join(folder, 'crossed.db');
      copyFileSync(sound, file);
      const connection = new DatabaseSync(file, { defensive: false });
      connection.exec('PRAGMA writable_schema = ON');
      connection.prepare('UPDATE sqlite_schema SET rootpage = ? WHERE name = ?').run(rootpage, name);
      connection.close();
      assert.ok(await isFoundDamaged(file), `${name} leads to ${other}`);
    }
});

test('a page that claims to hold more than it does is found, and never read without an end', async (t) => {
  const folder = aFolder(t);
  const sound = readFileSync(await aFile(folder));
  const pageSize = sound.readUInt16BE(16);
  const file = join(folder, 'filled.db');
  let tried = 0;
  for (let at = pageSize; at < sound.length; at += pageSize) {
    if (!KINDS_OF_PAGE.has(sound[at])) continue;
    const bytes = Buffer.from(sound);
    bytes[at + 4] ^= 0xa1;
    writeFileSync(file, bytes);
    assert.ok(await isFoundDamaged(file), `page ${at / pageSize + 1}`);
    tried++;
  }
  assert.ok(tried > 10, `only ${tried} pages`);
});

/** Whether opening the file, its check, or reading all of its documents tells of damage. */
async function isFoundDamaged(file: string): Promise<boolean> {
  try {
    await using database = await closing(openDatabase(`file:${file}`));
    const faults = [...(database.value.faults?.() ?? [])];
    let count = 0;
    for (const name of ['items', 'others'])
      for await (const _ of checkedDocuments(database.value, name, Type.Any()))
        assert.ok(++count <= 10 * COUNT, 'there is no end');
    return faults.length > 0;
  } catch (error) {
    assert.ok(error instanceof PocketQuantError, String(error));
    assert.equal(error.code, 'DATABASE_DAMAGED');
    return true;
  }
}

async function closing<T extends { close(): Promise<void> }>(opened: Promise<T>) {
  const value = await opened;
  return { value, [Symbol.asyncDispose]: () => value.close() };
}
