import type { LongColumns } from './long-columns.ts';
import { whenLoaded } from './when-loaded.ts';
import { writeColumns, writeCsv, writeJson, writeNdjson, type FileFrame } from './write-text.ts';

/** Formats that bars are written in. */
export const BAR_FORMAT_NAMES = ['json', 'columns', 'ndjson', 'csv', 'arrow', 'feather', 'parquet'] as const;
export type BarFormat = (typeof BAR_FORMAT_NAMES)[number];

export const BAR_FORMATS: Readonly<Record<BarFormat, { readonly contentType: string; readonly extension: string }>> = {
  json: { contentType: 'application/json; charset=utf-8', extension: 'json' },
  columns: { contentType: 'application/json; charset=utf-8', extension: 'json' },
  ndjson: { contentType: 'application/x-ndjson; charset=utf-8', extension: 'ndjson' },
  csv: { contentType: 'text/csv; charset=utf-8', extension: 'csv' },
  arrow: { contentType: 'application/vnd.apache.arrow.stream', extension: 'arrows' },
  feather: { contentType: 'application/vnd.apache.arrow.file', extension: 'feather' },
  parquet: { contentType: 'application/vnd.apache.parquet', extension: 'parquet' },
};

/** Bars as the bytes of a file, in pieces; but for `columns`, memory stays flat whatever their number. */
export function writeBars(
  format: BarFormat,
  batches: AsyncIterable<LongColumns>,
  frame: FileFrame,
): AsyncIterable<Uint8Array> {
  switch (format) {
    case 'json':
      return writeJson(batches, frame);
    case 'columns':
      return writeColumns(batches, frame);
    case 'ndjson':
      return writeNdjson(batches, frame);
    case 'csv':
      return writeCsv(batches, frame);
    case 'arrow':
      return whenLoaded(async () => (await import('./write-arrow.ts')).writeArrow(batches, frame));
    case 'feather':
      return whenLoaded(async () => (await import('./write-arrow.ts')).writeFeather(batches, frame));
    case 'parquet':
      return whenLoaded(async () => (await import('./write-parquet.ts')).writeParquet(batches, frame));
  }
}
