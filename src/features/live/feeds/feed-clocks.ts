import { vendorNow, type MarketDataProvider } from '../../../providers/contract/index.ts';

export interface FeedClocks {
  readonly provider: Pick<MarketDataProvider, 'vendorClock'>;
  /** UTC epoch ms. */
  readonly clock: () => number;
  /** A monotonic clock in ms. */
  readonly elapsed: () => number;
}

/** The vendor's time, which decides of bars, UTC epoch ms. */
export const vendorTimeOf = ({ provider, clock }: Omit<FeedClocks, 'elapsed'>): number => vendorNow(provider, clock());

/** A moment of `elapsed` by our clock as it is now, UTC epoch ms: whatever it was set to meanwhile, the age is right. */
export const timeOf = ({ clock, elapsed }: FeedClocks, moment: number): number =>
  Math.round(clock() - elapsed() + moment);
