import { InvalidRequestError } from '../../platform/errors/index.ts';
import type { MarketDataProvider } from './market-data-provider.ts';

/** What a provider's name looks like, and how to say so. */
export const PROVIDER_NAME_FORMAT = {
  pattern: '^[a-z][a-z0-9-]{0,31}$',
  description: 'the name of a provider, such as binance or yahoo',
};

/** @throws InvalidRequestError `UNKNOWN_PROVIDER` that lists those there are */
export function providerCalled(providers: ReadonlyMap<string, MarketDataProvider>, name: string): MarketDataProvider {
  const provider = providers.get(name);
  if (provider !== undefined) return provider;
  const known = [...providers.keys()].join(', ');
  throw new InvalidRequestError('UNKNOWN_PROVIDER', `No provider is called "${name}"; known are ${known}`);
}

/**
 * The provider of a name; without one, that of the exchange's name (`BINANCE:…` by binance, `SIM:…` by simulated).
 * @throws InvalidRequestError `UNKNOWN_PROVIDER`
 */
export function providerFor(
  providers: ReadonlyMap<string, MarketDataProvider>,
  name: string | undefined,
  instrumentId: string,
): MarketDataProvider {
  if (name !== undefined) return providerCalled(providers, name);
  const exchange = instrumentId.slice(0, instrumentId.indexOf(':')).toLowerCase();
  const provider = providers.get(exchange === 'sim' ? 'simulated' : exchange);
  if (provider !== undefined) return provider;
  const known = [...providers.keys()].join(', ');
  throw new InvalidRequestError('UNKNOWN_PROVIDER', `No provider is known for ${instrumentId}; name one of ${known}`);
}

/** The vendor's own code among an instrument's aliases: `yahoo:^GSPC`. */
export function symbolAmong(aliases: readonly string[], provider: string): string | undefined {
  return aliases.find((alias) => alias.startsWith(`${provider}:`))?.slice(provider.length + 1);
}
