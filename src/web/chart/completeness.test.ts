import assert from 'node:assert/strict';
import { test } from 'node:test';
import { completenessText } from './completeness.ts';

const none = { missing: [], complete: true };

test('completeness is told with the numbers of the answer', () => {
  assert.equal(completenessText({ ...none, expected: 1_440, returned: 1_440 }), '1,440 bars of 1,440 expected');
  const missing = [
    { bars: 30, reason: 'notFetched' },
    { bars: 1, reason: 'noTrades' },
  ];
  assert.equal(
    completenessText({ expected: 100, returned: 72, extra: 3, missing, complete: false }),
    '72 bars of 100 expected, 30 missing, 1 without trades, 3 not expected',
  );
  assert.equal(
    completenessText({ ...none, expected: null, returned: 1 }),
    '1 bar; no schedule is known, so none is expected',
  );
});

test('what derived bars lack is told apart from bars that are missing', () => {
  const parts = { interval: '1m', expected: 60, held: 50, missing: 10 };
  assert.equal(
    completenessText({
      expected: 1,
      returned: 1,
      partial: 1,
      missing: [{ bars: 0, parts: 10, reason: 'notFetched' }],
      parts,
      complete: false,
    }),
    '1 bar of 1 expected, 1 partial, made of 50 bars of 1m of 60 expected',
  );
});
