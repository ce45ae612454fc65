import Type from 'typebox';
import { TRACKED_SESSIONS } from '../../market/index.ts';
import { orNull } from '../../platform/http/index.ts';

const Text = orNull(Type.String());

export const SymbolJson = Type.Object({
  instrumentId: Type.String(),
  symbol: Type.Optional(Type.String({ description: "The provider's code, if a provider was asked" })),
  name: Text,
  assetType: Text,
  currency: Text,
  schedule: Text,
  timeZone: orNull(Type.String({ description: 'IANA name of the zone of its schedule' })),
  sessions: Type.Enum(TRACKED_SESSIONS),
  priceDecimals: orNull(Type.Integer()),
  listedFrom: Text,
  listedTo: Text,
  aliases: Type.Array(Type.String()),
  series: Type.Array(
    Type.Object({
      interval: Type.String(),
      align: Type.Optional(Type.Literal('session', { description: 'Present where bars begin with trading' })),
      first: Text,
      last: Text,
      count: Type.Integer(),
      finalCount: Type.Integer(),
      providers: Type.Array(Type.String()),
    }),
  ),
});
