import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRow, aStore, at, LATER } from '../../../../../test/support/a-store.ts';
import { answerGetQuarantine, type RefusedBar } from './get-quarantine.query.ts';

const HIGH_BELOW_LOW = { high: 1, low: 2 };

test('rejected bars come newest first, with what was sent, page by page', async (t) => {
  const { collections, upsert } = await aStore(t);
  const ask = answerGetQuarantine(collections);
  const refused = (minute: number) => ({ ...aRow(minute, 5), ...HIGH_BELOW_LOW });
  // Five at one moment, so that pages are cut among equals; then two others.
  await upsert([0, 1, 2, 3, 4].map(refused), { now: LATER });
  await upsert([aRow(9, 5), refused(5)], { now: LATER + 1 });
  await upsert([{ openTime: 'never' }], { now: LATER + 2, instrumentId: 'COINBASE:ETHUSD', provider: 'other' });

  const seen: RefusedBar[] = [];
  let cursor: string | undefined;
  do {
    const page = await ask({ limit: 2, ...(cursor === undefined ? {} : { cursor }) }, at(LATER));
    assert.ok(page.bars.length <= 2);
    seen.push(...page.bars);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  assert.deepEqual(
    seen.map(({ rejectedAt }) => rejectedAt - LATER),
    [2, 1, 0, 0, 0, 0, 0],
  );
  assert.equal(new Set(seen.map(({ id }) => id)).size, 7);
  const [newest, second] = seen;
  assert.deepEqual(
    [newest.instrumentId, newest.interval, newest.provider, newest.code, newest.openTime, newest.sent],
    ['COINBASE:ETHUSD', '1m', 'other', 'invalidBar', undefined, '{"openTime":"never"}'],
  );
  assert.equal(second.code, 'highLowOrder');
  assert.deepEqual(JSON.parse(second.sent), refused(5));
  assert.equal(second.openTime, refused(5).openTime);
});

test('one instrument or one series of it can be asked for, and a cursor is of its question', async (t) => {
  const { collections, upsert } = await aStore(t);
  const ask = answerGetQuarantine(collections);
  for (const symbol of ['A', 'A/1m', 'AB'])
    for (const minute of [0, 1])
      await upsert([{ ...aRow(minute, 5), ...HIGH_BELOW_LOW }], { instrumentId: `X:${symbol}`, now: LATER + minute });
  await upsert([{ ...aRow(0, 5), ...HIGH_BELOW_LOW }], { instrumentId: 'X:A', interval: '1h' });

  const { bars, nextCursor: cursor = '' } = await ask({ instrumentId: 'X:A', limit: 2 }, at(LATER));
  assert.deepEqual(new Set(bars.map(({ instrumentId }) => String(instrumentId))), new Set(['X:A']));
  const rest = await ask({ instrumentId: 'X:A', limit: 2, cursor }, at(LATER));
  assert.equal(rest.bars.length, 1);
  assert.equal(rest.nextCursor, undefined);
  assert.equal((await ask({ instrumentId: 'X:A', interval: '1h' }, at(LATER))).bars.length, 1);
  assert.equal((await ask({ instrumentId: 'X:A', interval: '1m', align: 'session' }, at(LATER))).bars.length, 0);
  await assert.rejects(ask({ instrumentId: 'X:AB', cursor }, at(LATER)), { code: 'CURSOR_MISMATCH' });
  await assert.rejects(ask({ instrumentId: 'X:A', cursor: 'bm9uZQ' }, at(LATER)), { code: 'INVALID_CURSOR' });
  await assert.rejects(ask({ interval: '1m' }, at(LATER)), { code: 'INVALID_REQUEST' });
});
