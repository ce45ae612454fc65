import Type from 'typebox';
import { TRACKED_SESSIONS } from '../../market/index.ts';

const label = Type.String({
  minLength: 1,
  maxLength: 200,
  pattern: '^[^\\u0000-\\u001f\\u007f-\\u009f]*$',
  description: 'a text of one line without control characters',
});

/** What may be declared of an instrument; all of it optional. */
export const detailFields = {
  name: Type.Optional(label),
  assetType: Type.Optional(
    Type.String({
      pattern: '^[a-z][a-zA-Z]{0,31}$',
      description: 'one word in lower case, such as stock, crypto, future, forex',
    }),
  ),
  currency: Type.Optional(
    Type.String({ pattern: '^[A-Z0-9]{2,12}$', description: 'a code in upper case, such as USD or USDT' }),
  ),
  schedule: Type.Optional(
    Type.String({
      pattern: '^[A-Za-z0-9._-]{1,32}$',
      description:
        "the name of a schedule such as NASDAQ or 24x7, which decides what bars are expected (default: the exchange's)",
    }),
  ),
  sessions: Type.Optional(
    Type.Enum(TRACKED_SESSIONS, {
      description: 'Expect bars of the regular session (default) or of the extended hours too',
    }),
  ),
  priceDecimals: Type.Optional(Type.Integer({ minimum: 0, maximum: 15 })),
  aliases: Type.Optional(Type.Array(label, { maxItems: 50, uniqueItems: true })),
};
