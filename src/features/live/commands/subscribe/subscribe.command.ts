import Type from 'typebox';
import { BAR_INTERVALS, type BarInterval } from '../../../../market/index.ts';
import { InstrumentIdText } from '../../../../market/schemas.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import { isDuplicateKey, type Update } from '../../../../platform/database/index.ts';
import { InvalidRequestError, InvariantError } from '../../../../platform/errors/index.ts';
import { providerFor } from '../../../../providers/contract/index.ts';
import {
  subscriptionId,
  subscriptionOf,
  type LiveCollections,
  type Subscription,
  type SubscriptionDocument,
} from '../../collections.ts';
import { touchFeed } from '../../feeds/feed-lease.ts';
import { WorkQueue } from '../../feeds/work-queue.ts';
import type { LivePort } from '../../port.ts';
import { requireLive } from '../../live-provider.ts';
import { Intervals, ProviderText } from '../../schemas.ts';

/**
 * Has bars of these intervals made of an instrument's live data whenever its feed runs, beside those it is subscribed
 * to already. Without intervals it is the finest of which the provider has history, for an instrument that is not
 * subscribed to yet: the others are derived when they are read. Without a provider it is the exchange's own.
 * @throws InvalidRequestError `UNKNOWN_PROVIDER`, `PROVIDER_HAS_NO_FEED`, `TOO_MANY_SUBSCRIPTIONS`
 */
export const subscribe = defineCommand<Subscription>()(
  'live.subscribe',
  Type.Object({
    instrumentId: InstrumentIdText,
    intervals: Type.Optional(Intervals),
    provider: Type.Optional(ProviderText),
  }),
  { isRepeatable: true },
);

export function handleSubscribe(
  { feeds, subscriptions }: LiveCollections,
  port: LivePort,
  wake: () => void,
): HandlerOf<typeof subscribe> {
  /** One after the other, so that they count each other. */
  const queue = new WorkQueue(1);

  return ({ instrumentId, intervals: named, provider: wanted }, { now }) =>
    queue.run(async () => {
      const provider = providerFor(port.providers, wanted, instrumentId);
      requireLive(provider, port.providers);
      const { name } = provider;
      const most = provider.live?.instrumentsPerConnection ?? 0;
      const tooMany = `${name} gives at most ${most} instruments at a time`;
      const _id = subscriptionId(name, instrumentId);
      const known = await subscriptions.findOne({ _id });
      if (known === null && (await subscriptions.countDocuments({ provider: name })) >= most)
        throw new InvalidRequestError('TOO_MANY_SUBSCRIPTIONS', tooMany);
      await port.registerInstrument(instrumentId);
      const intervals = named ?? (known === null ? [finestOf(provider.intervals)] : []);
      const update: Update<SubscriptionDocument> = {
        $set: { provider: name, instrumentId },
        $setOnInsert: { createdAt: now },
        $addToSet: { intervals: { $each: [...intervals] } },
        $unset: { refused: '' },
      };
      const write = () => subscriptions.findOneAndUpdate({ _id }, update, { upsert: true, returnDocument: 'after' });
      const subscription = await write().catch((error: unknown) => {
        if (isDuplicateKey(error)) return write(); // subscribed at the same time by someone else
        throw error;
      });
      if (subscription === null) throw new InvariantError('INTERNAL', `The subscription ${_id} was not written`);
      // Another process may have counted at the same time.
      if (known === null && (await subscriptions.countDocuments({ provider: name })) > most) {
        await subscriptions.deleteOne({ _id });
        throw new InvalidRequestError('TOO_MANY_SUBSCRIPTIONS', tooMany);
      }
      await touchFeed(feeds, name);
      wake();
      return subscriptionOf(subscription);
    });
}

/** Of a provider without history it is the finest of all: nothing else could be derived from it. */
function finestOf(intervals: readonly BarInterval[]): BarInterval {
  return BAR_INTERVALS.find((interval) => intervals.includes(interval)) ?? BAR_INTERVALS[0];
}
