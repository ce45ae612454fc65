import Type from 'typebox';
import { BAR_INTERVALS, EPOCH_MS_RANGE, INSTRUMENT_ID_FORMAT } from '../../market/index.ts';

export const InstrumentIdText = Type.String(INSTRUMENT_ID_FORMAT);
export const IntervalText = Type.Enum(BAR_INTERVALS);
export const EpochMsNumber = Type.Integer(EPOCH_MS_RANGE);
