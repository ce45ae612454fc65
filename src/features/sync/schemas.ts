import Type from 'typebox';
import { BAR_INTERVALS, EPOCH_MS_RANGE, INSTRUMENT_ID_FORMAT } from '../../market/index.ts';
import { PROVIDER_NAME_FORMAT } from '../../providers/contract/index.ts';

export const InstrumentIdText = Type.String(INSTRUMENT_ID_FORMAT);
export const IntervalText = Type.Enum(BAR_INTERVALS);
export const ProviderText = Type.String(PROVIDER_NAME_FORMAT);
export const EpochMsNumber = Type.Integer(EPOCH_MS_RANGE);
export const JobId = Type.String({
  pattern: '^[0-9a-f-]{36}$',
  description: 'the id of a job, as GET /jobs lists them',
});
