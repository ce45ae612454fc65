import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { InvalidRequestError } from '../../platform/errors/index.ts';
import { isEmptyCell } from './empty-cell.ts';
import { NumberFormFinder, type NumberFormOptions } from './number-forms.ts';

const SEMICOLON = { separator: ';' };
const COMMA = { separator: ',' };

function formOf(cells: readonly unknown[], options: NumberFormOptions) {
  const finder = new NumberFormFinder(options);
  for (const cell of cells) finder.add(cell);
  return finder.form();
}

const refusal = { code: 'DECIMAL_FORM_NEEDED', message: /--decimal point\|comma/ };

const READ: readonly (readonly [
  cells: readonly unknown[],
  options: NumberFormOptions,
  shown: string,
  numbers: number[],
])[] = [
  [['187.15', '188.44'], COMMA, 'decimal point', [187.15, 188.44]],
  [['187,15', '82488674'], SEMICOLON, 'decimal comma', [187.15, 82_488_674]],
  [['187,15', '82.488'], SEMICOLON, 'decimal comma', [187.15, 82_488]],
  [['187.15', '82.488'], SEMICOLON, 'decimal point', [187.15, 82.488]],
  [['187,15', '82.488'], COMMA, 'decimal comma', [187.15, 82_488]],
  [['82.488', '82.489'], COMMA, 'decimal point', [82.488, 82.489]],
  [['82.488'], {}, 'decimal point', [82.488]],
  [['82.488', '1.234.567'], SEMICOLON, 'decimal comma', [82_488, 1_234_567]],
  [['1,234.5', '1,240.0', '1,234,567'], COMMA, 'decimal point', [1234.5, 1240, 1_234_567]],
  [['12,34,567.5'], COMMA, 'decimal point', [1_234_567.5]],
  [['1.234,56', '-1.234.567,8'], SEMICOLON, 'decimal comma', [1234.56, -1_234_567.8]],
  [
    ["1'234.5", '1 234.5', '1\u00a0234.5', '1\u202f234.5'],
    SEMICOLON,
    'decimal point',
    [1234.5, 1234.5, 1234.5, 1234.5],
  ],
  [['1 234 567,5'], SEMICOLON, 'decimal comma', [1_234_567.5]],
  [
    ['$184.25', '-$1.5', '$-1.5', '€ 2.5', '2.5 €', '£3.25'],
    COMMA,
    'decimal point',
    [184.25, -1.5, -1.5, 2.5, 2.5, 3.25],
  ],
  [['58.41M', '1.5K', '2.25B', '3m', '0.58M'], COMMA, 'decimal point', [58_410_000, 1500, 2.25e9, 3e6, 580_000]],
  [['0,85%', '58,41M'], SEMICOLON, 'decimal comma', [0.85, 58_410_000]],
  [
    ['(1.5)', '($2.25)', '+1.5', '1e-7', '−1.5', '1.5E+3'],
    COMMA,
    'decimal point',
    [-1.5, -2.25, 1.5, 1e-7, -1.5, 1500],
  ],
  [['1,5e-7'], SEMICOLON, 'decimal comma', [1.5e-7]],
  [['0.123', '0.456'], SEMICOLON, 'decimal point', [0.123, 0.456]],
  [['1234.567'], SEMICOLON, 'decimal point', [1234.567]],
  [['10', '11', '1 000'], SEMICOLON, 'whole numbers', [10, 11, 1000]],
  [['82.488'], { separator: ';', decimal: 'comma' }, 'decimal comma', [82_488]],
  [['82.488'], { separator: ';', decimal: 'point' }, 'decimal point', [82.488]],
  [[1.5, 10n, '82.488'], {}, 'decimal point', [1.5, 10, 82.488]],
];
for (const [cells, options, shown, numbers] of READ)
  test(`reads ${cells.join('  ')} of a file with ${JSON.stringify(options)}`, () => {
    const form = formOf(cells, options);
    assert.equal(form.shown, shown);
    assert.deepEqual(
      cells.map((cell) => form.read(cell)),
      numbers,
    );
  });

const REFUSED: readonly (readonly [cells: readonly string[], options: NumberFormOptions])[] = [
  [['82.488', '82.489'], SEMICOLON],
  [['82.488', '100'], { separator: '\t' }],
  [['82,488'], COMMA],
  [['82,488', '1000'], SEMICOLON],
  [['187.15', '187,15'], SEMICOLON],
  [['187,15', '1,234,567'], SEMICOLON],
  [['58.410M'], SEMICOLON],
];
for (const [cells, options] of REFUSED)
  test(`refuses ${cells.join('  ')} of a file with ${JSON.stringify(options)}`, () => {
    assert.throws(() => formOf(cells, options), refusal);
    assert.throws(() => formOf(cells, options), InvalidRequestError);
  });

