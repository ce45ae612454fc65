import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { providerNames, windowBars, type WindowBars } from '../../test/fixtures/chunk/window-bars.ts';
import { newBarColumns, sliceColumns } from '../market/index.ts';
import {
  ChunkFormatError,
  chunkWindow,
  countOf,
  decodeBars,
  decodeBarsInto,
  decodeRevisions,
  encodeBars,
  encodeRevisions,
  newObservedColumns,
  type ObservedColumns,
  type RevisionColumns,
} from './index.ts';

/** Typed arrays are compared by their bytes; providers by name, as their numbers may change. */
function assertSameBars(actual: ObservedColumns, expected: ObservedColumns): void {
  const unnumbered = { providers: [], provider: new Uint16Array(0) };
  assert.deepEqual({ ...actual, ...unnumbered }, { ...expected, ...unnumbered });
  assert.deepEqual(providerNames(actual), providerNames(expected));
}

test('decoding undoes encoding, bit for bit, for any finite doubles in any window', () => {
  fc.assert(
    fc.property(windowBars(), ({ columns, interval, window }) => {
      const bytes = encodeBars(columns, interval, window);
      assert.equal(countOf(bytes), columns.openTime.length);
      assertSameBars(decodeBars(bytes, interval, window), columns);
    }),
    { numRuns: 400 },
  );
});

test('bars decoded into place are the same, and leave their neighbours alone', () => {
  fc.assert(
    fc.property(windowBars(200), fc.nat(3), ({ columns, interval, window }, offset) => {
      const count = columns.openTime.length;
      const target = newBarColumns(offset + count + 2);
      assert.equal(decodeBarsInto(encodeBars(columns, interval, window), interval, window, target, offset), count);
      const { openTime, open, high, low, close, volume, state } = columns;
      assert.deepEqual(sliceColumns(target, offset, offset + count), {
        openTime,
        open,
        high,
        low,
        close,
        volume,
        state,
      });
      assert.deepEqual(sliceColumns(target, 0, offset), newBarColumns(offset));
      assert.deepEqual(sliceColumns(target, offset + count, offset + count + 2), newBarColumns(2));
    }),
  );
});

/** The same bars with optional columns, in each of which values are absent here and there. */
const withOptional = fc
  .tuple(
    windowBars(300),
    fc.subarray(['trades', 'turnover', 'openInterest'] as const),
    fc.nat(9),
    fc.constantFrom(1, 0.01, 1e-8, 1 / 3, 1e9),
  )
  .map(([target, names, absent, unit]) => {
    const { openTime } = target.columns;
    const columns = names.map((name, place) => {
      const values = openTime.map((_, i) => (i % 10 < absent ? NaN : ((i * 7_919 + place) % 100_003) * unit));
      return [name, values] as const;
    });
    return { ...target, optional: Object.fromEntries(columns.filter(([, values]) => !values.every(Number.isNaN))) };
  });

test('trades, turnover and open interest come back, and cost a byte where they are absent', () => {
  fc.assert(
    fc.property(withOptional, ({ columns, optional, interval, window }) => {
      const count = columns.openTime.length;
      const absent = new Float64Array(count).fill(NaN);
      const plain = encodeBars({ ...columns, trades: absent }, interval, window);
      assert.deepEqual(plain, encodeBars(columns, interval, window), 'a column without values is no column');
      const all = { ...columns, ...optional };
      const bytes = encodeBars(all, interval, window);
      assertSameBars(decodeBars(bytes, interval, window), all);
      const unset = (): Float64Array => new Float64Array(count);
      const target = { ...newBarColumns(count), turnover: unset(), openInterest: unset() };
      decodeBarsInto(bytes, interval, window, target, 0);
      const { turnover = absent, openInterest = absent } = all;
      assert.deepEqual([target.turnover, target.openInterest], [turnover, openInterest]);
      const log = { ...all, observedTo: columns.observedAt };
      assertSameBars(decodeRevisions(encodeRevisions(log, interval, window), interval, window), log);
    }),
    { numRuns: 300 },
  );
});

