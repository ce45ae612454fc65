import type { InstrumentId } from '../instrument/instrument-id.ts';

/** Who took the price that was there. */
export type TakerSide = 'buy' | 'sell';

/** One print. */
export interface Trade {
  readonly instrumentId: InstrumentId;
  /** The vendor's own, unique for the instrument; `undefined` where the vendor has none, so that a repeat cannot be told. */
  readonly tradeId: number | string | undefined;
  /** When it happened, UTC epoch ms. */
  readonly eventTime: number;
  readonly price: number;
  readonly size: number;
  readonly side: TakerSide | undefined;
  /** How many trades it stands for; `NaN`: unknown, as it was made of a bar. Default: 1. */
  readonly trades?: number;
  /**
   * It counts in volumes, trades and turnovers, its price in no price, as the vendor's own bars have it: of an odd lot, an average price.
   * An interval with no other trade has no bar. Default: false.
   */
  readonly isVolumeOnly?: boolean;
}

/** What changed of an instrument's prices; a field that is `undefined` stays as it was. */
export interface QuoteUpdate {
  readonly instrumentId: InstrumentId;
  /** When it happened, UTC epoch ms; `undefined` where the vendor does not say. */
  readonly eventTime?: number;
  /** Price of the last trade. */
  readonly last?: number;
  readonly lastSize?: number;
  readonly bid?: number;
  readonly bidSize?: number;
  readonly ask?: number;
  readonly askSize?: number;
  /** Traded since the trading day began: a running total, which falls where a new day begins. */
  readonly dayVolume?: number;
}

/** The latest known prices of an instrument. */
export interface Quote extends QuoteUpdate {
  /** When the newest of it came in, UTC epoch ms. */
  readonly receivedAt: number;
}
