import Type from 'typebox';
import { BAR_INTERVALS, INSTRUMENT_ID_FORMAT, instrumentId } from '../../market/index.ts';
import { IntervalText } from '../../market/schemas.ts';
import { PROVIDER_NAME_FORMAT } from '../../providers/contract/index.ts';

export const ProviderText = Type.String(PROVIDER_NAME_FORMAT);
export const Intervals = Type.Array(IntervalText, { minItems: 1, maxItems: BAR_INTERVALS.length, uniqueItems: true });
export const SubscriptionId = Type.Decode(
  Type.String({
    pattern: `${PROVIDER_NAME_FORMAT.pattern.slice(0, -1)}:${INSTRUMENT_ID_FORMAT.pattern.slice(1)}`,
    description: 'the id of a subscription, such as binance:BINANCE:BTCUSDT',
  }),
  (text) => {
    const [provider] = text.split(':', 1);
    return { provider, instrumentId: instrumentId(text.slice(provider.length + 1)) };
  },
);