test('bars of a range are those of the whole that open in it', () => {
  fc.assert(
    fc.property(withOptional, fc.nat(400), fc.nat(400), ({ columns, optional, interval, window }, skipped, wanted) => {
      const { openTime } = columns;
      const count = openTime.length;
      const from = openTime[skipped] ?? window.from;
      const to = openTime[skipped + wanted] ?? window.to;
      const start = skipped < count ? skipped : 0;
      const end = skipped + wanted < count ? skipped + wanted : count;
      const bytes = encodeBars({ ...columns, ...optional }, interval, window);
      const unset = (): Float64Array => new Float64Array(count + 2);
      const newTarget = () => ({ ...newBarColumns(count + 2), trades: unset() });
      const [whole, part] = [newTarget(), newTarget()];
      decodeBarsInto(bytes, interval, window, whole, 1);
      assert.equal(decodeBarsInto(bytes, interval, window, part, 1, { from, to }), end - start);
      const names = ['openTime', 'open', 'high', 'low', 'close', 'volume', 'state', 'trades'] as const;
      for (const name of names) {
        assert.deepEqual(part[name].slice(1, 1 + end - start), whole[name].slice(1 + start, 1 + end), name);
        assert.ok(
          part[name].subarray(1 + end - start).every((value) => value === 0),
          'what follows is left alone',
        );
      }
    }),
    { numRuns: 300 },
  );
});

test('a chunk of a hundred thousand bars comes back', () => {
  const window = chunkWindow(0, '1w');
  const columns = newObservedColumns(100_000, ['csv']);
  for (let i = 0; i < 100_000; i++) {
    const price = 5_000 + ((i * 7_919) % 1_009);
    columns.openTime[i] = FIRST_MONDAY + i * 604_800_000;
    columns.open[i] = columns.low[i] = price / 100;
    columns.close[i] = columns.high[i] = (price + ((i * 31) % (i % 17 === 0 ? 5_003 : 13))) / 100;
    columns.volume[i] = ((i * 104_729) % (i % 7 === 0 ? 2 ** 36 : 90_001)) / 1e4;
    columns.observedAt[i] = columns.finalAt[i] = Date.UTC(2024, 0, 1) + ((i * 7_919) % 10_007);
    columns.state[i] = 2;
  }
  const bytes = encodeBars(columns, '1w', window);
  assertSameBars(decodeBars(bytes, '1w', window), columns);
  const part = newBarColumns(1_000);
  const range = { from: columns.openTime[70_000], to: columns.openTime[71_000] };
  assert.equal(decodeBarsInto(bytes, '1w', window, part, 0, range), 1_000);
  assert.deepEqual(part.close, columns.close.slice(70_000, 71_000));
  assert.deepEqual(part.volume, columns.volume.slice(70_000, 71_000));
});

test('encoding what was decoded gives the same bytes, wherever in memory they lay', () => {
  fc.assert(
    fc.property(windowBars(150), fc.nat(7), ({ columns, interval, window }, shift) => {
      const bytes = encodeBars(columns, interval, window);
      const shifted = new Uint8Array(shift + bytes.length).subarray(shift);
      shifted.set(bytes);
      assert.deepEqual(encodeBars(decodeBars(shifted, interval, window), interval, window), bytes);
    }),
  );
});

test('a revision log comes back with the spans of belief, also where a bar has many entries', () => {
  fc.assert(
    fc.property(
      windowBars(60),
      fc.integer({ min: 1, max: 3 }),
      fc.nat(10_000),
      ({ columns, interval, window }, repeat, lag) => {
        const log = repeatEach(columns, repeat);
        const observedTo = log.observedAt.map((time, i) => time + ((i * 7_919) % (lag + 1)));
        const decoded = decodeRevisions(encodeRevisions({ ...log, observedTo }, interval, window), interval, window);
        const expected: RevisionColumns = { ...log, observedTo };
        assertSameBars(decoded, expected);
      },
    ),
  );
});

