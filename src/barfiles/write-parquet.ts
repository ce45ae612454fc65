import { zstdCompressSync } from 'node:zlib';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { BAR_STATES, type BarColumns, type BarField } from '../market/index.ts';
import { concatLong, type LongColumns } from './long-columns.ts';
import type { FileFrame } from './write-text.ts';

const ROW_GROUP_BARS = 131_072;
const required = { repetition_type: 'REQUIRED' } as const;

type SchemaElements = ConstructorParameters<typeof ParquetWriter>[0]['schema'];

const TIME = {
  type: 'INT64',
  converted_type: 'TIMESTAMP_MILLIS',
  logical_type: { type: 'TIMESTAMP', isAdjustedToUTC: true, unit: 'MILLIS' },
} as const;

const COLUMNS: SchemaElements = [
  { name: 'openTime', ...TIME, ...required },
  ...(['open', 'high', 'low', 'close'] as const).map((name) => ({ name, type: 'DOUBLE', ...required }) as const),
  { name: 'volume', type: 'DOUBLE', repetition_type: 'OPTIONAL' },
  { name: 'state', type: 'BYTE_ARRAY', converted_type: 'UTF8', ...required },
];
const OF_MANY: SchemaElements = [{ name: 'instrumentId', type: 'BYTE_ARRAY', converted_type: 'UTF8', ...required }];
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
  batches: AsyncIterable<LongColumns>,
  { head, marksPartial, fields, instruments, end }: FileFrame,
): AsyncGenerator<Uint8Array> {
  const bytes = new PieceWriter();
  const columns = [
    ...(instruments === undefined ? [] : OF_MANY),
    ...COLUMNS,
    ...(marksPartial ? MARK : []),
    ...fields.map(schemaOf),
  ];
  const file = new ParquetWriter({
    writer: bytes,
    schema: [{ name: 'bars', num_children: columns.length }, ...columns],
    codec: 'ZSTD',
    compressors: { ZSTD: (input) => zstdCompressSync(input) },
    createdBy: 'PocketQuant',
  });
  let gathered: LongColumns[] = [];
  let count = 0;
  for await (const batch of batches) {
    gathered.push(batch);
    count += batch.openTime.length;
    if (count < ROW_GROUP_BARS) continue;
    writeRowGroup(file, concatLong(gathered), fields, instruments);
    gathered = [];
    count = 0;
    yield bytes.take();
  }
  if (count > 0) writeRowGroup(file, concatLong(gathered), fields, instruments);
  const { nextCursor, ...said } = end();
  const about: FileFrame['head'] = { ...head, nextCursor };
  file.kvMetadata = [
    ...Object.entries(about).map(([key, value]) => ({ key, value: String(value ?? '') })),
    ...Object.entries(said).map(([key, value]) => ({ key, value: JSON.stringify(value) })),
  ];
  await file.finish();
  yield bytes.take();
}

function schemaOf(field: BarField): SchemaElements[number] {
  if (field === 'provider') return { name: field, type: 'BYTE_ARRAY', converted_type: 'UTF8', ...required };
  const type = field === 'observedAt' ? TIME : ({ type: 'DOUBLE' } as const);
  return { name: field, ...type, repetition_type: 'OPTIONAL' };
}

function dataOf(columns: BarColumns, field: BarField): unknown[] | Float64Array {
  const { provider = new Uint16Array(), providers = [] } = columns;
  if (field === 'provider') return Array.from(provider, (place) => providers[place]);
  const values = columns[field] ?? new Float64Array(columns.openTime.length).fill(NaN);
  if (field === 'observedAt') return Array.from(values, (time) => (Number.isNaN(time) ? null : new Date(time)));
  return maybeAbsent(values);
}

function maybeAbsent(values: Float64Array): (number | null)[] | Float64Array {
  return values.some(Number.isNaN) ? Array.from(values, (value) => (Number.isNaN(value) ? null : value)) : values;
}

function writeRowGroup(
  file: ParquetWriter,
  columns: LongColumns,
  fields: readonly BarField[],
  instruments: readonly string[] = [],
): void {
  const { openTime, open, high, low, close, volume, state, isPartial, instrument } = columns;
  void file.write({
    rowGroupSize: openTime.length,
    columnData: [
      ...(instrument === undefined
        ? []
        : [
            {
              name: 'instrumentId',
              encoding: 'RLE_DICTIONARY' as const,
              data: Array.from(instrument, (code) => instruments[code]),
            },
          ]),
      { name: 'openTime', data: Array.from(openTime, (time) => new Date(time)) },
      { name: 'open', data: open },
      { name: 'high', data: high },
      { name: 'low', data: low },
      { name: 'close', data: close },
      { name: 'volume', data: maybeAbsent(volume) },
      { name: 'state', data: Array.from(state, (code) => BAR_STATES[code]) },
      ...(isPartial === undefined ? [] : [{ name: 'isPartial', data: Array.from(isPartial, (code) => code === 1) }]),
      ...fields.map((name) => ({ name, data: dataOf(columns, name) })),
    ],
  });
}
