import { vendorNow, type LiveData } from '../../../providers/contract/index.ts';
import type { LiveCollections } from '../collections.ts';
import type { LiveAudience } from '../port.ts';
import type { HistoryTools } from './settle-history.ts';

/** What a feed works with. */
export interface FeedTools extends Omit<HistoryTools, 'signal'> {
  readonly live: LiveData;
  readonly collections: LiveCollections;
  readonly audience: LiveAudience;
  /** A monotonic clock in ms. */
  readonly elapsed: () => number;
  readonly onError: (error: unknown) => void;
}

/** The vendor's time, which decides of bars, UTC epoch ms. */
export function vendorTimeOf({ provider, clock }: VendorTools): number {
  return vendorNow(provider, clock());
}

type VendorTools = Pick<HistoryTools, 'clock'> & { readonly provider: Parameters<typeof vendorNow>[0] };

/** A moment of `elapsed` by our clock as it is now, UTC epoch ms: whatever it was set to meanwhile, the age is right. */
export function timeOf({ clock, elapsed }: Pick<FeedTools, 'clock' | 'elapsed'>, moment: number): number {
  return Math.round(clock() - elapsed() + moment);
}
