import Type from 'typebox';
import { BAR_INTERVALS } from '../../market/index.ts';
import { IntervalText } from '../../market/schemas.ts';
import { PROVIDER_NAME_FORMAT } from '../../providers/contract/index.ts';

export const ProviderText = Type.String(PROVIDER_NAME_FORMAT);
export const Intervals = Type.Array(IntervalText, { minItems: 1, maxItems: BAR_INTERVALS.length, uniqueItems: true });
export const SubscriptionId = Type.String({
  maxLength: 100,
  pattern: '^[\\x21-\\x7e]+$',
  description: 'the id of a subscription, such as binance:BINANCE:BTCUSDT',
});
