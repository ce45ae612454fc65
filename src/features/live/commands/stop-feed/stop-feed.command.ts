import Type from 'typebox';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { LiveCollections } from '../../collections.ts';
import { touchFeed } from '../../feeds/feed-lease.ts';
import { ProviderText } from '../../schemas.ts';

/** Ends a provider's feed until it is started again. Its subscriptions stay. One that does not run is left as it is. */
export const stopFeed = defineCommand<void>()('live.stop-feed', Type.Object({ provider: ProviderText }), {
  isRepeatable: true,
});

export function handleStopFeed({ feeds }: LiveCollections, wake: () => void): HandlerOf<typeof stopFeed> {
  return async ({ provider }) => {
    if ((await feeds.findOne({ _id: provider })) === null) return;
    await touchFeed(feeds, provider, false);
    wake();
  };
}
