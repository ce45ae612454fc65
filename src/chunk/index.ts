export { ChunkFormatError } from './bytes.ts';
export * from './chunk-document.ts';
export { countOf, decodeBars, decodeBarsInto, decodeRevisions, encodeBars, encodeRevisions } from './codec.ts';
export * from './observed-columns.ts';
export * from './series-head.ts';
export * from './window.ts';
