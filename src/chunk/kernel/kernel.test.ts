import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import fc from 'fast-check';
import {
  BLOCK,
  COLUMN_ROWS,
  COLUMNS,
  EXCEPTIONS,
  INPUT,
  MEMORY_BYTES,
  MOST_EXTRA_BITS,
  PACKED,
  placeBytes,
  WIDE,
  type Kernel,
} from './index.ts';
import { referenceKernel } from './reference.ts';
import { wasmKernel } from './wasm.ts';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../../', import.meta.url));

const reference = referenceKernel();
const wasm = wasmKernel();

test('WebAssembly runs here, in memory of the same size', () => {
  assert.equal(wasm?.bytes.length, MEMORY_BYTES);
  assert.equal(reference.bytes.length, MEMORY_BYTES);
});

/** What both kernels answer and have in a part of their memory after the same was put into both and done with both. */
function compare(
  prepare: (kernel: Kernel) => void,
  act: (kernel: Kernel) => unknown,
  part: (kernel: Kernel) => Uint8Array | Uint32Array | Float64Array,
): void {
  assert.ok(wasm !== undefined);
  const [answered, expected] = [wasm, reference].map((kernel) => {
    prepare(kernel);
    const answer = act(kernel);
    return { answer, memory: answer === 0 ? undefined : part(kernel).slice() };
  });
  assert.deepEqual(answered, expected);
}

const sizes = fc.oneof(fc.constant(BLOCK), fc.integer({ min: 1, max: BLOCK - 1 }));
const slots = fc.nat(3);
/** Of all lengths in bits, with longer ones among them. */
const values = fc.tuple(fc.nat(32), fc.nat(32)).chain(([usual, rare]) =>
  fc.array(
    fc
      .tuple(fc.integer({ min: 0, max: 2 ** 32 - 1 }), fc.nat(9))
      .map(([value, dice]) => (value >>> 0) % 2 ** (dice === 0 ? rare : usual)),
    { minLength: BLOCK, maxLength: BLOCK },
  ),
);

function packedBytes({ words, bytes }: Kernel, size: number, packed: number): Uint8Array {
  return Uint8Array.of(
    ...new Uint8Array(words.slice(PACKED, PACKED + Math.ceil((size * (packed & 0xff)) / 32)).buffer),
    ...bytes.subarray(EXCEPTIONS, EXCEPTIONS + (packed >>> 8)),
  );
}

/** Puts what the reference packed where it is read from, and nothing else of what it had. */
function givesPacked(packed: number): (kernel: Kernel) => void {
  const lows = reference.words.slice(PACKED, PACKED + BLOCK);
  const exceptions = reference.bytes.slice(EXCEPTIONS, EXCEPTIONS + (packed >>> 8));
  return ({ bytes, words }) => {
    words.fill(0xffff_ffff, 0, COLUMNS * 2);
    words.set(lows, INPUT);
    bytes.set(exceptions, EXCEPTIONS);
  };
}

test('both pack the same, and take it apart again', () => {
  fc.assert(
    fc.property(sizes, slots, values, (size, slot, block) => {
      let packed = 0;
      compare(
        ({ words }) => {
          words.fill(0xa5a5_a5a5, 0, COLUMNS * 2);
          words.set(block, slot * BLOCK);
        },
        (kernel) => (packed = kernel.pack(size, slot)) + 1,
        (kernel) => packedBytes(kernel, size, packed),
      );
      const [width, length] = [packed & 0xff, packed >>> 8];
      compare(
        givesPacked(packed),
        (kernel) => {
          kernel.unpack(INPUT, size, width, slot);
          const [count, extra] = kernel.bytes.subarray(EXCEPTIONS);
          return length === 0 ? 1 : kernel.addExceptions(EXCEPTIONS + 2, size, count, width, extra, slot);
        },
        ({ words }) => words.slice(slot * BLOCK, slot * BLOCK + size),
      );
      assert.deepEqual(Array.from(reference.words.slice(slot * BLOCK, slot * BLOCK + size)), block.slice(0, size));
    }),
    { numRuns: 500 },
  );
});

