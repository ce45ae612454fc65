import { BAR_INTERVALS, divides, type BarInterval } from '../../market/index.ts';
import { InvalidRequestError } from '../../platform/errors/index.ts';
import type { MarketDataProvider } from '../../providers/contract/index.ts';

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
