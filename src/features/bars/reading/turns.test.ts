import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRow, aStore, portOf, minute as minuteOf } from '../../../../test/support/a-store.ts';
import { openAnswer } from './open-answer.ts';

const MINUTES = 120_000;

test('bars that are derived of many are made in parts, so that others have their turn', async (t) => {
  const { collections, upsert } = await aStore(t);
  const rows = Array.from({ length: MINUTES }, (_, minute) => aRow(minute, 7, 1));
  assert.equal((await upsert(rows, { now: minuteOf(MINUTES) })).inserted, MINUTES);
  const question = { instrumentId: 'COINBASE:BTCUSD', interval: '1h' } as const;
  const { batches } = await openAnswer(collections, portOf(), question, minuteOf(MINUTES));
  const sizes: number[] = [];
  for await (const { openTime } of batches(Infinity)) sizes.push(openTime.length);
  assert.equal(
    sizes.reduce((sum, size) => sum + size),
    MINUTES / 60,
  );
  assert.ok(sizes.length > 2, sizes.join());
});
