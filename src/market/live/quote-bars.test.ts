import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { listening, XRP } from '../../../test/fixtures/market/live-model.ts';
import type { QuoteUpdate } from '../quote/quote.ts';

const NOON = Date.UTC(2019, 9, 11, 12);
const MINUTE = 60_000;

type Told = Omit<QuoteUpdate, 'instrumentId'>;

/** The minute bars of quotes; `rebase` stands for a new connection. */
function minutesOf(quotes: readonly (Told | 'rebase')[]): string[] {
  const { machine, told } = listening({ intervals: ['1m'] });
  for (const quote of quotes)
    if (quote === 'rebase') machine.rebase();
    else machine.onQuote({ instrumentId: XRP, ...quote }, NOON);
  machine.advance(NOON + 60 * MINUTE);
  return told().map((event) => event.slice('closed 1m 2019-10-11T'.length));
}

test('a changed last price is a trade, and its size what the volume of the day grew by', () => {
  const quotes = [
    { eventTime: NOON, last: 5, dayVolume: 1_000 },
    { eventTime: NOON + 1, last: 6, dayVolume: 1_010 },
    { eventTime: NOON + 2, bid: 7 },
    { eventTime: NOON + 3, last: 6, dayVolume: 1_010 },
    { eventTime: NOON + 4, dayVolume: 1_013 },
    { eventTime: NOON + 5, last: 4 },
    { eventTime: NOON + 6, dayVolume: 1_020 },
  ];
  assert.deepEqual(minutesOf(quotes), ['12:00 6 6 4 4 20']);
});

test('where a new day begins the volume falls, and the new total is what was traded', () => {
  const quotes = [
    { eventTime: NOON, last: 5, dayVolume: 1_000 },
    { eventTime: NOON + 1, last: 6, dayVolume: 1_010 },
    { eventTime: NOON + MINUTE, last: 7, dayVolume: 30 },
  ];
  assert.deepEqual(minutesOf(quotes), ['12:00 6 6 6 6 10', '12:01 7 7 7 7 30']);
});

test('what was traded during an outage is in no bar', () => {
  const quotes = [
    { eventTime: NOON, last: 5, dayVolume: 1_000 },
    { eventTime: NOON + 1, last: 6, dayVolume: 1_010 },
    'rebase',
    { eventTime: NOON + MINUTE, last: 9, dayVolume: 5_000 },
    { eventTime: NOON + MINUTE + 1, last: 8, dayVolume: 5_001 },
  ] as const;
  assert.deepEqual(minutesOf(quotes), ['12:00 6 6 6 6 10', '12:01 8 8 8 8 1']);
});

test('a quote that was overtaken gives its price, but its volume is in the newer total', () => {
  const quotes = [
    { eventTime: NOON, last: 5, dayVolume: 1_000 },
    { eventTime: NOON + 10, last: 6, dayVolume: 1_010 },
    { eventTime: NOON + 5, last: 9, dayVolume: 1_004 },
    { eventTime: NOON + 11, last: 7, dayVolume: 1_011 },
  ];
  assert.deepEqual(minutesOf(quotes), ['12:00 9 9 6 7 11']);
});

test('volume that comes before any price waits for one', () => {
  const quotes = [{ dayVolume: 100 }, { dayVolume: 120 }, { last: 5 }, { dayVolume: 130 }];
  assert.deepEqual(minutesOf(quotes), ['12:00 5 5 5 5 30']);
});

test('without a running volume the size is that of the last trade, and unknown where there is none', () => {
  const withSizes = [{ last: 5, lastSize: 2 }, { last: 6, lastSize: 3 }, { last: 6, lastSize: 4 }, { bid: 5 }];
  assert.deepEqual(minutesOf(withSizes), ['12:00 6 6 6 6 7']);
  assert.deepEqual(minutesOf([{ last: 5 }, { last: 6 }, { last: 7 }]), ['12:00 6 7 6 7 undefined']);
});

test('numbers that are none are ignored and counted', () => {
  const { machine } = listening({ intervals: ['1m'] });
  const wrong: Told[] = [
    { last: NaN },
    { last: Infinity },
    { dayVolume: -1 },
    { dayVolume: NaN },
    { lastSize: -1 },
    { eventTime: NaN },
  ];
  for (const told of wrong) machine.onQuote({ instrumentId: XRP, ...told }, NOON);
  assert.equal(machine.ignored, wrong.length);
});

test('however the trades of days are told, their volume is in the bars once', () => {
  const day = fc.array(
    fc.record({ price: fc.integer({ min: 1, max: 3 }), size: fc.integer({ min: 1, max: 9 }), isTold: fc.boolean() }),
  );
  fc.assert(
    fc.property(
      fc.array(
        day.filter((trades) => trades.some(({ isTold }) => isTold)),
        { maxLength: 4 },
      ),
      (days) => {
        const { machine, closed } = listening({ intervals: ['1s', '1m'] });
        machine.onQuote({ instrumentId: XRP, last: 2, dayVolume: 1e6 }, NOON);
        let time = NOON;
        let told = 0;
        for (const trades of days) {
          let dayVolume = 0;
          let toldOfDay = 0;
          for (const { price, size, isTold } of trades) {
            time += 700;
            dayVolume += size;
            if (!isTold) continue;
            machine.onQuote({ instrumentId: XRP, eventTime: time, last: price, dayVolume }, time);
            toldOfDay = dayVolume;
          }
          // A total that does not fall below the last one cannot be known as a new day's: so days end high.
          time += 700;
          machine.onQuote({ instrumentId: XRP, eventTime: time, dayVolume: toldOfDay + 1e6 }, time);
          told += toldOfDay + 1e6;
        }
        machine.advance(time + 10 * MINUTE);
        const minutes = [...closed.values()].filter(({ interval }) => interval === '1m');
        assert.equal(
          minutes.reduce((sum, { volume = NaN }) => sum + volume, 0),
          told,
        );
      },
    ),
    { numRuns: 200 },
  );
});

test('quotes do not tell how many trades there were, nor what was paid', () => {
  const { machine, closed } = listening({ intervals: ['1m', '1h'] });
  for (const last of [5, 6, 7]) machine.onQuote({ instrumentId: XRP, eventTime: NOON + last, last, lastSize: 2 }, NOON);
  machine.advance(NOON + 120 * MINUTE);
  assert.deepEqual(
    [...closed.values()].map(({ volume, trades, turnover }) => [volume, trades, turnover]),
    [
      [4, undefined, undefined],
      [4, undefined, undefined],
    ],
  );
});
