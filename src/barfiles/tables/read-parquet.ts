import { open, type FileHandle } from 'node:fs/promises';
import { setImmediate as nextTurn } from 'node:timers/promises';
import {
  parquetMetadataAsync,
  parquetRead,
  parquetSchema,
  type AsyncBuffer,
  type DecodedArray,
  type FileMetaData,
  type SchemaElement,
  type SchemaTree,
} from 'hyparquet';
import type { Content } from '../bytes/content.ts';
import { soundOnly } from '../bytes/damaged.ts';
import { spool } from '../bytes/spooled.ts';
import { PAGE_CODECS } from './codecs.ts';
import { clockText, nearestDouble, wholeOfBytes } from './decimal.ts';
import { namesInPandas } from './pandas-names.ts';
import { BATCH_ROWS, writtenCells, type Row, type Table, type WantedColumns } from './table.ts';

const PARQUET = 'The Parquet file is';

/**
 * Parquet, with all codecs. It has its end first: a path is read in place, a stream is put into a file that is gone
 * afterwards.
 * @throws InvalidRequestError `FILE_DAMAGED`
 */
export async function openParquet(
  { path, pieces }: Pick<Content, 'path' | 'pieces'>,
  wanted: WantedColumns,
): Promise<Table> {
  const spooled = path === undefined ? await spool(pieces) : undefined;
  const letGo = async (): Promise<void> => {
    await handle?.close();
    await spooled?.remove();
  };
  let handle: FileHandle | undefined;
  try {
    handle = await open(spooled?.path ?? path ?? '');
    const file = await bufferOf(handle);
    const metadata = await soundly(parquetMetadataAsync(file));
    const { children } = parquetSchema(metadata);
    const columns = children.filter(isFlat).map(columnOf);
    const pandas = metadata.key_value_metadata?.find(({ key }) => key === 'pandas')?.value;
    const names = namesInPandas(
      columns.map(({ field }) => field),
      pandas,
    );
    const wantedNames = wanted(names);
    const read = columns.map((column, at) => (wantedNames.has(names[at]) ? column : undefined));
    return {
      shown: 'Parquet',
      names,
      wallTimes: names.filter((_, at) => columns[at].isWall),
      unread: children.filter((child) => !isFlat(child)).map(({ element }) => element.name),
      about: {},
      batches: untilDone(soundOnly(rowsOf(file, asStored(metadata), read), PARQUET), letGo),
    };
  } catch (error) {
    await letGo();
    throw error;
  }
}

async function soundly<Value>(value: Promise<Value>): Promise<Value> {
  async function* one(): AsyncGenerator<Value> {
    yield await value;
  }
  for await (const sound of soundOnly(one(), PARQUET)) return sound;
  throw new Error('A promise has a value');
}

async function* untilDone<Batch>(batches: AsyncIterable<Batch>, letGo: () => Promise<void>): AsyncGenerator<Batch> {
  try {
    yield* batches;
  } finally {
    await letGo();
  }
}

interface Column {
  readonly field: string;
  /** Turns what the file stores into a cell. */
  readonly cell: (stored: unknown) => unknown;
  readonly isWall: boolean;
}

function isFlat({ children, element }: SchemaTree): boolean {
  return children.length === 0 && element.repetition_type !== 'REPEATED' && element.num_children === undefined;
}

function columnOf({ element }: SchemaTree): Column {
  const { name, type, converted_type: converted, logical_type: logical } = element;
  const isWall =
    type === 'INT96' ||
    converted === 'DATE' ||
    logical?.type === 'DATE' ||
    (logical?.type === 'TIMESTAMP' && !logical.isAdjustedToUTC);
  return { field: name, cell: cellOf(element), isWall };
}