const wideValues = fc.tuple(fc.nat(53), fc.nat(53)).chain(([usual, rare]) =>
  fc.array(
    fc.tuple(fc.maxSafeNat(), fc.nat(9)).map(([value, dice]) => value % 2 ** (dice === 0 ? rare : usual)),
    { minLength: BLOCK, maxLength: BLOCK },
  ),
);

test('both pack the same wide values, and take them apart again', () => {
  fc.assert(
    fc.property(sizes, wideValues, (size, block) => {
      let packed = 0;
      compare(
        ({ words, doubles }) => {
          words.fill(0xa5a5_a5a5, 0, COLUMNS * 2);
          doubles.set(block, WIDE);
        },
        (kernel) => (packed = kernel.packWide(size)) + 1,
        (kernel) => packedBytes(kernel, size, packed),
      );
      const [width, length] = [packed & 0xff, packed >>> 8];
      compare(
        givesPacked(packed),
        (kernel) => {
          const [count, extra] = length === 0 ? [0, 0] : kernel.bytes.subarray(EXCEPTIONS);
          return kernel.unpackWide(INPUT, EXCEPTIONS + 2, size, width, count, extra);
        },
        ({ doubles }) => doubles.slice(WIDE, WIDE + size),
      );
      assert.deepEqual(Array.from(reference.doubles.slice(WIDE, WIDE + size)), block.slice(0, size));
    }),
    { numRuns: 500 },
  );
});

test('both take any bytes for exceptions, or refuse them', () => {
  fc.assert(
    fc.property(
      sizes,
      fc.integer({ min: 1, max: BLOCK }),
      fc.nat(32),
      fc.nat(MOST_EXTRA_BITS),
      fc.uint8Array({ minLength: 600, maxLength: 600 }),
      (size, wanted, width, extra, any) => {
        const count = Math.min(size, wanted);
        // Half of the time places are good, as any bytes seldom are.
        if (any[0] % 2 === 0) for (let i = 0; i < placeBytes(size, count); i++) any[i] %= size;
        compare(
          ({ bytes, words }) => {
            words.fill(0, 0, BLOCK);
            bytes.set(any, EXCEPTIONS);
          },
          (kernel) => kernel.addExceptions(EXCEPTIONS, size, count, Math.min(width, 32 - extra), extra, 0),
          ({ words }) => words.slice(0, size),
        );
        compare(
          ({ bytes, words }) => {
            words.fill(0, INPUT, INPUT + 2 * BLOCK);
            bytes.set(any, EXCEPTIONS);
          },
          (kernel) => kernel.unpackWide(INPUT, EXCEPTIONS, size, Math.min(width, 53 - extra), count, extra),
          ({ doubles }) => doubles.slice(WIDE, WIDE + size),
        );
      },
    ),
    { numRuns: 1_000 },
  );
});

const powers = fc.nat(15).map((scale) => 10 ** scale);
const wholes = fc.oneof(
  fc.integer({ min: 0, max: 2 ** 20 }),
  fc.integer({ min: -1_000, max: 1_000 }),
  fc.integer({ min: 0, max: 2 ** 34 }),
  fc.maxSafeInteger(),
);
const doubles = fc.oneof(
  { weight: 200, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom(-0, NaN, Infinity, -Infinity, 5e-324, 1e308, 0.1 + 0.2, -1, 0.5) },
);

test('both make the same prices of any differences', () => {
  const anyWords = fc.array(fc.integer({ min: 0, max: 2 ** 32 - 1 }), { minLength: 4 * BLOCK, maxLength: 4 * BLOCK });
  fc.assert(
    fc.property(sizes, anyWords, fc.nat(31), fc.maxSafeInteger(), powers, (size, words, shift, base, power) =>
      compare(
        (kernel) =>
          kernel.words.set(
            words.map((word) => word >>> shift),
            0,
          ),
        (kernel) => kernel.joinPrices(size, base, power, BLOCK),
        (kernel) => rowsOf(kernel, 4, size),
      ),
    ),
  );
});

