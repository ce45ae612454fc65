import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { claimsOf, ledgerIn, withAnswer, withoutSpan, type Answer, type AskedRange } from './ledger.ts';

const asked = (from: number, to: number, result: 'fetched' | 'failed', provider = 'a', at = 1): AskedRange => ({
  from,
  to,
  provider,
  result,
  at,
  ...(result === 'failed' ? { code: 'PROVIDER_TIMEOUT' } : {}),
});

test('neighbours of one provider join, and the later time stands for both', () => {
  const ledger = withAnswer(withAnswer([], asked(0, 10, 'fetched', 'a', 5)), asked(10, 20, 'fetched', 'a', 3));
  assert.deepEqual(ledger, [asked(0, 20, 'fetched', 'a', 5)]);
});

test('a failure fills what was not fetched and hides nothing', () => {
  const ledger = withAnswer(withAnswer([], asked(5, 10, 'fetched')), asked(0, 20, 'failed'));
  assert.deepEqual(ledger, [asked(0, 5, 'failed'), asked(5, 10, 'fetched'), asked(10, 20, 'failed')]);
});

test('what is fetched replaces a failure, and another provider only where it was asked', () => {
  const failed = withAnswer([], asked(0, 20, 'failed'));
  assert.deepEqual(withAnswer(failed, asked(5, 10, 'fetched', 'b')), [
    asked(0, 5, 'failed'),
    asked(5, 10, 'fetched', 'b'),
    asked(10, 20, 'failed'),
  ]);
});

const HOUR = 3_600_000;

test('what an answer left open claims nothing, rests for longer each time, and hides no answer', () => {
  const open = (at: number, from = 0, to = 20): Answer => ({ from, to, provider: 'a', result: 'unanswered', at });
  let ledger = withAnswer([asked(5, 10, 'fetched')], open(0));
  assert.deepEqual(claimsOf(ledger), [{ from: 5, to: 10, result: 'fetched' }]);
  const dueAt = (): unknown[] =>
    ledgerIn(ledger, 0, 1).map(({ looks = 1, lookAgainAt = NaN }) => [looks, lookAgainAt / HOUR]);
  for (const [at, due] of [
    [0, [1, 6]],
    [1, [1, 6]],
    [6, [2, 18]],
    [18, [3, 42]],
    [42, [4, 66]],
  ] as const) {
    ledger = withAnswer(ledger, open(at * HOUR));
    assert.deepEqual(dueAt(), [due], `after ${at} hours`);
  }
  assert.deepEqual(claimsOf(withAnswer(ledger, asked(0, 20, 'fetched'))), [{ from: 0, to: 20, result: 'fetched' }]);
});

const answer = (result: Answer['result'], at: number, from = 10, to = 20): Answer => ({
  from,
  to,
  provider: 'a',
  result,
  at,
});
/** What `[10, 20)` rests on after each of some answers. */
function restingOn(answers: readonly Answer[]) {
  let ledger: readonly AskedRange[] = [];
  return answers.map((one) => {
    ledger = withAnswer(ledger, one);
    const [{ result, looks = 1, lookAgainAt }] = ledgerIn(ledger, 10, 11);
    return [result, looks, lookAgainAt];
  });
}

test('what is doubtful proves nothing until a second answer agrees, and is certain after looks hours and days later', () => {
  const times = [0, 0, HOUR, 6 * HOUR, 8 * HOUR, 79 * HOUR, 999 * HOUR];
  const [first, ...others] = restingOn(times.map((at) => answer('doubtful', at)));
  assert.deepEqual(first, ['doubtful', 1, 0]);
  assert.deepEqual(others, [
    ['fetched', 2, 6 * HOUR],
    ['fetched', 2, 6 * HOUR],
    ['fetched', 3, 78 * HOUR],
    ['fetched', 3, 78 * HOUR],
    ['fetched', 4, undefined],
    ['fetched', 4, undefined],
  ]);
  assert.deepEqual(claimsOf(withAnswer([], answer('doubtful', 0))), []);
});

test('an ordinary answer again adds nothing, a doubtful one after it does, and a confirmation always counts', () => {
  const results = ['fetched', 'fetched', 'confirmed', 'doubtful'] as const;
  assert.deepEqual(restingOn(results.map((result, at) => answer(result, at))), [
    ['fetched', 1, undefined],
    ['fetched', 1, undefined],
    ['fetched', 2, undefined],
    ['fetched', 2, undefined],
  ]);
  assert.deepEqual(restingOn([answer('fetched', 1), answer('doubtful', 2)]).at(-1), ['fetched', 2, 2 + 6 * HOUR]);
});

test('a confirmation says nothing of what nobody answered for before', () => {
  assert.deepEqual(withAnswer([], answer('confirmed', 1)), []);
  const failed = [asked(10, 15, 'failed')];
  assert.deepEqual(withAnswer(failed, answer('confirmed', 1)), failed);
});

test('a failure hides no doubt, and neighbours that rest on different looks are one claim', () => {
  const doubtful = withAnswer([], answer('doubtful', 1));
  assert.deepEqual(withAnswer(doubtful, { ...answer('failed', 2), code: 'PROVIDER_TIMEOUT' }), doubtful);
  const both = withAnswer(withAnswer(doubtful, answer('confirmed', 2)), answer('fetched', 2, 0, 40));
  assert.equal(both.length, 3);
  assert.deepEqual(claimsOf(both), [{ from: 0, to: 40, result: 'fetched' }]);
});

test('what is forgotten is as if nobody had asked', () => {
  const ledger = withAnswer([], answer('fetched', 1, 0, 30));
  assert.deepEqual(claimsOf(withoutSpan(ledger, { from: 10, to: 20 })), [
    { from: 0, to: 10, result: 'fetched' },
    { from: 20, to: 30, result: 'fetched' },
  ]);
});

test('a ledger is what a slot for each moment would say', () => {
  const entry = fc.record({
    from: fc.nat(30),
    length: fc.integer({ min: 1, max: 12 }),
    result: fc.constantFrom('fetched' as const, 'failed' as const),
    provider: fc.constantFrom('a', 'b'),
  });
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 20 }), (entries) => {
      let ledger: readonly AskedRange[] = [];
      const slots = new Map<number, AskedRange>();
      for (const { from, length, result, provider } of entries) {
        const added = asked(from, from + length, result, provider);
        ledger = withAnswer(ledger, added);
        for (let slot = from; slot < from + length; slot++)
          if (result === 'fetched' || slots.get(slot)?.result !== 'fetched') slots.set(slot, added);
      }
      for (const [index, range] of ledger.entries()) {
        assert.ok(range.from < range.to);
        if (index > 0) assert.ok(ledger[index - 1].to <= range.from);
      }
      for (let slot = 0; slot < 45; slot++) {
        const [found] = ledgerIn(ledger, slot, slot + 1);
        const expected = slots.get(slot);
        assert.deepEqual([found?.result, found?.provider], [expected?.result, expected?.provider]);
      }
    }),
  );
});
