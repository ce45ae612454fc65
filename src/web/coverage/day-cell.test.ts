import assert from 'node:assert/strict';
import { test } from 'node:test';
import { lookOf, missingIn, sumOf, tallyText } from './day-cell.ts';

test('a cell shows what is held of what could be, and the loudest reason of what is not', () => {
  const share = (bars: Readonly<Record<string, number>>, expected = 100) => lookOf({ expected, bars });
  assert.deepEqual(share({ held: 100 }), { share: 1, reason: undefined, quiet: undefined });
  assert.deepEqual(share({ held: 60, noTrades: 40 }), { share: 1, reason: undefined, quiet: undefined });
  assert.deepEqual(share({ held: 25, notFetched: 25, noTrades: 50 }), {
    share: 0.5,
    reason: 'notFetched',
    quiet: undefined,
  });
  assert.equal(share({ notFetched: 99, providerError: 1 }).reason, 'providerError');
  assert.equal(share({ held: 99, somethingNew: 1 }).reason, 'somethingNew');
});

test('a day on which nothing could be held is quiet, whatever the reason', () => {
  assert.equal(lookOf({ expected: 0, bars: {} }).quiet, 'closed');
  assert.equal(lookOf({ expected: 7, bars: { noTrades: 7 } }).quiet, 'noTrades');
  assert.equal(lookOf({ expected: 7, bars: { beforeListing: 7 } }).quiet, 'beforeListing');
  assert.equal(lookOf({ expected: 7, bars: { notYet: 7 } }).reason, undefined);
});

test('figures are told in words, the loud ones first', () => {
  const tally = { expected: 1_440, bars: { noTrades: 40, held: 1_380, notFetched: 20 } };
  assert.equal(tallyText(tally), '1,440 expected, 1,380 held (95.8 %), 20 not fetched, 40 no trades');
  assert.deepEqual(missingIn(tally)[0], { reason: 'notFetched', bars: 20 });
  assert.equal(tallyText({ expected: 0, bars: {} }), 'no bars expected');
});

test('tallies add up', () => {
  const day = { expected: 10, bars: { held: 7, notFetched: 3 } };
  assert.deepEqual(sumOf([day, day, { expected: 5, bars: { noTrades: 5 } }]), {
    expected: 25,
    bars: { held: 14, notFetched: 6, noTrades: 5 },
  });
});
