import Type from 'typebox';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import { providerCalled } from '../../../../providers/contract/index.ts';
import type { LiveCollections } from '../../collections.ts';
import { touchFeed } from '../../feeds/feed-lease.ts';
import type { LivePort } from '../../port.ts';
import { requireLive } from '../../live-provider.ts';
import { ProviderText } from '../../schemas.ts';

/**
 * Has a provider's feed run from now on, in whichever process takes it, also after a restart. One that runs is left
 * as it is.
 * @throws InvalidRequestError `UNKNOWN_PROVIDER`, `PROVIDER_HAS_NO_FEED`
 */
export const startFeed = defineCommand<void>()('live.start-feed', Type.Object({ provider: ProviderText }), {
  isRepeatable: true,
});

export function handleStartFeed(
  { feeds }: LiveCollections,
  { providers }: LivePort,
  wake: () => void,
): HandlerOf<typeof startFeed> {
  return async ({ provider: name }) => {
    requireLive(providerCalled(providers, name), providers);
    await touchFeed(feeds, name, true);
    wake();
  };
}
