import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  columnsOfList,
  optionalOfList,
  type ListedBar,
  type ListedOptional,
} from '../../test/fixtures/chunk/listed-bars.ts';
import { newBarColumns, type BarInterval } from '../market/index.ts';
import {
  chunkWindow,
  countOf,
  decodeBars,
  decodeBarsInto,
  decodeRevisions,
  encodeBars,
  encodeRevisions,
} from './index.ts';

const GOLDEN = new URL('../../test/fixtures/chunk/', import.meta.url);

interface GoldenChunk extends ListedOptional {
  readonly kind: 'bars' | 'revisions';
  readonly interval: BarInterval;
  readonly bars: readonly ListedBar[];
}

const names = readdirSync(GOLDEN)
  .filter((name) => name.endsWith('.bin'))
  .map((name) => name.slice(0, -'.bin'.length));

test('there are golden chunks of both versions', () => {
  assert.ok(names.filter((name) => name.startsWith('v1-')).length >= 6);
  assert.ok(names.filter((name) => name.startsWith('v2-')).length >= 8);
});

for (const name of names)
  test(`${name} is read as the bars listed beside it, and written as the same bytes if its version still is`, () => {
    const golden = JSON.parse(readFileSync(new URL(`${name}.json`, GOLDEN), 'utf8')) as GoldenChunk;
    const { kind, interval, bars } = golden;
    const bytes = new Uint8Array(readFileSync(new URL(`${name}.bin`, GOLDEN)));
    const isWritten = name.startsWith('v2-');
    const optional = optionalOfList(golden);
    const { observedTo, ...listed } = columnsOfList(bars);
    const columns = { ...listed, ...optional };
    const window = chunkWindow(columns.openTime[0] ?? 0, interval);
    assert.equal(countOf(bytes), bars.length);
    if (kind === 'revisions') {
      assert.deepEqual(decodeRevisions(bytes, interval, window), { ...columns, observedTo });
      const written = encodeRevisions({ ...columns, observedTo }, interval, window);
      if (isWritten) assert.deepEqual(written, bytes);
      else assert.deepEqual(decodeRevisions(written, interval, window), { ...columns, observedTo });
      return;
    }
    assert.deepEqual(decodeBars(bytes, interval, window), columns);
    const written = encodeBars(columns, interval, window);
    if (isWritten) assert.deepEqual(written, bytes);
    else assert.deepEqual(decodeBars(written, interval, window), columns);
    const { openTime, open, high, low, close, volume, state } = columns;
    const inPlace = newBarColumns(bars.length);
    decodeBarsInto(bytes, interval, window, inPlace, 0);
    assert.deepEqual(inPlace, { openTime, open, high, low, close, volume, state });
    const unset = (): Float64Array => new Float64Array(bars.length);
    const wanted = { ...newBarColumns(bars.length), trades: unset(), turnover: unset(), openInterest: unset() };
    decodeBarsInto(bytes, interval, window, wanted, 0);
    const absent = new Float64Array(bars.length).fill(NaN);
    assert.deepEqual(wanted, { ...inPlace, trades: absent, turnover: absent, openInterest: absent, ...optional });
  });

test('the worked example of the format page is what the code writes', () => {
  const page = readFileSync(new URL('../../docs/reference/chunk-format.md', import.meta.url), 'utf8');
  const listed = /```json\n(.*?)```/s.exec(page)?.[1] ?? '';
  const golden = JSON.parse(listed) as GoldenChunk;
  const columns = { ...columnsOfList(golden.bars), ...optionalOfList(golden) };
  const bytes = encodeBars(columns, golden.interval, chunkWindow(columns.openTime[0], golden.interval));
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
