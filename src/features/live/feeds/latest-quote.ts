import { mergeQuote, type Quote, type QuoteUpdate, type Trade } from '../../../market/index.ts';

/** The latest known prices of one instrument, those of its trades too; moments of receipt are by `elapsed`. */
export class LatestQuote {
  /** When anything last came in. */
  heardMoment: number | undefined;
  /** Newest event of the vendor's clock, UTC epoch ms. */
  newestEvent = -Infinity;
  #quote: Quote | undefined;
  /** Not in the quote yet: most trades are overtaken before anybody asks. */
  #lastTrade: Trade | undefined;

  onTrade(trade: Trade, receivedAt: number): void {
    this.heardMoment = receivedAt;
    if (trade.eventTime > this.newestEvent) this.newestEvent = trade.eventTime;
    if (trade.isVolumeOnly !== true) this.#lastTrade = trade;
  }

  onQuote(update: QuoteUpdate, receivedAt: number): void {
    this.heardMoment = receivedAt;
    this.#quote = mergeQuote(this.quote, update, receivedAt);
  }

  get quote(): Quote | undefined {
    if (this.#lastTrade !== undefined && this.heardMoment !== undefined) {
      const { instrumentId, eventTime, price, size } = this.#lastTrade;
      const update = { instrumentId, eventTime, last: price, lastSize: size };
      this.#quote = mergeQuote(this.#quote, update, this.heardMoment);
      this.#lastTrade = undefined;
    }
    return this.#quote;
  }

  /** The vendor's clock is another one than was thought: what comes now is newer, whatever it says. */
  forgetTimes(): void {
    const { quote } = this;
    if (quote !== undefined) this.#quote = withoutEventTime(quote);
    this.newestEvent = -Infinity;
  }
}

function withoutEventTime({ eventTime: _unknown, ...quote }: Quote): Quote {
  return quote;
}
