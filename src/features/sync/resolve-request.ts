import { BAR_INTERVALS, divides, type Alignment, type BarInterval } from '../../market/index.ts';
import { InvalidRequestError } from '../../platform/errors/index.ts';
import type { MarketDataProvider } from '../../providers/contract/index.ts';

/**
 * What to fetch for an interval: itself, or the largest that the provider has and that divides it.
 * @throws InvalidRequestError `PROVIDER_INTERVAL_UNKNOWN`, `PROVIDER_HAS_NO_SESSION_BARS`
 */
export function fetchedInterval(
  provider: Pick<MarketDataProvider, 'name' | 'intervals' | 'sessionIntervals'>,
  wanted: BarInterval,
  align: Alignment | undefined,
): BarInterval {
  const { name } = provider;
  const intervals = align === 'session' ? provider.sessionIntervals : provider.intervals;
  if (intervals === undefined)
    throw new InvalidRequestError(
      'PROVIDER_HAS_NO_SESSION_BARS',
      `${name} gives no bars that begin with trading; sync without align=session, and ask for bars with it: they are derived`,
    );
  if (intervals.includes(wanted)) return wanted;
  const finer = BAR_INTERVALS.findLast((interval) => intervals.includes(interval) && divides(interval, wanted));
  if (finer !== undefined) return finer;
  throw new InvalidRequestError(
    'PROVIDER_INTERVAL_UNKNOWN',
    `${name} gives neither ${wanted} nor an interval that divides it; it has ${intervals.join(', ')}`,
  );
}
