import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { anySymbol } from '../../test/support/any-symbol.ts';
import {
  BAR_INTERVALS,
  EPOCH_MS_RANGE,
  epochMs,
  instrumentId,
  isAligned,
  seriesId,
  type BarInterval,
} from '../market/index.ts';
import { chunkId, chunkIdRange, chunkWindow, idsOfSeries, parseChunkId, stepsOf } from './window.ts';

const AAPL = instrumentId('NASDAQ:AAPL');
const MOMENT = Date.UTC(2014, 5, 5, 13, 30);

const KEYS: readonly (readonly [key: string, from: string, to: string, intervals: readonly BarInterval[]])[] = [
  ['2014-06-05T13', '2014-06-05T13:00Z', '2014-06-05T14:00Z', ['1s', '5s', '15s', '30s']],
  ['2014-06-05', '2014-06-05', '2014-06-06', ['1m', '3m']],
  ['2014-06-02', '2014-06-02', '2014-06-09', ['5m', '15m']],
  ['2014-06', '2014-06-01', '2014-07-01', ['30m', '45m']],
  ['2014-Q2', '2014-04-01', '2014-07-01', ['1h', '2h', '3h', '4h']],
  ['2014', '2014-01-01', '2015-01-01', ['6h', '8h', '12h']],
  ['2010', '2010-01-01', '2020-01-01', ['1d']],
];

for (const [key, from, to, intervals] of KEYS)
  for (const interval of intervals)
    test(`${interval} bars of one moment lie in chunk ${key}`, () => {
      assert.deepEqual(chunkWindow(MOMENT, interval), { key, from: Date.parse(from), to: Date.parse(to) });
    });

test('weeks and months have one chunk for all', () => {
  for (const interval of ['1w', '1M'] as const) {
    const { minimum, maximum } = EPOCH_MS_RANGE;
    assert.deepEqual(chunkWindow(MOMENT, interval), { key: 'all', from: minimum, to: maximum + 1 });
    assert.deepEqual(chunkWindow(minimum, interval), chunkWindow(maximum, interval));
  }
});

const anyInterval = fc.constantFrom(...BAR_INTERVALS);
const moment = fc.integer({ min: EPOCH_MS_RANGE.minimum, max: EPOCH_MS_RANGE.maximum });

test('a window holds the moment it was asked for, and every moment of it has that window', () => {
  fc.assert(
    fc.property(
      moment,
      anyInterval,
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      (time, interval, place) => {
        const window = chunkWindow(time, interval);
        assert.ok(window.from <= time && time < window.to);
        const other = window.from + Math.floor(place * (window.to - window.from));
        if (other >= EPOCH_MS_RANGE.minimum) assert.deepEqual(chunkWindow(other, interval), window);
      },
    ),
    { numRuns: 1_000 },
  );
});

test('no bar lies in two windows', () => {
  fc.assert(
    fc.property(moment, anyInterval, (time, interval) => {
      const { from, to } = chunkWindow(time, interval);
      assert.ok(isAligned(from, interval), 'a bar begins where the window does');
      assert.ok(isAligned(to, interval) || interval === '1w', 'and ends where it does');
    }),
    { numRuns: 1_000 },
  );
});

test('a window counts its bars', () => {
  const counts = {
    '1s': 3_600,
    '1m': 1_440,
    '3m': 480,
    '15m': 672,
    '45m': 960,
    '4h': 546,
    '12h': 730,
    '1d': 3_652,
  } as const;
  for (const [interval, count] of Object.entries(counts))
    assert.equal(stepsOf(chunkWindow(MOMENT, interval as BarInterval), interval as BarInterval), count, interval);
});

