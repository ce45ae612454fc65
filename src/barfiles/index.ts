export { isStream, openMembers } from './bytes/content.ts';
export { removeLeftSpooled, removeSpooled, spool } from './bytes/spooled.ts';
export { compressed, compressionOfName } from './compression.ts';
export { giveBack } from './lent-memory.ts';
export type { ReadBatch, ReadFault } from './read-batch.ts';
export { commandOf, settingsOf } from './layouts/describe.ts';
export { LAYOUTS, type Layout } from './layouts/index.ts';
export {
  BAR_FILE_FORMATS,
  openBarFile,
  type BarFile,
  type BarFileFormat,
  type BarFileSource,
} from './open-bar-file.ts';
export type { SeriesBatch } from './reading/series-batches.ts';
export { textOfReading, type Reading } from './reading/reading.ts';
export type { ReadingContext } from './reading/reading-options.ts';
export { readRecords, type Fields, type FileRecord } from './read-records.ts';
export { symbolInName, nameTemplate, type NamedFile } from './name-template.ts';
export { concatLong, type LongColumns } from './long-columns.ts';
export { BAR_FORMAT_NAMES, BAR_FORMATS, writeBars, type BarFormat } from './write-bars.ts';
export type { FileFrame } from './write-text.ts';
