import Type from 'typebox';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { LiveCollections, SubscriptionDocument } from '../../collections.ts';
import { ProviderText } from '../../schemas.ts';

/** What is subscribed to, in order of provider and instrument. */
export const getSubscriptions = defineQuery<readonly SubscriptionDocument[]>()(
  'live.get-subscriptions',
  Type.Object({ provider: Type.Optional(ProviderText) }),
);

export function answerGetSubscriptions({ subscriptions }: LiveCollections): HandlerOf<typeof getSubscriptions> {
  return ({ provider }) =>
    subscriptions.find(provider === undefined ? {} : { provider }, { sort: { _id: 1 } }).toArray();
}
