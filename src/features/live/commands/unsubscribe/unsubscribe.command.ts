import Type from 'typebox';
import type { InstrumentId } from '../../../../market/index.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import { subscriptionId, type LiveCollections } from '../../collections.ts';
import { touchFeed } from '../../feeds/feed-lease.ts';
import { SubscriptionId } from '../../schemas.ts';

/** Ends a subscription; what was stored stays. One that is not there is as good as ended. */
export const unsubscribe = defineCommand<void>()('live.unsubscribe', Type.Object({ id: SubscriptionId }), {
  isRepeatable: true,
});

export function handleUnsubscribe(
  { feeds, subscriptions, currentBars }: LiveCollections,
  storedAs: (id: InstrumentId) => Promise<InstrumentId>,
  wake: () => void,
): HandlerOf<typeof unsubscribe> {
  return async ({ id: { provider, instrumentId } }) => {
    const id = subscriptionId(provider, await storedAs(instrumentId));
    await subscriptions.deleteOne({ _id: id });
    await currentBars.deleteOne({ _id: id });
    // Also where it was gone already: whoever ended it may have died before it told.
    if ((await feeds.findOne({ _id: provider })) !== null) await touchFeed(feeds, provider);
    wake();
  };
}
