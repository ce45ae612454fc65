import Type from 'typebox';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { subscriptionOf, type LiveCollections, type Subscription } from '../../collections.ts';
import { ProviderText } from '../../schemas.ts';

/** What is subscribed to, in order of provider and instrument. */
export const getSubscriptions = defineQuery<readonly Subscription[]>()(
  'live.get-subscriptions',
  Type.Object({ provider: Type.Optional(ProviderText) }),
);

export function answerGetSubscriptions({ subscriptions }: LiveCollections): HandlerOf<typeof getSubscriptions> {
  return async ({ provider }) => {
    const filter = provider === undefined ? {} : { provider };
    return (await subscriptions.find(filter, { sort: { _id: 1 } }).toArray()).map(subscriptionOf);
  };
}
