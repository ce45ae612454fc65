import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRow, aStore, at, LATER, minute } from '../../../../../test/support/a-store.ts';
import { answerGetLatestBar } from './get-latest-bar.query.ts';

const SERIES = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;

test('answers with the newest bar, where it came from and when it became known', async (t) => {
  const { collections, upsert } = await aStore(t);
  await upsert([aRow(0, 10), aRow(2_000, 12, 5)], { observedAt: minute(3_000) });
  const bar = await answerGetLatestBar(collections)(SERIES, at(LATER));
  const prices = { open: 12, high: 13, low: 11, close: 12, volume: 5 };
  const source = { state: 'final', provider: 'test', observedAt: minute(3_000) };
  assert.deepEqual(bar, { openTime: minute(2_000), ...prices, ...source });
});

test('answers with the revision known at asOf, not the newest one', async (t) => {
  const { collections, upsert } = await aStore(t);
  await upsert([aRow(0, 190)], { observedAt: minute(100) });
  await upsert([aRow(0, 191)], { observedAt: minute(200) });
  const latest = answerGetLatestBar(collections);
  assert.equal((await latest({ ...SERIES, asOf: minute(150) }, at(LATER))).close, 190);
  assert.equal((await latest({ ...SERIES, asOf: minute(200) }, at(LATER))).close, 191);
});

test('an older chunk answers where the newest holds nothing known by then', async (t) => {
  const { collections, upsert } = await aStore(t);
  await upsert([aRow(0, 10)], { observedAt: minute(100) });
  await upsert([aRow(5_000, 20)], { observedAt: minute(6_000) });
  const bar = await answerGetLatestBar(collections)({ ...SERIES, asOf: minute(5_999) }, at(LATER));
  assert.equal(bar.close, 10);
});

test('a series without a bar known by then is not found', async (t) => {
  const { collections, upsert } = await aStore(t);
  const latest = answerGetLatestBar(collections);
  await assert.rejects(latest(SERIES, at(LATER)), { code: 'BAR_NOT_FOUND' });
  await upsert([aRow(0, 10)], { observedAt: minute(100) });
  await assert.rejects(latest({ ...SERIES, asOf: minute(99) }, at(LATER)), { code: 'BAR_NOT_FOUND' });
});
