import Type from 'typebox';
import { BAR_INTERVALS, EPOCH_MS_RANGE, INSTRUMENT_ID_PATTERN } from '../../market/index.ts';

export const InstrumentIdText = Type.String({
  pattern: INSTRUMENT_ID_PATTERN,
  description: 'EXCHANGE:SYMBOL in upper case',
});
export const IntervalText = Type.Enum(BAR_INTERVALS);
export const ProviderText = Type.String({ pattern: '^[a-z][a-z0-9-]{0,31}$', description: 'Such as binance or yahoo' });
export const EpochMsNumber = Type.Integer(EPOCH_MS_RANGE);
export const JobId = Type.String({ pattern: '^[0-9a-f-]{36}$' });
