import { InvalidRequestError } from '../../platform/errors/index.ts';
import type { MarketDataProvider } from '../../providers/contract/index.ts';

/** @throws InvalidRequestError `PROVIDER_HAS_NO_FEED` if the vendor only has history */
export function requireLive(provider: MarketDataProvider, providers: ReadonlyMap<string, MarketDataProvider>): void {
  if (provider.live !== undefined) return;
  const others = [...providers.values()].filter(({ live }) => live !== undefined).map(({ name }) => name);
  throw new InvalidRequestError(
    'PROVIDER_HAS_NO_FEED',
    `${provider.name} has history only; providers with live data are ${others.join(', ')}`,
  );
}
