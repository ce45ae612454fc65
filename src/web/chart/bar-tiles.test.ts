import assert from 'node:assert/strict';
import { test } from 'node:test';
import { BarTiles, type TileContent } from './bar-tiles.ts';
import { DAY_MS } from '../intervals.ts';
import type { ShownBar } from './rows.ts';
import { tileAt, tilesOver, type Tile } from './tiles.ts';

const bar = (openTime: number, close = 1): ShownBar => ({
  openTime,
  open: 1,
  high: 2,
  low: 1,
  close,
  volume: null,
  state: 'final',
});

/** Loads that are answered when the test says so. */
function someTiles(mostHeld?: number) {
  const asked: { tile: Tile; signal: AbortSignal; answer: PromiseWithResolvers<TileContent> }[] = [];
  const told: unknown[] = [];
  const tiles = new BarTiles({
    load: (tile, signal) => {
      const answer = Promise.withResolvers<TileContent>();
      asked.push({ tile, signal, answer });
      return answer.promise;
    },
    onChange: (error) => told.push(error),
    ...(mostHeld === undefined ? {} : { mostHeld }),
  });
  async function answer(index: number, bars: readonly ShownBar[]): Promise<void> {
    asked[index].answer.resolve({ bars, gaps: [] });
    await asked[index].answer.promise;
    await Promise.resolve();
  }
  return { tiles, asked, told, answer };
}

const FIRST = tileAt(0, '1m', true);
const SECOND = tileAt(FIRST.to, '1m', true);

test('tiles cover time without a break, whatever the interval', () => {
  for (const interval of ['1s', '1m', '45m', '4h', '1d', '1w', '1M'] as const) {
    const span = { from: 1_400_000_000_000, to: 1_400_000_000_000 + 4_000 * DAY_MS };
    const within = { from: span.from, to: span.from + (interval === '1s' ? DAY_MS : 4_000 * DAY_MS) };
    const tiles = tilesOver(span, interval, true, within);
    assert.ok(tiles[0].from <= within.from && (tiles.at(-1)?.to ?? 0) >= within.to, interval);
    tiles.forEach((tile, index) => assert.ok(index === 0 || tile.from === tiles[index - 1].to));
  }
  assert.deepEqual(tilesOver({ from: 0, to: 10 }, '1m', true, { from: 20, to: 30 }), []);
});

test('what is wanted is fetched once, and what is no longer wanted is given up', async () => {
  const { tiles, asked, answer } = someTiles();
  tiles.want([FIRST, SECOND]);
  tiles.want([FIRST]);
  assert.deepEqual(
    asked.map(({ signal }) => signal.aborted),
    [false, true],
  );
  await answer(0, [bar(0)]);
  tiles.want([FIRST]);
  assert.equal(asked.length, 2);
  assert.equal(tiles.contentOf(FIRST)?.bars.length, 1);
  assert.equal(tiles.isLoading, false);
});

test('a stale tile is shown until the next is there', async () => {
  const { tiles, asked, answer } = someTiles();
  tiles.want([FIRST]);
  await answer(0, [bar(0, 1)]);
  tiles.setStale({ from: 0, to: 1 });
  tiles.want([FIRST]);
  assert.equal(tiles.contentOf(FIRST)?.bars[0].close, 1);
  await answer(1, [bar(0, 2)]);
  assert.equal(tiles.contentOf(FIRST)?.bars[0].close, 2);
  tiles.want([FIRST]);
  assert.equal(asked.length, 2);
});

test('what fails is told, and is asked for again only once things may have changed', async () => {
  const { tiles, asked, told } = someTiles();
  const failure = new Error('nobody there');
  tiles.want([FIRST]);
  asked[0].answer.reject(failure);
  await asked[0].answer.promise.catch(() => undefined);
  await Promise.resolve();
  assert.deepEqual(told, [failure]);
  tiles.want([FIRST]);
  assert.equal(asked.length, 1);
  tiles.setStale();
  tiles.want([FIRST]);
  assert.equal(asked.length, 2);
});

test('a live bar replaces its former value, or comes in its place', async () => {
  const { tiles, answer } = someTiles();
  assert.equal(tiles.put(FIRST, bar(0)), false);
  tiles.want([FIRST]);
  await answer(0, [bar(0), bar(120_000)]);
  tiles.put(FIRST, bar(120_000, 2));
  tiles.put(FIRST, bar(60_000, 3));
  tiles.put(FIRST, bar(180_000, 4));
  assert.deepEqual(
    tiles.contentOf(FIRST)?.bars.map(({ openTime, close }) => [openTime, close]),
    [
      [0, 1],
      [60_000, 3],
      [120_000, 2],
      [180_000, 4],
    ],
  );
});

test('a bar that comes into a gap takes its part of it away', async () => {
  const { tiles, asked } = someTiles();
  tiles.want([FIRST]);
  const gap = { from: 60_000, to: 300_000, bars: 4, reason: 'notFetched' };
  asked[0].answer.resolve({ bars: [bar(0)], gaps: [gap] });
  await asked[0].answer.promise;
  await Promise.resolve();
  tiles.put(FIRST, bar(120_000));
  assert.deepEqual(tiles.contentOf(FIRST)?.gaps, [
    { ...gap, to: 120_000, bars: 1 },
    { ...gap, from: 180_000, bars: 2 },
  ]);
});

test('only so many tiles are held: those wanted longest ago go first', async () => {
  const { tiles, answer } = someTiles(2);
  const third = tileAt(SECOND.to, '1m', true);
  for (const [index, tile] of [FIRST, SECOND, third].entries()) {
    tiles.want([tile]);
    await answer(index, []);
  }
  tiles.want([third]);
  assert.deepEqual(
    [FIRST, SECOND, third].map((tile) => tiles.contentOf(tile) !== undefined),
    [false, true, true],
  );
});
