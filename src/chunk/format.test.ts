import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { columnsOfList, type ListedBar } from '../../test/fixtures/chunk/listed-bars.ts';
import { newBarColumns, type BarInterval } from '../market/index.ts';
import { chunkWindow, decodeBars, decodeBarsInto, decodeRevisions, encodeBars, encodeRevisions } from './index.ts';

const GOLDEN = new URL('../../test/fixtures/chunk/', import.meta.url);

interface GoldenChunk {
  readonly kind: 'bars' | 'revisions';
  readonly interval: BarInterval;
  readonly bars: readonly ListedBar[];
}

const names = readdirSync(GOLDEN)
  .filter((name) => name.endsWith('.bin'))
  .map((name) => name.slice(0, -'.bin'.length));

test('there are golden chunks', () => assert.ok(names.length >= 6));

for (const name of names)
  test(`${name} is read as the bars listed beside it, and written as the same bytes`, () => {
    const { kind, interval, bars } = JSON.parse(readFileSync(new URL(`${name}.json`, GOLDEN), 'utf8')) as GoldenChunk;
    const bytes = new Uint8Array(readFileSync(new URL(`${name}.bin`, GOLDEN)));
    const { observedTo, ...columns } = columnsOfList(bars);
    const window = chunkWindow(columns.openTime[0] ?? 0, interval);
    if (kind === 'revisions') {
      assert.deepEqual(decodeRevisions(bytes, interval, window), { ...columns, observedTo });
      assert.deepEqual(encodeRevisions({ ...columns, observedTo }, interval, window), bytes);
      return;
    }
    assert.deepEqual(decodeBars(bytes, interval, window), columns);
    assert.deepEqual(encodeBars(columns, interval, window), bytes);
    const inPlace = newBarColumns(bars.length);
    decodeBarsInto(bytes, interval, window, inPlace, 0);
    const { openTime, open, high, low, close, volume, state } = columns;
    assert.deepEqual(inPlace, { openTime, open, high, low, close, volume, state });
  });

test('the worked example of the format page is what the code writes', () => {
  const page = readFileSync(new URL('../../docs/reference/chunk-format.md', import.meta.url), 'utf8');
  const listed = /```json\n(.*?)```/s.exec(page)?.[1] ?? '';
  const { interval, bars } = JSON.parse(listed) as GoldenChunk;
  const columns = columnsOfList(bars);
  const bytes = encodeBars(columns, interval, chunkWindow(columns.openTime[0], interval));
  const described = Array.from(page.matchAll(/^\| (\d+) \| `([0-9a-f ]+)` \|/gm), ([, place, hex]) => ({
    place: Number(place),
    hex,
  }));
  let place = 0;
  for (const row of described) {
    assert.equal(row.place, place, 'the rows follow each other');
    place += row.hex.split(' ').length;
  }
  assert.equal(
    described.map(({ hex }) => hex).join(' '),
    Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' '),
  );
});
