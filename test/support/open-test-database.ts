import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { MongoClient } from 'mongodb';
import { openDatabase, type Database } from '../../src/platform/database/index.ts';

/** A folder that is gone with the test. */
export function aFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'pocketquant-test-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** An embedded database that is gone with the test. */
export async function openTestDatabase(t: TestContext): Promise<Database> {
  const folder = aFolder(t);
  const database = await openDatabase(`file:${join(folder, 'test.db')}`);
  t.after(() => database.close());
  return database;
}

/** A database of its own on the server that MONGODB_URI names, dropped with the test. */
export async function openServerDatabase(t: TestContext): Promise<Database> {
  const { uri, name } = aServerDatabase(t);
  const database = await openDatabase(`${uri}/${name}`);
  t.after(() => database.close());
  return database;
}

/** A name for it, where a test opens it in its own way. */
export function aServerDatabase(t: TestContext): { readonly uri: string; readonly name: string } {
  const uri = process.env['MONGODB_URI']?.replace(/\/$/, '');
  if (uri === undefined) throw new Error('Set MONGODB_URI to a MongoDB-compatible server for these tests');
  const name = `pocketquant_test_${process.pid}_${Math.random().toString(36).slice(2, 10)}`;
  t.after(async () => {
    const client = await MongoClient.connect(uri);
    await client.db(name).dropDatabase();
    await client.close();
  });
  return { uri, name };
}