for (const cell of [
  '',
  'abc',
  '1.2.3',
  '1,2,3',
  '12,34.5',
  '0,123.4',
  '1.5(',
  '(1.5',
  '--1',
  '0x10',
  '1_000',
  'Infinity',
  'inf',
])
  test(`${JSON.stringify(cell)} is no number`, () => {
    for (const decimal of ['point', 'comma'] as const) assert.ok(Number.isNaN(formOf([], { decimal }).read(cell)));
  });

test('what is not finite is no number, whatever its type', () => {
  const form = formOf(['1.5'], COMMA);
  for (const cell of [Infinity, -Infinity, NaN, '1e999', undefined, null, true, new Date(5), {}])
    assert.ok(Number.isNaN(form.read(cell)), JSON.stringify(cell));
});

test('is open until a cell shows the decimal sign', () => {
  const finder = new NumberFormFinder(SEMICOLON);
  const states = ['10', '', '82.488', '1 000', '187,5'].map((cell) => {
    finder.add(cell);
    return finder.isOpen;
  });
  assert.deepEqual(states, [true, true, true, true, false]);
  assert.equal(new NumberFormFinder({ decimal: 'point' }).isOpen, false);
  assert.equal(new NumberFormFinder(COMMA).isOpen, false, 'programs write points');
});

test('a file of whole numbers so far reads what has one meaning only', () => {
  const read = (options: NumberFormOptions) => {
    const form = formOf(['10', '11'], options);
    return ['12', '12.5', '12,5', '1.234', '1,234', '$12.50'].map((cell) => form.read(cell));
  };
  assert.deepEqual(read(SEMICOLON), [12, 12.5, 12.5, NaN, NaN, 12.5]);
  assert.deepEqual(read(COMMA), [12, 12.5, 12.5, 1.234, NaN, 12.5]);
});

for (const cell of [
  '',
  '  ',
  'NaN',
  'nan',
  'null',
  'None',
  'N/A',
  'n/a',
  '#N/A',
  '<NA>',
  'NaT',
  '-',
  '--',
  NaN,
  undefined,
  null,
])
  test(`${JSON.stringify(cell)} is empty`, () => assert.ok(isEmptyCell(cell)));
for (const cell of ['0', '-1', 'x', 'nano', '.', 0, 0n, false, new Date(0)])
  test(`${String(cell)} is not empty`, () => assert.ok(!isEmptyCell(cell)));

const places = fc.integer({ min: 0, max: 6 });
const value = fc.tuple(fc.integer({ min: -999_999_999, max: 999_999_999 }), places);
const LOCALES = [
  { sign: '.', group: ',' },
  { sign: '.', group: '' },
  { sign: '.', group: "'" },
  { sign: '.', group: ' ' },
  { sign: ',', group: '.' },
  { sign: ',', group: '' },
  { sign: ',', group: '\u00a0' },
];

function written([digits, decimals]: readonly [number, number], { sign, group }: (typeof LOCALES)[number]): string {
  const text = String(Math.abs(digits)).padStart(decimals + 1, '0');
  const at = text.length - decimals;
  const whole = text.slice(0, at).replaceAll(/\B(?=(\d{3})+$)/g, group);
  return `${digits < 0 ? '-' : ''}${whole}${decimals === 0 ? '' : sign + text.slice(at)}`;
}

test('numbers written in any locale read back, or the file is refused; never another number', () => {
  let refused = 0;
  fc.assert(
    fc.property(
      fc.array(value, { minLength: 1, maxLength: 8 }),
      fc.constantFrom(...LOCALES),
      fc.constantFrom(',', ';', '\t', undefined),
      (values, locale, separator) => {
        // A program's files and separators do not meet a comma for the decimals with no other sign of it.
        fc.pre(locale.sign === '.' || separator === ';' || separator === '\t');
        const cells = values.map((one) => written(one, locale));
        try {
          const form = formOf(cells, { separator });
          cells.forEach((cell, at) => {
            const [digits, decimals] = values[at] ?? [NaN, 0];
            const expected = Number(`${digits}e-${decimals}`);
            const read = form.read(cell);
            assert.ok(read === expected, `${cell} read as ${read}`);
          });
        } catch (error) {
          if (!(error instanceof InvalidRequestError)) throw error;
          refused++;
        }
      },
    ),
    { numRuns: 3_000 },
  );
  assert.ok(refused < 1_000, `${refused} refused`);
});

test('reads plain decimals to the last bit, as Number does', () => {
  const form = formOf(['1.5'], COMMA);
  const comma = formOf(['1,5'], SEMICOLON);
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (number) => {
      assert.ok(form.read(String(number)) === number);
      assert.ok(comma.read(String(number).replace('.', ',')) === number);
    }),
    { numRuns: 2_000 },
  );
});
