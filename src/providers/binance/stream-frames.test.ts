import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { EPOCH_MS_RANGE, instrumentId, type QuoteUpdate, type Trade } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import { readFrame } from './stream-frames.ts';

const BTC = instrumentId('BINANCE:BTCUSDT');
const TRADE = { e: 'trade', E: 1, s: 'BTCUSDT', t: 5, p: '1.5', q: '2', T: 1_767_625_200_000, m: true, M: true };
const BOOK = { u: 1, s: 'BTCUSDT', b: '1.5', B: '2', a: '1.75', A: '3' };

/** What is heard of a frame, or the code of its error. */
function heardOf(json: unknown): { readonly trades: readonly Trade[]; readonly quotes: readonly QuoteUpdate[] } {
  const trades: Trade[] = [];
  const quotes: QuoteUpdate[] = [];
  try {
    readFrame(json, {
      idOf: (symbol) => (symbol === 'BTCUSDT' ? BTC : undefined),
      onSent: () => undefined,
      onTrade: (trade) => trades.push(trade),
      onQuote: (update) => quotes.push(update),
      onAnswer: () => undefined,
      onShutdown: () => undefined,
    });
  } catch (error) {
    assert.ok(error instanceof ProviderError, String(error));
  }
  return { trades, quotes };
}

test('a sound trade and book are heard', () => {
  assert.equal(heardOf({ stream: 'btcusdt@trade', data: TRADE }).trades.length, 1);
  assert.equal(heardOf({ stream: 'btcusdt@bookTicker', data: BOOK }).quotes.length, 1);
});

test('whatever a field holds, what is heard is sound, or the frame is refused with a reason', () => {
  const odd = fc.oneof(fc.jsonValue(), fc.constantFrom('', ' ', '-1', 'NaN', '1e999', Infinity, 1.5, 2e15, '0x', -0));
  const spoilt = fc
    .constantFrom(TRADE, BOOK)
    .chain((data) =>
      fc.tuple(fc.constantFrom(...Object.keys(data)), odd).map(([field, value]) => ({ ...data, [field]: value })),
    );
  const frame = fc.oneof(
    fc.jsonValue(),
    odd.map((data) => ({ stream: 'x', data })),
    spoilt.map((data) => ({ stream: 'x', data })),
  );
  fc.assert(
    fc.property(frame, (json) => {
      const { trades, quotes } = heardOf(json);
      for (const { tradeId, eventTime, price, size } of trades) {
        assert.ok(Number.isSafeInteger(tradeId) && Number.isSafeInteger(eventTime));
        assert.ok(Math.abs(eventTime) <= EPOCH_MS_RANGE.maximum);
        assert.ok(Number.isFinite(price) && price >= 0 && Number.isFinite(size) && size >= 0);
      }
      for (const { bid = 1, ask = 1, bidSize = 1, askSize = 1 } of quotes)
        assert.ok([bid, ask, bidSize, askSize].every((value) => Number.isFinite(value) && value >= 0));
    }),
    { numRuns: 2_000 },
  );
});
