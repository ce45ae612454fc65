import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newBarColumns, type BarColumns } from '../../../market/index.ts';
import { compareBasis } from './compare-basis.ts';

const MINUTE = 60_000;
const PRICES = ['open', 'high', 'low', 'close'] as const;

function bars(closes: readonly number[], volumes: readonly number[] = closes.map(() => 500)): BarColumns {
  const columns = newBarColumns(closes.length);
  for (const [i, close] of closes.entries()) {
    columns.openTime[i] = i * MINUTE;
    for (const name of PRICES) columns[name][i] = close;
    columns.volume[i] = volumes[i];
  }
  return columns;
}

const rounded = (value: number, decimals: number): number => Math.round(value * 10 ** decimals) / 10 ** decimals;
const kindOf = (held: BarColumns, fetched: BarColumns): string => compareBasis(held, fetched).kind;
const TWENTY = Array.from({ length: 20 }, (_, i) => 10 + (i % 9) * 0.03);

test('the ratio of a split is found although one bar was corrected as well', () => {
  const after = TWENTY.map((close, i) => (i === 7 ? 9 : close / 4));
  assert.deepEqual(compareBasis(bars(TWENTY), bars(after)), { kind: 'otherBasis', priceRatio: 0.25, volumeRatio: 1 });
  assert.equal(
    kindOf(bars(TWENTY), bars(TWENTY.map((close) => close / 1.05))),
    'otherBasis',
    'a stock dividend of 5 %',
  );
});

test('cents that were rounded at a split of 10:1 are no corrections', () => {
  const verdict = compareBasis(bars(TWENTY), bars(TWENTY.map((close) => rounded(close / 10, 2))));
  assert.ok(verdict.kind === 'otherBasis' && Math.abs(verdict.priceRatio - 0.1) < 0.001, JSON.stringify(verdict));
});

test('volume alone in lots of 100 is another unit', () => {
  const volumes = TWENTY.map((_, i) => 12_345 + 1_017 * i);
  const lots = volumes.map((volume) => Math.floor(volume / 100));
  const verdict = compareBasis(bars(TWENTY, volumes), bars(TWENTY, lots));
  assert.ok(verdict.kind === 'otherBasis' && verdict.priceRatio === 1, JSON.stringify(verdict));
  assert.ok(Math.abs(verdict.volumeRatio - 0.01) < 0.0002, JSON.stringify(verdict));
});

test('a split that the vendor applied days later is told by the oldest bars', () => {
  const before = TWENTY.map((close, i) => (i < 6 ? close : close / 4));
  assert.equal(kindOf(bars(before), bars(TWENTY.map((close) => close / 4))), 'otherBasis');
});

test('corrections are no other basis: of a few bars, of the newest ones by one ratio, of all by different ones', () => {
  assert.equal(kindOf(bars(TWENTY), bars(TWENTY.map((close, i) => (i % 5 === 2 ? close * 2 : close)))), 'same');
  assert.equal(kindOf(bars(TWENTY), bars(TWENTY.map((close, i) => (i < 8 ? close : close / 100)))), 'same');
  assert.equal(kindOf(bars(TWENTY), bars(TWENTY.map((close, i) => close * (1 + ((i * 7) % 11) / 200)))), 'same');
});

test('volumes that another vendor counts in its own way are no other unit', () => {
  const volumes = TWENTY.map((_, i) => 1_000 + 90 * i);
  const partial = volumes.map((volume, i) => Math.round(volume * (0.02 + ((i * 7) % 13) / 100)));
  assert.equal(kindOf(bars(TWENTY, volumes), bars(TWENTY, partial)), 'same');
  assert.equal(
    kindOf(
      bars(TWENTY, volumes),
      bars(
        TWENTY,
        volumes.map(() => NaN),
      ),
    ),
    'same',
  );
});

test('prices far away at no one ratio, and an answer that leaves most bars out, are unclear', () => {
  assert.equal(kindOf(bars(TWENTY), bars(TWENTY.map((close, i) => close * (2 + i)))), 'unclear');
  assert.equal(kindOf(bars(TWENTY), bars(TWENTY.slice(0, 2).map((close) => close / 4))), 'unclear');
  assert.equal(kindOf(bars(TWENTY), bars(TWENTY.slice(0, 2))), 'same');
  assert.equal(kindOf(bars(TWENTY), newBarColumns(0)), 'same');
  assert.equal(kindOf(bars([10]), bars([2.5])), 'same', 'all that is held is in the answer');
});

