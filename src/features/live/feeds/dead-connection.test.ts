import assert from 'node:assert/strict';
import { test } from 'node:test';
import { KNOWN_SCHEDULES } from '../../../market/index.ts';
import { alwaysOpenHeardAt, deadBecause, type Carried, type Silence } from './dead-connection.ts';

const LIMITS = { silenceMs: 60_000, quietMs: 300_000 };
const OPENING = Date.UTC(2026, 0, 5, 14, 30);
const carried = (exchange: string, heardMoment?: number, isRefused = false): Carried => ({
  fed: { schedule: KNOWN_SCHEDULES.get(exchange), sessions: 'regular' },
  heardMoment,
  isRefused,
});
const NASDAQ = carried('NASDAQ');

const why = (silence: Partial<Silence>, limits: { silenceMs: number; quietMs?: number } = LIMITS, all = [NASDAQ]) =>
  deadBecause(limits, { silentForMs: 0, quietForMs: 0, now: OPENING + 3_600_000, ...silence }, all);

test('a connection is silent once nothing came in for as long as the vendor says, in an open market', () => {
  assert.equal(why({ silentForMs: 59_999 }), undefined);
  assert.equal(why({ silentForMs: 60_000 }), 'Nothing came in for 60000 ms');
  assert.equal(why({ silentForMs: 60_000 }, LIMITS, []), undefined, 'nobody waits for anything');
});

test('silence counts from the opening, unless one of the markets was open before', () => {
  const night = { silentForMs: 3_600_000, now: OPENING + 59_999 };
  assert.equal(why(night), undefined);
  assert.notEqual(why({ ...night, now: OPENING + 60_000 }), undefined);
  assert.notEqual(why(night, LIMITS, [NASDAQ, carried('unknown')]), undefined);
});

test('heartbeats alone are no life where a market never closes, if the vendor sets a limit', () => {
  assert.equal(why({ quietForMs: 299_999 }), undefined);
  assert.equal(why({ quietForMs: 300_000 }), 'Only heartbeats came in for 300000 ms');
  assert.equal(why({ quietForMs: 300_000 }, { silenceMs: 60_000 }), undefined);
});

test('only markets that never close, and that the vendor gives, are waited for', () => {
  assert.equal(alwaysOpenHeardAt([carried('NASDAQ', 5), carried('unknown', 6), carried('24x7', 7, true)]), undefined);
  assert.equal(alwaysOpenHeardAt([carried('24x7', 3), carried('24x7'), carried('24x7', 2), NASDAQ]), 3);
  assert.equal(alwaysOpenHeardAt([carried('24x7')]), -Infinity, 'nothing came yet');
});
