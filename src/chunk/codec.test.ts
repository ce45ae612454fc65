import assert from 'node:assert/strict';
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
  // All but the volume is said once.
  const volumeBytes = (1_440 * 4) / 8;
  assert.ok(bytes.length < volumeBytes + 100, `${bytes.length} bytes`);
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
      readOrRefuse(withChecksum(Uint8Array.of(1, 0, 0, 0, 0, ...bytes)), target);
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

test('a chunk of another version or interval is refused', () => {
  const bytes = encodeBars(minutes(1_440), '1m', MINUTES);
  assert.throws(() => decodeBars(bytes, '1h', MINUTES), ChunkFormatError, 'a day has no room for so many hours');
  bytes[0] = 2;
  assert.throws(() => decodeBars(bytes, '1m', MINUTES), /version/);
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
