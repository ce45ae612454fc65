import { BAR_INTERVALS, divides, type BarInterval } from '../../market/index.ts';
import { InvalidRequestError } from '../../platform/errors/index.ts';
import type { MarketDataProvider } from '../../providers/contract/index.ts';

/**
 * The provider of a name; without one, that of the exchange's name (`BINANCE:…` by binance, `SIM:…` by simulated).
 * @throws InvalidRequestError `UNKNOWN_PROVIDER`
 */
export function providerFor(
  providers: ReadonlyMap<string, MarketDataProvider>,
  name: string | undefined,
  instrumentId: string,
): MarketDataProvider {
  const exchange = instrumentId.slice(0, instrumentId.indexOf(':')).toLowerCase();
  const wanted = name ?? (exchange === 'sim' ? 'simulated' : exchange);
  const provider = providers.get(wanted);
  if (provider !== undefined) return provider;
  const known = [...providers.keys()].join(', ');
  throw new InvalidRequestError(
    'UNKNOWN_PROVIDER',
    name === undefined
      ? `No provider is known for ${instrumentId}; name one of ${known}`
      : `No provider is called "${name}"; known are ${known}`,
  );
}

/**
 * What to fetch for an interval: itself, or the largest that the provider has and that divides it.
 * @throws InvalidRequestError `PROVIDER_INTERVAL_UNKNOWN`
 */
export function fetchedInterval({ name, intervals }: MarketDataProvider, wanted: BarInterval): BarInterval {
  if (intervals.includes(wanted)) return wanted;
  const finer = BAR_INTERVALS.findLast((interval) => intervals.includes(interval) && divides(interval, wanted));
  if (finer !== undefined) return finer;
  throw new InvalidRequestError(
    'PROVIDER_INTERVAL_UNKNOWN',
    `${name} gives neither ${wanted} nor an interval that divides it; it has ${intervals.join(', ')}`,
  );
}

/** The vendor's own code among an instrument's aliases: `yahoo:^GSPC`. */
export function symbolAmong(aliases: readonly string[], provider: string): string | undefined {
  return aliases.find((alias) => alias.startsWith(`${provider}:`))?.slice(provider.length + 1);
}
