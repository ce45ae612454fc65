import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { SeenTrades } from './seen-trades.ts';

const WINDOW = 100;

test('a trade is new exactly once, whatever the order and kind of ids, also while old ones are forgotten', () => {
  const id = fc.oneof(fc.nat({ max: 60 }), fc.nat({ max: 60 }).map(String));
  fc.assert(
    fc.property(fc.array(fc.tuple(id, fc.nat({ max: 20 })), { maxLength: 200 }), (trades) => {
      const seen = new SeenTrades();
      const times = new Map<number | string, number>();
      let now = 0;
      for (const [id, step] of trades) {
        now += step;
        seen.forgetBefore(now - WINDOW, WINDOW);
        const known = times.get(id);
        // One of before the window may be forgotten or not.
        if (known !== undefined && known < now - WINDOW) continue;
        assert.equal(seen.isNew(id, now), known === undefined, `${typeof id} ${id} at ${now}`);
        times.set(id, known ?? now);
      }
    }),
  );
});

test('ids that rise are kept through many rounds of forgetting', () => {
  const seen = new SeenTrades();
  for (let id = 0; id < 20_000; id++) {
    assert.ok(seen.isNew(id * 2, id));
    seen.forgetBefore(id - 3_000, 3_000);
    if (id >= 3_000 && id % 97 === 0)
      for (const back of [0, 1, 1_500, 3_000]) assert.equal(seen.isNew((id - back) * 2, id), false);
    if (id % 101 === 0) assert.ok(seen.isNew(id * 2 - 1, id));
  }
});

test('once cleared, all are new again', () => {
  const seen = new SeenTrades();
  for (const id of [5, 3, 'a']) seen.isNew(id, 0);
  seen.clear();
  for (const id of [5, 3, 'a']) assert.ok(seen.isNew(id, 0));
});
