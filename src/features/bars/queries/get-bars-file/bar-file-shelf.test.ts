import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BarFileShelf, type MadeFile } from './bar-file-shelf.ts';

function aFile(tag: string, size = 1, closed: string[] = []): MadeFile {
  return { tag, bytes: { size, close: () => closed.push(tag) } } as unknown as MadeFile;
}

const isTrue = (): Promise<boolean> => Promise.resolve(true);
const isFalse = (): Promise<boolean> => Promise.resolve(false);
const never = (): Promise<MadeFile> => assert.fail('made again');

test('who asks for a file while it is made gets the same', async () => {
  const shelf = new BarFileShelf();
  let made = 0;
  const make = (): Promise<MadeFile> => Promise.resolve(aFile(`made ${++made}`));
  const both = await Promise.all([shelf.current('a', 0, isTrue, make), shelf.current('a', 0, isTrue, make)]);
  assert.deepEqual(
    both.map(({ tag }) => tag),
    ['made 1', 'made 1'],
  );
  assert.equal((await shelf.current('a', 0, isTrue, never)).tag, 'made 1');
});

test('a file that is no longer true is made again, and the old one is given back', async () => {
  const shelf = new BarFileShelf();
  const closed: string[] = [];
  await shelf.current('a', 0, isTrue, () => Promise.resolve(aFile('old', 1, closed)));
  assert.equal(shelf.young('a', 60, 60)?.tag, 'old');
  assert.equal(shelf.young('a', 61, 60), undefined);
  const next = await shelf.current('a', 61, isFalse, () => Promise.resolve(aFile('new', 1, closed)));
  assert.deepEqual([next.tag, closed, shelf.young('a', 100, 60)?.tag], ['new', ['old'], 'new']);
});

test('a file that cannot be made leaves the way free for the next', async () => {
  const shelf = new BarFileShelf();
  await assert.rejects(
    shelf.current('a', 0, isTrue, () => Promise.reject(new Error('no room'))),
    /no room/,
  );
  assert.equal((await shelf.current('a', 0, isTrue, () => Promise.resolve(aFile('made')))).tag, 'made');
});

test('what was not asked for longest makes room', async () => {
  const shelf = new BarFileShelf();
  const closed: string[] = [];
  for (const key of ['a', 'b', 'c'])
    await shelf.current(key, 0, isTrue, () => Promise.resolve(aFile(key, 2 ** 31, closed)));
  assert.deepEqual(closed, ['a']);
});