function cellOf(element: SchemaElement): (stored: unknown) => unknown {
  const { type, converted_type: converted, logical_type: logical } = element;
  if (isDecimal(element)) {
    const scale = (logical?.type === 'DECIMAL' ? logical.scale : element.scale) ?? 0;
    return (stored) => {
      if (typeof stored === 'number' || typeof stored === 'bigint') return nearestDouble(BigInt(stored), scale);
      return stored instanceof Uint8Array ? nearestDouble(wholeOfBytes(stored), scale) : stored;
    };
  }
  if (logical?.type === 'TIME' || converted === 'TIME_MILLIS' || converted === 'TIME_MICROS') {
    const unit = logical?.type === 'TIME' ? logical.unit : converted === 'TIME_MILLIS' ? 'MILLIS' : 'MICROS';
    const name = ({ MILLIS: 'milliseconds', MICROS: 'microseconds', NANOS: 'nanoseconds' } as const)[unit];
    return (stored) => (typeof stored === 'number' || typeof stored === 'bigint' ? clockText(stored, name) : stored);
  }
  if (type === 'BYTE_ARRAY')
    return (stored) => (stored instanceof Uint8Array ? Buffer.from(stored).toString() : stored);
  return (stored) => stored;
}

function isDecimal({ converted_type: converted, logical_type: logical }: SchemaElement): boolean {
  return converted === 'DECIMAL' || logical?.type === 'DECIMAL';
}

/** The library would round decimals twice: it is told that they are whole numbers. */
function asStored(metadata: FileMetaData): FileMetaData {
  const schema = metadata.schema.map((element) => {
    if (!isDecimal(element)) return element;
    const { converted_type: _converted, logical_type: _logical, ...whole } = element;
    return whole;
  });
  return { ...metadata, schema };
}

async function* rowsOf(
  file: AsyncBuffer,
  metadata: FileMetaData,
  columns: readonly (Column | undefined)[],
): AsyncGenerator<readonly Row[]> {
  let rowStart = 0;
  for (const { num_rows } of metadata.row_groups) {
    const count = Number(num_rows);
    const group = await readRowGroup(file, metadata, columns, rowStart, count);
    for (let start = 0; start < count; start += BATCH_ROWS) {
      yield rowsOfGroup(group, rowStart + start + 1, Math.min(count - start, BATCH_ROWS));
      await nextTurn();
    }
    rowStart += count;
  }
}

/** Gives the cells of a column from the first row to the last. */
type NextCell = () => unknown;

/** A row group is decoded once and as a whole: asked for a part of it, the library would decode the rest as well. */
async function readRowGroup(
  file: AsyncBuffer,
  metadata: FileMetaData,
  columns: readonly (Column | undefined)[],
  rowStart: number,
  count: number,
): Promise<readonly NextCell[]> {
  const pagesOf = new Map<string, DecodedArray[]>();
  for (const column of columns) if (column !== undefined) pagesOf.set(column.field, []);
  if (count > 0 && pagesOf.size > 0)
    await parquetRead({
      file,
      metadata,
      rowStart,
      rowEnd: rowStart + count,
      columns: [...pagesOf.keys()],
      compressors: PAGE_CODECS,
      utf8: false,
      onChunk: ({ columnName, columnData }) => pagesOf.get(columnName)?.push(columnData),
    });
  return columns.map((column) => {
    if (column === undefined) return () => undefined;
    const pages = pagesOf.get(column.field) ?? [];
    const found = pages.reduce((sum, { length }) => sum + length, 0);
    if (found !== count) throw new Error(`a group of ${count} rows has ${found} values of ${column.field}`);
    return inOrder(pages, column.cell);
  });
}

function inOrder(pages: readonly DecodedArray[], cell: Column['cell']): NextCell {
  let page = 0;
  let index = 0;
  return () => {
    while (page < pages.length && index === pages[page].length) {
      page++;
      index = 0;
    }
    return cell(pages[page]?.[index++]);
  };
}

function rowsOfGroup(columns: readonly NextCell[], firstLine: number, count: number): readonly Row[] {
  return Array.from({ length: count }, (_, at) => {
    const cells = columns.map((next) => next());
    return { line: firstLine + at, cells, written: () => writtenCells(cells) };
  });
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
