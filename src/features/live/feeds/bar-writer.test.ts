import assert from 'node:assert/strict';
import { setImmediate } from 'node:timers/promises';
import { test } from 'node:test';
import { epochMs, PROVISIONAL, type BarColumns, type LiveBar } from '../../../market/index.ts';
import { BarWriter } from './bar-writer.ts';

function aBar(openTime: number, close: number, volume?: number): LiveBar {
  return {
    interval: '1m',
    openTime: epochMs(openTime),
    closeTime: epochMs(openTime + 60_000),
    open: 1,
    high: 9,
    low: 1,
    close,
    ...(volume === undefined ? {} : { volume }),
    state: 'provisional',
    isPartial: false,
  };
}

interface Written {
  readonly instrumentId: string;
  readonly provider: string;
  readonly columns: BarColumns;
}

function aWriter(write: (written: Written) => Promise<void> = () => Promise.resolve()) {
  const written: Written[] = [];
  const errors: unknown[] = [];
  const upsertBars = (input: Written): Promise<void> => {
    written.push(input);
    return write(input);
  };
  const writer = new BarWriter({
    provider: { name: 'vendor' },
    port: { upsertBars },
    clock: () => 0,
    onError: (error) => errors.push(error),
  });
  const closes = () => written.map(({ instrumentId, columns }) => [instrumentId, [...columns.close]]);
  return { writer, written, errors, closes };
}

test('bars that close at the same time are one write a series, provisional and in order', async () => {
  const { writer, written, closes } = aWriter();
  writer.add('A:B', aBar(60_000, 2));
  writer.add('A:B', aBar(0, 1, 5));
  writer.add('A:C', aBar(0, 3));
  await writer.flush();
  assert.deepEqual(closes(), [
    ['A:B', [1, 2]],
    ['A:C', [3]],
  ]);
  const [{ columns, provider }] = written;
  assert.deepEqual(
    [provider, [...columns.state], [...columns.volume]],
    ['vendor', [PROVISIONAL, PROVISIONAL], [5, NaN]],
  );
});

test('of a bar that is repaired while a write is under way only the newest value follows', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { writer, closes } = aWriter(() => promise);
  writer.add('A:B', aBar(0, 1));
  await setImmediate();
  for (const close of [2, 3, 4]) writer.add('A:B', aBar(0, close));
  const flushed = writer.flush();
  resolve();
  await flushed;
  assert.equal(closes().at(-1)?.[1].toString(), '4');
  assert.ok(!closes().some(([, [close]]) => close === 2 || close === 3), JSON.stringify(closes()));
});

test('a write that fails is told, and all others go on', async () => {
  const { writer, errors, closes } = aWriter(({ instrumentId }) =>
    instrumentId === 'A:B' ? Promise.reject(new Error('full')) : Promise.resolve(),
  );
  for (const id of ['A:B', 'A:C', 'A:D']) writer.add(id, aBar(0, 1));
  await writer.flush();
  writer.add('A:E', aBar(0, 1));
  await writer.flush();
  assert.deepEqual(errors, [new Error('full')]);
  assert.deepEqual(
    closes().map(([id]) => id),
    ['A:B', 'A:C', 'A:D', 'A:E'],
  );
});
