import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { epochMs, instrumentId, type QuoteUpdate, type Span, type Trade } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import { readMessages } from './stream-messages.ts';

const AAPL = instrumentId('NASDAQ:AAPL');
const t = '2026-01-05T15:00:00.123999999Z';
const SOUND = [
  { T: 't', S: 'AAPL', i: 5, x: 'V', p: 1.5, s: 2, t },
  { T: 'q', S: 'AAPL', bp: 1.5, bs: 2, ap: 1.75, as: 3, t },
  { T: 'u', S: 'AAPL', o: 1, h: 1, l: 1, c: 1, v: 1, t },
  { T: 'x', S: 'AAPL', i: 5, x: 'V', p: 1.5, s: 2, t },
];

function heardOf(json: unknown) {
  const trades: Trade[] = [];
  const quotes: QuoteUpdate[] = [];
  const corrected: Span[] = [];
  const unheard = (): void => undefined;
  try {
    readMessages(json, {
      idOf: (symbol) => (symbol === 'AAPL' ? AAPL : undefined),
      listener: {
        onTrade: (trade) => trades.push(trade),
        onQuote: (update) => quotes.push(update),
        onCorrected: (_, span) => corrected.push(span),
        onSubscribed: unheard,
        onRefused: unheard,
        onHeard: unheard,
      },
      onEvent: unheard,
      onSuccess: unheard,
      onSubscription: unheard,
      onError: unheard,
    });
  } catch (error) {
    assert.ok(error instanceof ProviderError, String(error));
  }
  return { trades, quotes, corrected };
}

test('sound messages are heard, all of one text; nanoseconds are cut off, not rounded', () => {
  const { trades, quotes, corrected } = heardOf(SOUND);
  assert.deepEqual([trades.length, quotes.length, corrected.length], [1, 1, 2]);
  assert.equal(new Date(trades[0].eventTime).toISOString(), '2026-01-05T15:00:00.123Z');
});

test('whatever a field holds, what is heard is sound, or the text is refused with a reason', () => {
  const odd = fc.oneof(fc.jsonValue(), fc.constantFrom('', '2', '2026-13-45T25:00:00Z', -1, Infinity, 1e300, '1.5'));
  const spoilt = fc
    .constantFrom(...SOUND)
    .chain((message) =>
      fc.tuple(fc.constantFrom(...Object.keys(message)), odd).map(([field, value]) => ({ ...message, [field]: value })),
    );
  const text = fc.oneof(fc.jsonValue(), fc.array(odd), fc.array(spoilt));
  fc.assert(
    fc.property(text, (json) => {
      const { trades, quotes, corrected } = heardOf(json);
      for (const { eventTime, price, size } of trades) {
        assert.equal(epochMs(eventTime), eventTime);
        assert.ok(Number.isFinite(price) && Number.isFinite(size) && size >= 0);
      }
      for (const { bid = 1, ask = 1, bidSize = 1, askSize = 1 } of quotes)
        assert.ok([bid, ask, bidSize, askSize].every((value) => Number.isFinite(value) && value >= 0));
      for (const { from, to } of corrected) assert.deepEqual([epochMs(from) % 60_000, to - from], [0, 60_000]);
    }),
    { numRuns: 2_000 },
  );
});