function repeatEach(columns: ObservedColumns, times: number): ObservedColumns {
  const count = columns.openTime.length * times;
  const repeated = newObservedColumns(count, columns.providers);
  const names = [
    'openTime',
    'open',
    'high',
    'low',
    'close',
    'volume',
    'state',
    'provider',
    'observedAt',
    'finalAt',
  ] as const;
  for (const name of names) for (let i = 0; i < count; i++) repeated[name][i] = columns[name][Math.floor(i / times)];
  return repeated;
}

const FIRST_MONDAY = Date.UTC(1970, 0, 5);

const MINUTES = chunkWindow(Date.UTC(2016, 9, 7), '1m');

/** `count` contiguous minutes, all observed and final at one moment. */
function minutes(count: number): ObservedColumns {
  const columns = newObservedColumns(count, ['csv']);
  for (let i = 0; i < count; i++) {
    columns.openTime[i] = MINUTES.from + i * 60_000;
    columns.open[i] = columns.close[i] = columns.high[i] = columns.low[i] = 611.21;
    columns.volume[i] = 1.5;
    columns.observedAt[i] = columns.finalAt[i] = MINUTES.to;
    columns.state[i] = 2;
  }
  return columns;
}

test('what repeats costs next to nothing', () => {
  const bytes = encodeBars(minutes(1_440), '1m', MINUTES);
  // All but the volume is said once, or in a few bytes a block.
  const volumeBytes = (1_440 * 4) / 8;
  const headers = Math.ceil(1_440 / 128) * 6;
  assert.ok(bytes.length < volumeBytes + headers + 60, `${bytes.length} bytes`);
});

test('one live bar each costs no more than two bytes for where and when it came from', () => {
  const once = minutes(1_440);
  const live = minutes(1_440);
  for (let i = 0; i < 1_440; i++)
    live.observedAt[i] = live.finalAt[i] = live.openTime[i] + 62_000 + ((i * 7_919) % 1_500);
  const extra = encodeBars(live, '1m', MINUTES).length - encodeBars(once, '1m', MINUTES).length;
  assert.ok(extra <= 2 * 1_440, `${extra} bytes more`);
});

test('bars that do not belong into the chunk are refused', () => {
  const change = (alter: (columns: ObservedColumns) => void) => {
    const columns = minutes(3);
    alter(columns);
    return () => encodeBars(columns, '1m', MINUTES);
  };
  assert.throws(
    change(({ openTime }) => (openTime[1] = openTime[0])),
    RangeError,
    'twice the same openTime',
  );
  assert.throws(
    change(({ openTime }) => (openTime[1] = openTime[2] + 60_000)),
    RangeError,
    'descending',
  );
  assert.throws(
    change(({ openTime }) => (openTime[2] += 1)),
    RangeError,
    'off the grid',
  );
  assert.throws(
    change(({ openTime }) => (openTime[2] = MINUTES.to)),
    RangeError,
    'after the window',
  );
  assert.throws(
    change(({ openTime }) => (openTime[0] = MINUTES.from - 60_000)),
    RangeError,
    'before the window',
  );
  assert.throws(
    change(({ observedAt }) => (observedAt[0] = 0.5)),
    RangeError,
    'half a millisecond',
  );
  assert.throws(
    change(({ finalAt }) => (finalAt[0] = Infinity)),
    RangeError,
    'final at no moment',
  );
  assert.throws(
    change(({ finalAt, observedAt }) => (finalAt[0] = observedAt[0] - 1)),
    RangeError,
    'final too early',
  );
});

/** Reads the bytes in every way; what is thrown must say that they are no chunk. */
function readOrRefuse(bytes: Uint8Array, { interval, window }: Omit<WindowBars, 'columns'>): number {
  let refused = 0;
  const readers = [
    () => countOf(bytes),
    () => decodeBars(bytes, interval, window),
    () => decodeRevisions(bytes, interval, window),
    () => decodeBarsInto(bytes, interval, window, newBarColumns(2_000), 0),
  ];
  for (const read of readers)
    try {
      read();
    } catch (error) {
      if (!(error instanceof ChunkFormatError)) assert.match(String(error), /^RangeError: No room for/);
      refused++;
    }
  return refused;
}

/** So that a decoder's own checks are put to the test, and not only the checksum. */
function withChecksum(bytes: Uint8Array): Uint8Array {
  if (bytes.length >= 5) new DataView(bytes.buffer).setUint32(1, crc32(bytes.subarray(5)), true);
  return bytes;
}

