import Type from 'typebox';
import { FailureJson, orNull, TimeJson } from '../../platform/http/index.ts';
import { ProviderText } from './schemas.ts';

// What the HTTP doors of this slice have in common.

const Refusal = orNull(Type.Object({ ...FailureJson.properties, at: TimeJson }));

const FeedJson = Type.Object({
  provider: Type.String(),
  state: Type.Enum(['stopped', 'waiting', 'connecting', 'live', 'disconnected']),
  since: orNull(TimeJson),
  heardAt: orNull(TimeJson),
  error: Refusal,
  instruments: Type.Array(
    Type.Object({
      instrumentId: Type.String(),
      intervals: Type.Array(Type.String()),
      heardAt: orNull(TimeJson),
      isStale: Type.Boolean(),
      refused: Refusal,
    }),
  ),
});

export const FeedsJson = Type.Object({ feeds: Type.Array(FeedJson) });
export const FeedBody = Type.Object({ provider: ProviderText }, { additionalProperties: false });

export const SubscriptionJson = Type.Object({
  id: Type.String(),
  provider: Type.String(),
  instrumentId: Type.String(),
  intervals: Type.Array(Type.String()),
  createdAt: TimeJson,
  refused: Refusal,
});
