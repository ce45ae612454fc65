import { BAR_INTERVALS, instrumentId } from '../../../market/index.ts';
import { symbolAmong, type MarketDataProvider } from '../../../providers/contract/index.ts';
import type { SubscriptionDocument } from '../collections.ts';
import type { LivePort } from '../port.ts';
import type { FedInstrument } from './settle-history.ts';

/** What a subscription needs to be known of its instrument. */
export async function fedInstrument(
  subscription: Pick<SubscriptionDocument, 'instrumentId' | 'intervals'>,
  provider: MarketDataProvider,
  { findInstrument, aliasesOf }: LivePort,
): Promise<FedInstrument> {
  const id = subscription.instrumentId;
  const [{ schedule, sessions }, aliases] = await Promise.all([findInstrument(id), aliasesOf(id)]);
  const intervals = BAR_INTERVALS.filter((interval) => subscription.intervals.includes(interval));
  return {
    instrumentId: instrumentId(id),
    symbol: symbolAmong(aliases, provider.name),
    intervals,
    base: intervals.find((interval) => provider.intervals.includes(interval)),
    schedule,
    sessions,
  };
}
