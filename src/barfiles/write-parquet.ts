import { zstdCompressSync } from 'node:zlib';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { BAR_STATES, concatColumns, type BarColumns } from '../market/index.ts';
import type { FileFrame } from './write-text.ts';

const ROW_GROUP_BARS = 131_072;
const required = { repetition_type: 'REQUIRED' } as const;

type SchemaElements = ConstructorParameters<typeof ParquetWriter>[0]['schema'];

const COLUMNS: SchemaElements = [
  {
    name: 'openTime',
    type: 'INT64',
    converted_type: 'TIMESTAMP_MILLIS',
    logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
    ...required,
  },
  ...(['open', 'high', 'low', 'close'] as const).map((name) => ({ name, type: 'DOUBLE', ...required }) as const),
  { name: 'volume', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  { name: 'state', type: 'BYTE_ARRAY', converted_type: 'UTF8', ...required },
];
const MARK: SchemaElements = [{ name: 'isPartial', type: 'BOOLEAN', ...required }];

/** Gives away what was written, so that the file is never in memory as a whole. */
class PieceWriter extends ByteWriter {
  take(): Uint8Array {
    const taken = new Uint8Array(this.getBytes());
    this.index = 0;
    return taken;
  }
}

/** Parquet with zstd, a row group for each 131,072 bars, with isPartial of derived ones; what there is to say about the bars is in the footer. */
export async function* writeParquet(
  batches: AsyncIterable<BarColumns>,
  { head, marksPartial, end }: FileFrame,
): AsyncGenerator<Uint8Array> {
  const bytes = new PieceWriter();
  const columns = marksPartial ? [...COLUMNS, ...MARK] : COLUMNS;
  const file = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'bars', num_children: columns.length }, ...columns],
    codec: 'ZSTD',
    compressors: { ZSTD: (input) => zstdCompressSync(input) },
    createdBy: 'PocketQuant',
  });
  let gathered: BarColumns[] = [];
  let count = 0;
  for await (const batch of batches) {
    gathered.push(batch);
    count += batch.openTime.length;
    if (count < ROW_GROUP_BARS) continue;
    writeRowGroup(file, concatColumns(gathered));
    gathered = [];
    count = 0;
    yield bytes.take();
  }
  if (count > 0) writeRowGroup(file, concatColumns(gathered));
  const { completeness, nextCursor } = end();
  const about: FileFrame['head'] = { ...head, nextCursor };
  file.kvMetadata = [
    ...Object.entries(about).map(([key, value]) => ({ key, value: String(value ?? '') })),
    { key: 'completeness', value: JSON.stringify(completeness) },
  ];
  await file.finish();
  yield bytes.take();
}

function writeRowGroup(file: ParquetWriter, columns: BarColumns): void {
  const { openTime, open, high, low, close, volume, state, isPartial } = columns;
  void file.write({
    rowGroupSize: openTime.length,
    columnData: [
      { name: 'openTime', data: Array.from(openTime, (time) => new Date(time)) },
      { name: 'open', data: open },
      { name: 'high', data: high },
      { name: 'low', data: low },
      { name: 'close', data: close },
      {
        name: 'volume',
        data: volume.some(Number.isNaN) ? Array.from(volume, (value) => (Number.isNaN(value) ? null : value)) : volume,
      },
      { name: 'state', data: Array.from(state, (code) => BAR_STATES[code]) },
      ...(isPartial === undefined ? [] : [{ name: 'isPartial', data: Array.from(isPartial, (code) => code === 1) }]),
    ],
  });
}
