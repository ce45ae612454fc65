import type { VendorHealth } from '../../platform/http/index.ts';
import type { MarketDataProvider, ProviderState } from '../../providers/contract/index.ts';

/** What is asked without a limit of ours waits for nothing. */
const UNLIMITED: ProviderState = { breaker: 'closed', queued: 0, pausedUntil: undefined };

/** How requests to a vendor fare; `undefined` where there is no vendor: files, and what is made up. */
export function vendorState({ name, state, vendorClock }: MarketDataProvider): VendorHealth | undefined {
  if (state === undefined && vendorClock === undefined) return undefined;
  const clock = vendorClock?.state ?? 'unknown';
  return { name, ...(state?.() ?? UNLIMITED), clock, clockSkewMs: vendorClock?.skewMs };
}