test('any bytes are either read or refused as no chunk', () => {
  const anyBytes = fc.uint8Array({ maxLength: 200 });
  fc.assert(
    fc.property(windowBars(1), anyBytes, (target, bytes) => {
      assert.ok(readOrRefuse(bytes, target) >= 3, 'random bytes have no checksum');
      for (const version of [1, 2]) readOrRefuse(withChecksum(Uint8Array.of(version, 0, 0, 0, 0, ...bytes)), target);
    }),
    { numRuns: 2_000 },
  );
});

test('a chunk with a changed bit is refused by its checksum', () => {
  fc.assert(
    fc.property(windowBars(60), fc.nat(), fc.nat(7), (target, place, bit) => {
      const bytes = encodeBars(target.columns, target.interval, target.window);
      bytes[place % bytes.length] ^= 1 << bit;
      assert.throws(() => decodeBars(bytes, target.interval, target.window), ChunkFormatError);
    }),
    { numRuns: 300 },
  );
});

test('a chunk that was cut or changed, but has a good checksum, is read or refused', () => {
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(windowBars(200), damage, fc.nat(), (target, changes, cut) => {
      const whole = encodeBars(target.columns, target.interval, target.window);
      const changed = whole.slice();
      for (const [place, byte] of changes) changed[5 + (place % (whole.length - 5))] = byte;
      readOrRefuse(withChecksum(changed), target);
      readOrRefuse(withChecksum(whole.slice(0, 5 + (cut % (whole.length - 5)))), target);
    }),
    { numRuns: 1_500 },
  );
});

test('a recorded chunk that was changed, but has a good checksum, is read or refused', () => {
  const recorded = ['v1-live-seconds', 'v1-real-minutes', 'v2-optional-columns', 'v2-eight-decimals'] as const;
  const places = [
    { interval: '1s', window: chunkWindow(Date.UTC(2018, 3, 6, 14), '1s') },
    { interval: '1m', window: MINUTES },
    { interval: '1m', window: chunkWindow(Date.UTC(2024, 4, 6), '1m') },
    { interval: '1d', window: chunkWindow(Date.UTC(2020, 0, 1), '1d') },
  ] as const;
  const damage = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 });
  const chunks = recorded.map((name) =>
    readFileSync(new URL(`../../test/fixtures/chunk/${name}.bin`, import.meta.url)),
  );
  fc.assert(
    fc.property(fc.nat(3), damage, (which, changes) => {
      const changed = new Uint8Array(chunks[which]);
      // Most of them in the head, where the shape of a chunk is told.
      for (const [place, byte] of changes) changed[5 + (place % (place % 4 === 0 ? changed.length - 5 : 300))] = byte;
      readOrRefuse(withChecksum(changed), places[which]);
    }),
    { numRuns: 3_000 },
  );
});

test('a chunk of another version or interval is refused', () => {
  const bytes = encodeBars(minutes(1_440), '1m', MINUTES);
  assert.throws(() => decodeBars(bytes, '1h', MINUTES), ChunkFormatError, 'a day has no room for so many hours');
  for (const version of [0, 3, 255]) {
    bytes[0] = version;
    assert.throws(() => decodeBars(bytes, '1m', MINUTES), /version/);
    assert.throws(() => countOf(bytes), /version/);
  }
});

test('a log is no chunk of bars, nor the other way round', () => {
  const columns = minutes(5);
  const log = encodeRevisions({ ...columns, observedTo: columns.observedAt }, '1m', MINUTES);
  assert.throws(() => decodeBars(log, '1m', MINUTES), ChunkFormatError);
  assert.throws(() => decodeRevisions(encodeBars(columns, '1m', MINUTES), '1m', MINUTES), ChunkFormatError);
});

test('bars that do not fit into the columns they are to be decoded into are refused', () => {
  const bytes = encodeBars(minutes(5), '1m', MINUTES);
  assert.throws(() => decodeBarsInto(bytes, '1m', MINUTES, newBarColumns(6), 2), RangeError);
});