test('ids sort as time does, and read back as what they were made of', () => {
  fc.assert(
    fc.property(moment, moment, anyInterval, fc.constantFrom('clock', 'session'), (a, b, interval, align) => {
      const series = seriesId(AAPL, interval, align);
      const [earlier, later] = [chunkId(series, Math.min(a, b)), chunkId(series, Math.max(a, b))];
      assert.ok(earlier <= later);
      const { first, last } = idsOfSeries(series);
      assert.ok(first <= earlier && later <= last);
      assert.deepEqual(parseChunkId(earlier), {
        series,
        instrumentId: AAPL,
        interval,
        ...(series.endsWith('@session') ? { align } : {}),
        window: chunkWindow(Math.min(a, b), interval),
        step: series.endsWith('@session') ? '1s' : interval,
      });
    }),
    { numRuns: 1_000 },
  );
});

test('ids of one series do not reach into those of another', () => {
  const { first, last } = idsOfSeries(seriesId(AAPL, '1m'));
  for (const id of [
    'NASDAQ:AAPL/15m/2014-06-02',
    'NASDAQ:AAPL/1M/all',
    'NASDAQ:AAPLW/1m/2014-06-05',
    'NASDAQ:AAP/1m/2014-06-05',
    'NASDAQ:AAPL/1m@session/2014-06-05',
  ])
    assert.ok(id < first || id > last, id);
});

test('ids of any two symbols are told apart, by range too, and read back', () => {
  const of = (symbol: string, interval: BarInterval) => seriesId(instrumentId(`X:${symbol}`), interval);
  fc.assert(
    fc.property(anySymbol, anySymbol, anyInterval, anyInterval, moment, (one, other, interval, another, time) => {
      const [series, second] = [of(one, interval), of(other, another)];
      fc.pre(series !== second);
      const { first, last } = idsOfSeries(series);
      const [own, foreign] = [chunkId(series, time), chunkId(second, time)];
      const isWithin = (id: string): boolean =>
        Buffer.compare(Buffer.from(first), Buffer.from(id)) <= 0 &&
        Buffer.compare(Buffer.from(id), Buffer.from(last)) <= 0;
      assert.deepEqual([isWithin(own), isWithin(foreign)], [true, false], `${own} ${foreign}`);
      assert.equal(parseChunkId(own).series, series);
    }),
    { numRuns: 2_000 },
  );
});

test('a slash of a symbol is escaped in the ids of its chunks', () => {
  const id = chunkId(seriesId(instrumentId('BINANCE:BTC/USDT:USDT'), '1m'), MOMENT);
  assert.equal(id, 'BINANCE:BTC%2FUSDT:USDT/1m/2014-06-05');
});

test('a range of bars is a range of ids, from the chunk of its first moment to that of its last', () => {
  const day = (text: string) => epochMs(Date.parse(text));
  const series = seriesId(AAPL, '1m');
  assert.deepEqual(chunkIdRange(series, { from: day('2014-06-05T13:30Z'), to: day('2014-06-07') }), {
    first: 'NASDAQ:AAPL/1m/2014-06-05',
    last: 'NASDAQ:AAPL/1m/2014-06-06',
  });
});

const REFUSED = [
  'NASDAQ:AAPL',
  'NASDAQ:AAPL/1m',
  'NASDAQ:AAPL/1m/',
  'NASDAQ:AAPL/1m/all',
  'NASDAQ:AAPL/1m/2014-06',
  'NASDAQ:AAPL/1m/2014-13-05',
  'NASDAQ:AAPL/5m/2014-06-05',
  'NASDAQ:AAPL/1d/2014',
  'NASDAQ:AAPL/1h/2014-Q5',
  'NASDAQ:AAPL/7m/2014-06-05',
  'AAPL/1m/2014-06-05',
  'NASDAQ:AAPL/1M/2014',
  'NASDAQ:AAPL/1m/2014-06-05/x',
  'X:A%41/1m/2014-06-05',
  'X:%/1m/2014-06-05',
  'X:A%2f/1m/2014-06-05',
  'NASDAQ:AAPL/1d@session/2010',
  'NASDAQ:AAPL/1h@clock/2014-Q2',
];

for (const id of REFUSED) test(`"${id}" is no chunk's id`, () => assert.throws(() => parseChunkId(id), RangeError));
