import Type, { type TProperties } from 'typebox';
import { FailureJson, orNull, TimeJson } from '../../platform/http/index.ts';
import { WholeBarJson } from './bars-http.ts';
import { importBars } from './commands/import-bars/import-bars.command.ts';
import { FileReadingFields } from './file-reading.ts';
import { ProviderText, WritableState } from './schemas.ts';

// What POST /imports is asked and answers.

const YesNo = Type.Enum(['true', 'false']);

export const ImportsQuery = Type.Object({
  ...FileReadingFields,
  forceInterval: Type.Optional(YesNo),
  provider: Type.Optional(ProviderText),
  state: Type.Optional(WritableState),
  isComplete: Type.Optional(YesNo),
  duplicates: importBars.schema.properties.duplicates,
  name: Type.Optional(
    Type.String({ description: 'What file names say: {exchange}_{symbol}-{interval}; reads all files of a zip' }),
  ),
  fileName: Type.Optional(Type.String({ maxLength: 1_000, description: 'Of the file, where no form names it' })),
  preview: Type.Optional(YesNo),
  rows: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000, description: 'First rows of a preview; default 10' })),
  job: Type.Optional(
    Type.Enum(['true', 'false'], { description: 'Whether to answer 202 with a job; default: above 32 MiB' }),
  ),
});

const Count = Type.Integer();
const Names = Type.Array(Type.String());
const Text = Type.Optional(Type.String());

const ReadingJson = Type.Object({
  format: Type.String(),
  layout: Text,
  columns: Type.Record(Type.String(), Names),
  notStored: Names,
  notRead: Names,
  time: Type.Object({ form: Type.String(), zone: Text, zoneBy: Text, is: Type.Enum(['open', 'close']) }),
  numbers: Type.String(),
  interval: Type.String(),
  intervalBy: Type.Enum(['option', 'file']),
  align: Type.Optional(Type.Literal('session')),
});

const counts = {
  inserted: Count,
  changed: Count,
  unchanged: Count,
  skippedStale: Count,
  rejected: Count,
  empty: Count,
  duplicates: Count,
};
const completeIn = orNull(Type.Object({ from: TimeJson, to: TimeJson }));

const ImportedJson = Type.Object({
  reading: ReadingJson,
  rows: Count,
  ...counts,
  rejections: Type.Array(
    Type.Object({ code: Type.String(), rows: Count, lines: Type.Array(Count), message: Type.String() }),
  ),
  series: Type.Array(
    Type.Object({
      instrumentId: Type.String(),
      interval: Type.String(),
      align: Type.Optional(Type.Literal('session')),
      ...counts,
      completeIn,
    }),
  ),
  seriesCount: Count,
  completeIn,
  stopped: Type.Boolean(),
});

const PreviewJson = Type.Object({
  reading: ReadingJson,
  series: Type.Array(Type.Object({ instrumentId: Type.String(), bars: Type.Array(WholeBarJson) })),
  faults: Type.Array(
    Type.Object({ line: Count, code: Type.String(), message: Type.String(), openTime: orNull(TimeJson) }),
  ),
});

const eachFile = <Fields extends TProperties>(fields: Fields) =>
  Type.Array(Type.Object({ file: Type.String(), ...fields, error: orNull(FailureJson) }));

/** One file, or with `name` each of several; the same as a preview. */
export const ImportsJson = Type.Union([
  ImportedJson,
  Type.Object({ files: eachFile({ outcome: orNull(ImportedJson) }), filesCount: Count, stopped: Type.Boolean() }),
  PreviewJson,
  Type.Object({ files: eachFile({ preview: orNull(PreviewJson) }), filesCount: Count }),
]);

export const OrderedJson = Type.Object({ id: Type.String(), kind: Type.Literal('import'), state: Type.String() });
