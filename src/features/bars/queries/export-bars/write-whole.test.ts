import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { aFolder } from '../../../../../test/support/open-test-database.ts';
import { StoreError } from '../../../../platform/errors/index.ts';
import { writeWhole } from './write-whole.ts';

const NEVER = new AbortController().signal;
const PIECES = ['openTime', ',open\n'].map((text) => Buffer.from(text));

async function* pieces(): AsyncGenerator<Uint8Array> {
  yield* PIECES;
}

test('a file is written whole, also where a link names it', async (t) => {
  const folder = aFolder(t);
  symlinkSync('real.csv', join(folder, 'link.csv'));
  for (const name of ['new.csv', 'real.csv', 'link.csv']) {
    if (name === 'link.csv') writeFileSync(join(folder, 'real.csv'), 'old');
    assert.equal(await writeWhole(join(folder, name), pieces(), NEVER), true);
  }
  assert.equal(readFileSync(join(folder, 'real.csv'), 'utf8'), 'openTime,open\n');
  assert.deepEqual(readdirSync(folder).sort(), ['link.csv', 'new.csv', 'real.csv']);
});

test('a device is written to as it is', async () => {
  await writeWhole('/dev/null', pieces(), NEVER);
  assert.ok(statSync('/dev/null').isCharacterDevice());
});

test('what cannot be written is told with what to do, and leaves nothing behind', async (t) => {
  const folder = aFolder(t);
  writeFileSync(join(folder, 'file'), '');
  const places: [file: string, words: RegExp][] = [
    [join(folder, 'missing', 'x.csv'), /its folder is not there; make it first/],
    [folder, /it is a folder; name a file in it/],
    [join(folder, 'file', 'x.csv'), /a part of its path is no folder/],
    [join(folder, 'n'.repeat(300)), /its name is too long/],
    ['/dev/full', /the disk is full; make room/],
  ];
  for (const [file, message] of places)
    await assert.rejects(writeWhole(file, pieces(), NEVER), { code: 'OUTPUT_UNWRITABLE', message }, file);
  assert.deepEqual(readdirSync(folder), ['file']);
  assert.ok(!existsSync('/dev/full.part'));
});

test('pieces that fail, or a stop, leave the file as it was', async (t) => {
  const file = join(aFolder(t), 'bars.csv');
  writeFileSync(file, 'old');
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield* PIECES;
    throw new StoreError('DATABASE_UNAVAILABLE', 'gone');
  }
  await assert.rejects(writeWhole(file, failing(), NEVER), { code: 'DATABASE_UNAVAILABLE' });
  const stop = new AbortController();
  async function* stopped(): AsyncGenerator<Uint8Array> {
    yield PIECES[0];
    stop.abort();
    yield PIECES[1];
  }
  assert.equal(await writeWhole(file, stopped(), stop.signal), false);
  assert.equal(readFileSync(file, 'utf8'), 'old');
  assert.equal(existsSync(`${file}.part`), false);
});
