import type { InstrumentId, QuoteUpdate, Span, Trade } from '../../src/market/index.ts';
import type { ProviderError } from '../../src/platform/errors/index.ts';
import type { LiveData } from '../../src/providers/contract/index.ts';
import { until } from './until.ts';

/** A listener that keeps all it hears; called with a number it resolves when so many prices were heard. */
export function whatIsHeard({ kind }: LiveData) {
  const trades: Trade[] = [];
  const quotes: QuoteUpdate[] = [];
  const corrected: (readonly [InstrumentId, Span])[] = [];
  const subscribed: InstrumentId[] = [];
  const early: InstrumentId[] = [];
  const refused: (readonly [InstrumentId, ProviderError])[] = [];
  let beats = 0;
  const checked = (id: InstrumentId): void => {
    if (!subscribed.includes(id)) early.push(id);
  };
  const lasts = (): readonly { readonly instrumentId: InstrumentId; readonly price: number }[] =>
    kind === 'trades'
      ? trades
      : quotes.flatMap(({ instrumentId, last }) => (last === undefined ? [] : [{ instrumentId, price: last }]));
  const heard = (count: number): Promise<void> =>
    until(
      () => lasts().length >= count,
      () => `${count} prices; heard ${lasts().length}`,
    );
  return Object.assign(heard, {
    trades,
    quotes,
    corrected,
    /** Each time that it was told. */
    subscribed,
    /** Of what something was told before it was told that it is subscribed. */
    early,
    refused,
    prices: ({ id }: { readonly id: InstrumentId }) =>
      lasts().flatMap(({ instrumentId, price }) => (instrumentId === id ? [price] : [])),
    beats: () => beats,
    listener: {
      onTrade: (trade: Trade) => {
        checked(trade.instrumentId);
        trades.push(trade);
      },
      onQuote: (update: QuoteUpdate) => {
        checked(update.instrumentId);
        quotes.push(update);
      },
      onSubscribed: (id: InstrumentId) => void subscribed.push(id),
      onCorrected: (id: InstrumentId, span: Span) => void corrected.push([id, span]),
      onRefused: (id: InstrumentId, error: ProviderError) => void refused.push([id, error]),
      onHeard: () => void beats++,
    },
  });
}