function rowsOf(kernel: Kernel, columns: number, size: number): Float64Array {
  const rows = new Float64Array(columns * size);
  for (let column = 0; column < columns; column++) {
    const from = COLUMNS + column * COLUMN_ROWS + BLOCK;
    rows.set(kernel.doubles.subarray(from, from + size), column * size);
  }
  return rows;
}

test('both take the same prices apart, and refuse the same', () => {
  const bars = fc.array(fc.tuple(wholes, fc.nat(500), fc.nat(100), fc.nat(100), doubles, fc.nat(3)), {
    minLength: BLOCK,
    maxLength: BLOCK,
  });
  fc.assert(
    fc.property(sizes, bars, wholes, powers, fc.boolean(), (size, sent, base, power, isNear) =>
      compare(
        (kernel) => {
          let close = base;
          for (const [i, [whole, move, above, below, double, column]] of sent.entries()) {
            const open = isNear ? close + (whole % 100) : whole;
            close = open + move - 250;
            const prices = [open, Math.max(open, close) + above, Math.min(open, close) - below, close];
            for (const [place, price] of prices.entries())
              kernel.doubles[COLUMNS + place * COLUMN_ROWS + BLOCK + i] =
                double !== undefined && place === column ? double : price / power;
          }
        },
        (kernel) => kernel.splitPrices(size, base, power, BLOCK),
        ({ words }) =>
          Uint32Array.from({ length: 4 * size }, (_, i) => words[Math.floor(i / size) * BLOCK + (i % size)]),
      ),
    ),
    { numRuns: 500 },
  );
});

test('both treat amounts alike', () => {
  const amounts = fc.array(fc.tuple(wholes, doubles, fc.nat(3)), { minLength: BLOCK, maxLength: BLOCK });
  fc.assert(
    fc.property(sizes, amounts, fc.boolean(), fc.nat(15), fc.nat(15), (size, sent, isSmall, scale, less) => {
      const power = 10 ** scale;
      const smaller = 10 ** Math.max(0, scale - less);
      const put = (kernel: Kernel): void => {
        for (const [i, [whole, double, dice]] of sent.entries())
          kernel.doubles[COLUMNS + BLOCK + i] =
            double ?? (isSmall ? Math.abs(whole % 2 ** 31) : whole) / (dice === 0 ? power : smaller);
      };
      const wideOf = (kernel: Kernel): Float64Array => kernel.doubles.slice(WIDE, WIDE + size);
      compare(put, (kernel) => kernel.splitAmounts(size, power, BLOCK), wideOf);
      compare(put, (kernel) => kernel.splitTwoScales(size, power, smaller, BLOCK), wideOf);
      const putWide = (kernel: Kernel): void =>
        kernel.doubles.set(
          sent.map(([whole]) => Math.abs(whole)),
          WIDE,
        );
      compare(
        putWide,
        (kernel) => kernel.joinAmounts(size, power, BLOCK),
        (kernel) => rowsOf(kernel, 1, size),
      );
      compare(
        putWide,
        (kernel) => kernel.joinTwoScales(size, power, smaller, BLOCK),
        (kernel) => rowsOf(kernel, 1, size),
      );
    }),
    { numRuns: 500 },
  );
});

test('the module is what its source gives', async () => {
  await run(process.execPath, ['scripts/build-kernel.ts', '--check'], { cwd: root });
});

/** Node itself needs larger modules, to read TypeScript. */
const WITHOUT_KERNEL = `const { Module } = WebAssembly;
  WebAssembly.Module = function (bytes) {
    if (bytes.length < 10_000) throw new Error('No such thing here');
    return new Module(bytes);
  };`;

test('chunks are the same where there is no WebAssembly', async () => {
  const { stdout } = await run(
    process.execPath,
    [
      '--conditions=pocketquant-source',
      `--import=data:text/javascript,${encodeURIComponent(WITHOUT_KERNEL)}`,
      '--test-reporter=tap',
      'src/chunk/format.test.ts',
    ],
    // Else it would answer in the words that test runners speak with each other.
    { cwd: root, env: { ...process.env, NODE_TEST_CONTEXT: undefined } },
  );
  assert.match(stdout, /^# fail 0$/m);
  assert.match(stdout, /^# pass \d{2}$/m);
});
