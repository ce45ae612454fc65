import Type from 'typebox';
import { BAR_FILE_FORMATS } from '../../barfiles/index.ts';
import { AlignText, InstrumentIdText, IntervalText } from '../../market/schemas.ts';

/** How a file is to be read, where it does not show it. */
export const FileReadingFields = {
  instrumentId: Type.Optional(InstrumentIdText),
  /** Left out, it is the commonest step of the file. */
  interval: Type.Optional(IntervalText),
  align: Type.Optional(AlignText),
  forceInterval: Type.Optional(Type.Boolean()),
  format: Type.Optional(Type.Enum(BAR_FILE_FORMATS)),
  /** The file to read of a zip of several. */
  member: Type.Optional(Type.String()),
  /** Of text, by any name that browsers know, such as `utf-8`, `windows-1252` or `gbk`. */
  encoding: Type.Optional(Type.String()),
  layout: Type.Optional(Type.String()),
  columns: Type.Optional(Type.String()),
  timezone: Type.Optional(Type.String()),
  dateOrder: Type.Optional(Type.Enum(['ymd', 'mdy', 'dmy'])),
  timeUnit: Type.Optional(Type.Enum(['s', 'ms', 'us', 'ns'])),
  timeIs: Type.Optional(Type.Enum(['open', 'close'])),
  decimal: Type.Optional(Type.Enum(['point', 'comma'])),
  symbol: Type.Optional(Type.String()),
  exchange: Type.Optional(Type.String()),
  symbolColumn: Type.Optional(Type.String()),
};
