import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ledgerIn, withAsked, type AskedRange } from './ledger.ts';

const asked = (from: number, to: number, result: 'fetched' | 'failed', provider = 'a', at = 1): AskedRange => ({
  from,
  to,
  provider,
  result,
  at,
  ...(result === 'failed' ? { code: 'PROVIDER_TIMEOUT' } : {}),
});

test('neighbours of one provider join, and the later time stands for both', () => {
  const ledger = withAsked(withAsked([], asked(0, 10, 'fetched', 'a', 5)), asked(10, 20, 'fetched', 'a', 3));
  assert.deepEqual(ledger, [asked(0, 20, 'fetched', 'a', 5)]);
});

test('a failure fills what was not fetched and hides nothing', () => {
  const ledger = withAsked(withAsked([], asked(5, 10, 'fetched')), asked(0, 20, 'failed'));
  assert.deepEqual(ledger, [asked(0, 5, 'failed'), asked(5, 10, 'fetched'), asked(10, 20, 'failed')]);
});

test('what is fetched replaces a failure, and another provider only where it was asked', () => {
  const failed = withAsked([], asked(0, 20, 'failed'));
  assert.deepEqual(withAsked(failed, asked(5, 10, 'fetched', 'b')), [
    asked(0, 5, 'failed'),
    asked(5, 10, 'fetched', 'b'),
    asked(10, 20, 'failed'),
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
        ledger = withAsked(ledger, added);
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
