export { compressed, compressionOfName } from './compression.ts';
export { giveBack } from './lent-memory.ts';
export type { ReadBatch, ReadFault } from './read-batch.ts';
export { BAR_FILE_FORMATS, openBarFile, type BarFile, type BarFileFormat, type BarFileSource } from './read-file.ts';
export { BAR_FORMAT_NAMES, BAR_FORMATS, writeBars, type BarFormat } from './write-bars.ts';
export type { FileFrame } from './write-text.ts';
