import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { numberOfText } from './number-text.ts';

const decimals = fc
  .tuple(fc.constantFrom('', '-'), fc.bigInt({ min: 0n, max: 10n ** 18n }), fc.nat({ max: 18 }))
  .map(([sign, digits, point]) => {
    const text = String(digits).padStart(point + 1, '0');
    return point === 0 ? sign + text : `${sign}${text.slice(0, -point)}.${text.slice(-point)}`;
  });

test('reads a decimal as Number does, to the last bit', () => {
  const doubles = fc.double({ noNaN: true, noDefaultInfinity: true }).map(String);
  fc.assert(
    fc.property(fc.oneof(decimals, doubles), (text) => {
      assert.ok(Object.is(numberOfText(text), Number(text)), text);
    }),
    { numRuns: 5_000 },
  );
  for (const text of ['-0', '+1.5', ' 7 ', '.5', '5.', '1e-7', '0.30000000000000004', '9007199254740993', '-Infinity'])
    assert.ok(Object.is(numberOfText(text), Number(text)), text);
});

for (const text of ['', ' ', '.', '-', '1.2.3', '0x10', '0b1', 'infinity', 'NaN', '1,5', '12 3', '1_000'])
  test(`refuses ${JSON.stringify(text)}`, () => assert.ok(Number.isNaN(numberOfText(text))));
