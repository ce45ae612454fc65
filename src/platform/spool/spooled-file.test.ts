import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { buffer } from 'node:stream/consumers';
import { test } from 'node:test';
import { spool } from './index.ts';

const ofUs = (): string[] =>
  readdirSync(tmpdir()).filter((name) => name.startsWith('pocketquant-') && name.length === 48);
const tooLarge = (): Error => new Error('too large');

async function* numbered(count: number, length: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < count; at++) yield Buffer.alloc(length, at);
}

test('what was written is read in parts, and no name of it is left', async () => {
  const before = ofUs();
  const file = await spool(numbered(10, 100_000), 1e9, tooLarge);
  assert.equal(file.size, 1_000_000);
  const whole = await buffer(numbered(10, 100_000));
  for (const [from, to] of [
    [0, 1_000_000],
    [99_999, 100_001],
    [999_999, 1_000_000],
    [5, 5],
  ])
    assert.ok((await buffer(file.read(from, to))).equals(whole.subarray(from, to)), `${from} to ${to}`);
  assert.deepEqual(
    ofUs().filter((name) => !before.includes(name)),
    [],
  );
  file.close();
});

test('a reader keeps a file that was closed, one who begins a little later too; nobody can read it afterwards', async (t) => {
  t.mock.timers.enable({ apis: ['setTimeout'] });
  const file = await spool(numbered(4, 200_000), 1e9, tooLarge);
  const reader = file.read(0, file.size);
  await reader.next();
  file.close();
  file.close();
  let rest = 0;
  for await (const piece of reader) rest += piece.length;
  assert.ok(rest > 0);
  t.mock.timers.tick(9_000);
  const late = file.read(0, 1);
  assert.equal((await late.next()).value?.length, 1);
  t.mock.timers.tick(60_000);
  assert.equal((await late.next()).done, true);
  t.mock.timers.tick(60_000);
  await assert.rejects(file.read(0, 1).next(), { code: 'EBADF' });
});

test('what is larger than allowed, and pieces that fail, end with their error', async () => {
  await assert.rejects(spool(numbered(10, 100), 999, tooLarge), /too large/);
  async function* failing(): AsyncGenerator<Uint8Array> {
    yield Buffer.from('x');
    throw new Error('gone');
  }
  await assert.rejects(spool(failing(), 999, tooLarge), /gone/);
});
