import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Places } from './places.ts';
import type { StreamMessage } from './stream-events.ts';

const bar = (topic: string, seq: number, minute: number, more?: true): StreamMessage => ({
  type: 'bar',
  topic,
  seq,
  bar: { openTime: `2020-01-01T00:0${minute}:00Z`, open: 1, high: 1, low: 1, close: 1, volume: null, state: 'final' },
  ...(more === undefined ? {} : { more }),
});
const subscribed = (seq: number | null, ...topics: string[]): StreamMessage => ({ type: 'subscribed', topics, seq });

test('what was subscribed from different places goes on from each of them', () => {
  const places = new Places();
  places.add(['bars:A:B/1m', 'quotes:A:B'], 3);
  places.add(['changes']);
  places.hear(subscribed(3, 'bars:A:B/1m', 'quotes:A:B'));
  places.hear(subscribed(9, 'changes'));
  assert.ok(places.isAllAnswered);
  places.hear(bar('bars:A:B/1m', 5, 1));
  assert.deepEqual(places.resume(), [
    { action: 'subscribe', topics: ['bars:A:B/1m', 'quotes:A:B'], after: 5 },
    { action: 'subscribe', topics: ['changes'], after: 9 },
  ]);
  assert.ok(!places.isAllAnswered);
});

test('places that are the same are asked for by one message, and never more topics than it takes', () => {
  const places = new Places();
  const topics = Array.from({ length: 300 }, (_, at) => `bars:A:B${at}/1m`);
  assert.deepEqual(
    places.add(topics, 3).map(({ topics: { length } }) => length),
    [200, 100],
  );
  places.add(['changes'], 3);
  assert.deepEqual(
    places.resume().map(({ topics: { length } }) => length),
    [200, 101],
  );
});

test('of a change that was left in the middle only the rest is new', () => {
  const places = new Places();
  places.add(['bars:A:B/1m'], 3);
  places.hear(subscribed(3, 'bars:A:B/1m'));
  assert.ok(places.hear(bar('bars:A:B/1m', 4, 1, true)));
  assert.ok(places.hear(bar('bars:A:B/1m', 4, 2, true)));
  assert.deepEqual(places.resume(), [{ action: 'subscribe', topics: ['bars:A:B/1m'], after: 3 }]);
  places.hear(subscribed(3, 'bars:A:B/1m'));
  const again = [1, 2, 3].map((minute) => places.hear(bar('bars:A:B/1m', 4, minute, minute === 3 ? undefined : true)));
  assert.deepEqual(again, [false, false, true]);
  assert.ok(places.hear(bar('bars:A:B/1m', 5, 1)), 'a later value of the same bar is new');
  assert.deepEqual(places.resume(), [{ action: 'subscribe', topics: ['bars:A:B/1m'], after: 5 }]);
});

test('what is followed already is not asked for again, unless from another place', () => {
  const places = new Places();
  places.add(['changes'], 3);
  places.hear(subscribed(3, 'changes'));
  assert.deepEqual(places.add(['changes']), []);
  assert.deepEqual(places.add(['changes'], 1), [{ action: 'subscribe', topics: ['changes'], after: 1 }]);
  places.hear(subscribed(1, 'changes'));
  assert.deepEqual(places.resume(), [{ action: 'subscribe', topics: ['changes'], after: 1 }]);
});

test('what was given up is neither heard nor asked for again', () => {
  const places = new Places();
  places.add(['bars:A:B/1m', 'changes'], 3);
  places.hear(subscribed(3, 'bars:A:B/1m', 'changes'));
  assert.deepEqual(places.remove(['bars:A:B/1m']), [{ action: 'unsubscribe', topics: ['bars:A:B/1m'] }]);
  places.hear({ type: 'unsubscribed', topics: ['bars:A:B/1m'] });
  assert.ok(!places.hear(bar('bars:A:B/1m', 4, 1)));
  assert.deepEqual(places.resume(), [{ action: 'subscribe', topics: ['changes'], after: 3 }]);
  places.remove(['changes']);
  assert.deepEqual(places.resume(), []);
});

test('topics are known by what the server calls them, and asked for as they were', () => {
  const places = new Places();
  places.add(['bars:a:b/1m'], 3);
  places.hear(subscribed(3, 'bars:A:B/1m'));
  places.add(['bars:A:B/1m']);
  places.hear(subscribed(null, 'bars:A:B/1m'));
  places.hear(bar('bars:A:B/1m', 4, 1));
  assert.deepEqual(places.resume(), [
    { action: 'subscribe', topics: ['bars:a:b/1m'], after: 4 },
    { action: 'subscribe', topics: ['bars:A:B/1m'] },
  ]);
});
