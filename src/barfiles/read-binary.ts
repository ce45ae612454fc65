import { mkdtemp, open, rm, writeFile, type FileHandle } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { brotliDecompressSync, gunzipSync, zstdDecompressSync } from 'node:zlib';
import { compressionRegistry, CompressionType, DataType, RecordBatchReader, type Vector } from 'apache-arrow';
import { parquetMetadataAsync, parquetRead, type AsyncBuffer, type DecodedArray, type FileMetaData } from 'hyparquet';
import { InvalidRequestError } from '../platform/errors/index.ts';
import { BAR_FIELDS, findFields, type BarField, type FieldPlaces } from './header.ts';
import { BatchBuilder, type ReadBatch } from './read-batch.ts';
import type { RowReader } from './row-reader.ts';

const PARQUET_CODECS = {
  GZIP: (input: Uint8Array): Uint8Array => gunzipSync(input),
  ZSTD: (input: Uint8Array): Uint8Array => zstdDecompressSync(input),
  BROTLI: (input: Uint8Array): Uint8Array => brotliDecompressSync(input),
};

compressionRegistry.set(CompressionType.ZSTD, { decode: (data) => zstdDecompressSync(data) });

/** Turns whatever a library throws at broken bytes into an error for whoever sent them. */
async function* soundOnly(batches: AsyncIterable<ReadBatch>, format: string): AsyncGenerator<ReadBatch> {
  try {
    yield* batches;
  } catch (error) {
    if (error instanceof InvalidRequestError) throw error;
    const detail = error instanceof Error ? error.message : String(error);
    throw new InvalidRequestError(
      'FILE_DAMAGED',
      `The ${format} file is damaged, cut off or of a kind that is not read (${detail}); what came before was read`,
      { cause: error },
    );
  }
}

/** Parquet needs its end first: a path is read in place, a stream is put into a file that is gone afterwards. */
export function readParquet(source: string | AsyncIterable<Uint8Array>, rows: RowReader): AsyncIterable<ReadBatch> {
  return soundOnly(typeof source === 'string' ? readParquetFile(source, rows) : readSpooled(source, rows), 'Parquet');
}

async function* readSpooled(pieces: AsyncIterable<Uint8Array>, rows: RowReader): AsyncGenerator<ReadBatch> {
  const folder = await mkdtemp(join(tmpdir(), 'pocketquant-import-'));
  try {
    const path = join(folder, 'input.parquet');
    await writeFile(path, pieces);
    yield* readParquetFile(path, rows);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function* readParquetFile(path: string, rows: RowReader): AsyncGenerator<ReadBatch> {
  const handle = await open(path);
  try {
    const file = await bufferOf(handle);
    const metadata = await parquetMetadataAsync(file);
    const names = metadata.schema
      .slice(1)
      .filter(({ num_children }) => num_children === undefined)
      .map(({ name }) => name);
    const places = findFields(names, BAR_FIELDS);
    let rowStart = 0;
    for (const { num_rows } of metadata.row_groups) {
      const rowEnd = rowStart + Number(num_rows);
      const values = await readRowGroup({ file, metadata, rowStart, rowEnd }, names, places);
      yield* batchesOf(values, rows, rowStart + 1, rowEnd - rowStart);
      rowStart = rowEnd;
    }
  } finally {
    await handle.close();
  }
}

/** The next value of a column, which is read from its first row to its last. */
type NextValue = () => unknown;
type NextValues = Readonly<Record<BarField, NextValue>>;

function nextValues(places: FieldPlaces<BarField>, nextOf: (place: number) => NextValue): NextValues {
  const entries = Object.entries(places).map(([field, place]) => [field, place < 0 ? () => undefined : nextOf(place)]);
  return Object.fromEntries(entries) as NextValues;
}

/** A row group is decoded once and as a whole: asked for a part of it, the library would decode the rest as well. */
async function readRowGroup(
  group: { file: AsyncBuffer; metadata: FileMetaData; rowStart: number; rowEnd: number },
  names: readonly string[],
  places: FieldPlaces<BarField>,
): Promise<NextValues> {
  const pagesOf = new Map<string, DecodedArray[]>();
  for (const place of Object.values(places)) if (place >= 0) pagesOf.set(names[place], []);
  if (group.rowEnd > group.rowStart)
    await parquetRead({
      ...group,
      columns: [...pagesOf.keys()],
      compressors: PARQUET_CODECS,
      onChunk: ({ columnName, columnData }) => pagesOf.get(columnName)?.push(columnData),
    });
  return nextValues(places, (place) => inOrder(pagesOf.get(names[place]) ?? []));
}

function inOrder(pages: readonly DecodedArray[]): NextValue {
  let page = 0;
  let index = 0;
  return () => {
    while (page < pages.length && index === pages[page].length) {
      page++;
      index = 0;
    }
    return pages[page]?.[index++];
  };
}

async function* batchesOf(
  { openTime, open, high, low, close, volume, state }: NextValues,
  rows: RowReader,
  firstLine: number,
  count: number,
): AsyncGenerator<ReadBatch> {
  const batch = new BatchBuilder();
  for (let line = firstLine; line < firstLine + count; line++) {
    const row = {
      openTime: openTime(),
      open: open(),
      high: high(),
      low: low(),
      close: close(),
      volume: volume(),
      state: state(),
    };
    rows.read(batch, line, row, () => JSON.stringify(row, asJson));
    if (!batch.isFull) continue;
    yield batch.take();
    await nextTurn();
  }
  if (!batch.isEmpty) yield batch.take();
}

/** What JSON has no number for is text. */
function asJson(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)) ? String(value) : value;
}

async function bufferOf(handle: FileHandle): Promise<AsyncBuffer> {
  const { size } = await handle.stat();
  return {
    byteLength: size,
    async slice(start, end = size) {
      const bytes = new Uint8Array(Math.max(0, Math.min(size, end) - start));
      await handle.read(bytes, 0, bytes.length, start);
      return bytes.buffer;
    },
  };
}

/** Arrow IPC, file or stream; bodies may be compressed with zstd. */
export function readArrow(pieces: AsyncIterable<Uint8Array>, rows: RowReader): AsyncIterable<ReadBatch> {
  return soundOnly(readRecordBatches(pieces, rows), 'Arrow');
}

async function* readRecordBatches(pieces: AsyncIterable<Uint8Array>, rows: RowReader): AsyncGenerator<ReadBatch> {
  const reader = await RecordBatchReader.from(pieces);
  let line = 1;
  for await (const recordBatch of reader) {
    const names = recordBatch.schema.fields.map(({ name }) => name);
    const values = nextValues(findFields(names, BAR_FIELDS), (place) => inRows(recordBatch.getChildAt(place)));
    yield* batchesOf(values, rows, line, recordBatch.numRows);
    line += recordBatch.numRows;
  }
}

/** Timestamps become dates whatever their unit; the rest is as it is. */
function inRows(vector: Vector | null): NextValue {
  if (vector === null) return () => undefined;
  let index = 0;
  const { type } = vector;
  if (!DataType.isTimestamp(type) && !DataType.isDate(type)) return () => vector.get(index++) as unknown;
  // The library answers with milliseconds for every unit.
  return () => {
    const value = vector.get(index++) as number | bigint | Date | null;
    return value === null ? undefined : new Date(Number(value));
  };
}