test('whole, tiny, negative and 32-bit prices are compared as they are written', () => {
  assert.equal(kindOf(bars([1, 1, 1, 1]), bars([0.5, 0.5, 0.5, 0.5])), 'otherBasis');
  assert.equal(kindOf(bars([0.00001234, 0.00001251, 0.00001243]), bars([0.01234, 0.01251, 0.01243])), 'otherBasis');
  assert.equal(kindOf(bars([-37.63, -20.11, -13.1]), bars([-3.763, -2.011, -1.31])), 'otherBasis');
  const in32Bits = TWENTY.map((close) => Math.fround(rounded(close / 10, 2)));
  assert.equal(kindOf(bars(TWENTY), bars(in32Bits)), 'otherBasis');
  assert.equal(kindOf(bars(TWENTY), bars(TWENTY.map(Math.fround))), 'same');
});

const RATIOS = [1 / 2, 2 / 3, 4 / 5, 1 / 4, 1 / 7, 1 / 10, 1 / 100, 2, 3 / 2, 10, 100] as const;
/** With fewer, rounding hides what happened. */
const LEAST_TICKS = 20;

const history = fc.record({
  decimals: fc.constantFrom(2, 4, 6),
  start: fc.double({ min: 5, max: 900, noNaN: true }),
  moves: fc.array(fc.double({ min: -0.02, max: 0.02, noNaN: true }), { minLength: 10, maxLength: 60 }),
  volumes: fc.array(fc.integer({ min: 20_000, max: 9_000_000 }), { minLength: 60, maxLength: 60 }),
  /** Of at most 40 % of the bars: which, and by which factor each. */
  corrected: fc.array(fc.record({ place: fc.nat(59), factor: fc.double({ min: 0.3, max: 3, noNaN: true }) }), {
    maxLength: 4,
  }),
});

interface History {
  readonly decimals: number;
  readonly start: number;
  readonly moves: readonly number[];
  readonly volumes: readonly number[];
  readonly corrected: readonly { readonly place: number; readonly factor: number }[];
}

function made({ decimals, start, moves, volumes }: History): BarColumns {
  const columns = newBarColumns(moves.length);
  let price = start;
  for (const [i, move] of moves.entries()) {
    const next = price * (1 + move);
    columns.openTime[i] = i * MINUTE;
    columns.open[i] = rounded(price, decimals);
    columns.close[i] = rounded(next, decimals);
    columns.high[i] = rounded(Math.max(price, next) * 1.001, decimals);
    columns.low[i] = rounded(Math.min(price, next) * 0.999, decimals);
    columns.volume[i] = volumes[i];
    price = next;
  }
  return columns;
}

function changed(held: BarColumns, { decimals, corrected }: History, priceRatio: number, volumeRatio: number) {
  const fetched = { ...held, volume: held.volume.map((volume) => rounded(volume * volumeRatio, 0)) };
  for (const name of PRICES) fetched[name] = held[name].map((price) => rounded(price * priceRatio, decimals));
  for (const { place, factor } of corrected)
    for (const name of PRICES) if (place < held.openTime.length) fetched[name][place] *= factor;
  return fetched;
}

test('whatever the history, rounding and corrections of some bars: the ratios of a changed basis are found', () => {
  fc.assert(
    fc.property(history, fc.constantFrom(...RATIOS), fc.constantFrom(1, 0.01, 100, 4), (described, ratio, volumes) => {
      const held = made(described);
      const ticks = Math.min(...held.low) * Math.min(1, ratio) * 10 ** described.decimals;
      fc.pre(ticks >= LEAST_TICKS);
      const verdict = compareBasis(held, changed(held, described, ratio, volumes));
      assert.ok(verdict.kind === 'otherBasis', verdict.kind);
      assert.ok(Math.abs(verdict.priceRatio / ratio - 1) <= 1 / ticks, `${verdict.priceRatio} is not ${ratio}`);
      assert.ok(Math.abs(verdict.volumeRatio / volumes - 1) < 0.01, `${verdict.volumeRatio} is not ${volumes}`);
    }),
    { numRuns: 1_000 },
  );
});

test('and where only some bars were corrected, the basis is the same', () => {
  fc.assert(
    fc.property(history, (described) => {
      const held = made(described);
      assert.equal(kindOf(held, changed(held, described, 1, 1)), 'same');
    }),
    { numRuns: 1_000 },
  );
});
