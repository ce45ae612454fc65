import type { QuoteUpdate } from './quote.ts';

/**
 * Makes trades of quotes: one where the last price changed, or the day's volume grew. Its size is what the volume grew
 * by; of a vendor without a running volume, the size of the last trade; else unknown.
 *
 * The first of each only tells where things stand. So after {@link rebase}, what was traded meanwhile makes no trade.
 */
export class QuoteTrades {
  // The trade that the last update made.
  eventTime = NaN;
  price = NaN;
  /** `NaN`: unknown. */
  size = NaN;
  #newest = -Infinity;
  #last = NaN;
  #lastSize = NaN;
  #counted = NaN;

  /** What was traded up to the next update is known from elsewhere, or lost. */
  rebase(): void {
    this.#newest = -Infinity;
    this.#last = NaN;
    this.#lastSize = NaN;
    this.#counted = NaN;
  }

  /** Takes an update of sound numbers in; answers whether it made a trade. */
  isTrade(update: QuoteUpdate, receivedAt: number): boolean {
    this.eventTime = update.eventTime ?? receivedAt;
    const { last = this.#last, lastSize = NaN, dayVolume = this.#counted } = update;
    this.price = last;
    const isChanged = last !== this.#last;
    if (this.eventTime < this.#newest) {
      // Overtaken: the total that is known has its volume, but its price was seen nowhere yet.
      this.size = Number.isNaN(this.#counted) ? lastSize : 0;
      return isChanged && !Number.isNaN(this.#last);
    }
    this.#newest = this.eventTime;
    const isBaseline = Number.isNaN(this.#last);
    const grown = dayVolume < this.#counted ? dayVolume : dayVolume - this.#counted; // it falls where a day begins
    const isSizeChanged = Number.isNaN(dayVolume) && isOther(lastSize, this.#lastSize);
    this.size = Number.isNaN(dayVolume) ? lastSize : grown;
    this.#last = last;
    if (!Number.isNaN(lastSize)) this.#lastSize = lastSize;
    // Volume without any price yet waits for one.
    if (Number.isNaN(last) && !Number.isNaN(this.#counted)) return false;
    this.#counted = dayVolume;
    return !isBaseline && (isChanged || isSizeChanged || grown > 0);
  }
}

function isOther(value: number, known: number): boolean {
  return !Number.isNaN(value) && !Number.isNaN(known) && value !== known;
}
