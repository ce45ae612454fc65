import {
  compressionRegistry,
  CompressionType,
  DataType,
  RecordBatchReader,
  TimeUnit,
  type Field,
  type RecordBatch,
  type Vector,
} from 'apache-arrow';
import { soundOnly } from '../bytes/damaged.ts';
import { withStart } from '../bytes/started-pieces.ts';
import { soundMessages } from './arrow-messages.ts';
import { BODY_CODECS } from './codecs.ts';
import { clockText, nearestDouble } from './decimal.ts';
import { namesInPandas } from './pandas-names.ts';
import { BATCH_ROWS, writtenCells, type Row, type Table, type WantedColumns } from './table.ts';

const ARROW = 'The Arrow file is';
const FILE_MARK = Buffer.from('ARROW1');
const PADDED_MARK_LENGTH = 8;

compressionRegistry.set(CompressionType.LZ4_FRAME, { decode: BODY_CODECS.LZ4_FRAME });
compressionRegistry.set(CompressionType.ZSTD, { decode: BODY_CODECS.ZSTD });

/**
 * Arrow IPC, file or stream, and Feather of version 2; bodies may be compressed with LZ4 or zstd.
 * @throws InvalidRequestError `FILE_DAMAGED`
 */
export async function openArrow(pieces: AsyncIterable<Uint8Array>, wanted: WantedColumns): Promise<Table> {
  const batches = soundOnly(recordBatches(pieces), ARROW);
  const first = await batches.next();
  const schema = first.done === true ? undefined : first.value.schema;
  const fields: readonly Field[] = schema?.fields ?? [];
  const flat = fields.filter(isFlat);
  const names = namesInPandas(
    flat.map(({ name }) => name),
    schema?.metadata.get('pandas'),
  );
  const wantedNames = wanted(names);
  const places = flat.map((field, at) => (wantedNames.has(names[at]) ? fields.indexOf(field) : -1));
  async function* rows(): AsyncGenerator<readonly Row[]> {
    let line = 1;
    for (let next = first; next.done !== true; next = await batches.next()) {
      yield* rowsOf(next.value, places, line);
      line += next.value.numRows;
    }
  }
  return {
    shown: 'Arrow',
    names,
    wallTimes: names.filter((_, at) => isWall(flat[at])),
    unread: fields.filter((field) => !isFlat(field)).map(({ name }) => name),
    about: {},
    batches: soundOnly(rows(), ARROW),
  };
}

/**
 * A file is a stream between two marks, and read as one: the library's reader of files holds all of it in memory, and
 * never ends where the index at the file's end names the wrong places.
 */
async function* recordBatches(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<RecordBatch> {
  const messages = soundMessages(withoutMarks(pieces));
  try {
    // The reader stops where the messages end, and would close what comes after them.
    yield* await RecordBatchReader.from({ [Symbol.asyncIterator]: () => ({ next: () => messages.next() }) });
    for await (const _rest of messages);
  } finally {
    await messages.return(undefined);
  }
}

async function* withoutMarks(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  const { start, pieces: all } = await withStart(pieces);
  if (!Buffer.from(start.subarray(0, FILE_MARK.length)).equals(FILE_MARK)) {
    yield* all;
    return;
  }
  let isFirst = true;
  let end = Buffer.alloc(0);
  for await (const piece of all) {
    end = Buffer.concat([end, piece.subarray(-FILE_MARK.length)]).subarray(-FILE_MARK.length);
    yield isFirst ? piece.subarray(PADDED_MARK_LENGTH) : piece;
    isFirst = false;
  }
  if (!end.equals(FILE_MARK)) throw new Error('it has no end');
}

function isFlat({ type }: Field): boolean {
  return (type.children ?? []).length === 0 && !DataType.isNull(type);
}

function isWall({ type }: Field): boolean {
  return DataType.isDate(type) || (DataType.isTimestamp(type) && (type.timezone ?? '') === '');
}

function* rowsOf(batch: RecordBatch, places: readonly number[], firstLine: number): Generator<readonly Row[]> {
  const columns = places.map((place) => {
    const vector = place < 0 ? null : batch.getChildAt(place);
    if (vector === null) return () => undefined;
    requireValues(vector, batch.numRows);
    return cellOf(vector);
  });
  for (let start = 0; start < batch.numRows; start += BATCH_ROWS)
    yield Array.from({ length: Math.min(BATCH_ROWS, batch.numRows - start) }, (_, at) => {
      const cells = columns.map((cell) => cell(start + at));
      return { line: firstLine + start + at, cells, written: () => writtenCells(cells) };
    });
}

/** A damaged file may announce rows without end. */
function requireValues(vector: Vector, count: number): void {
  const bytes = vector.data.reduce((sum, { values, valueOffsets }) => {
    const held = (valueOffsets as ArrayLike<number> | undefined) ?? (values as ArrayLike<number> | undefined);
    return sum + (held?.length ?? 0) * (DataType.isBool(vector.type) ? 8 : 1);
  }, 0);
  if (vector.length !== count || bytes < count) throw new Error(`a batch of ${count} rows has too few values`);
}

/** Timestamps become dates whatever their unit, decimals the nearest doubles. */
function cellOf(vector: Vector): (index: number) => unknown {
  const { type } = vector;
  const valueAt = (index: number): unknown => vector.get(index) as unknown;
  if (DataType.isTimestamp(type) || DataType.isDate(type))
    return (index) => {
      const value = vector.get(index) as number | bigint | Date | null; // in milliseconds, whatever the unit
      return value === null ? undefined : new Date(Number(value));
    };
  if (DataType.isDecimal(type)) {
    const { scale, bitWidth } = type;
    return (index) => {
      const words = valueAt(index);
      return words instanceof Uint32Array ? nearestDouble(wholeOfWords(words, bitWidth), scale) : words;
    };
  }
  if (DataType.isTime(type)) {
    const unit = (
      {
        [TimeUnit.SECOND]: 'seconds',
        [TimeUnit.MILLISECOND]: 'milliseconds',
        [TimeUnit.MICROSECOND]: 'microseconds',
        [TimeUnit.NANOSECOND]: 'nanoseconds',
      } as const
    )[type.unit];
    return (index) => {
      const value = valueAt(index);
      return typeof value === 'number' || typeof value === 'bigint' ? clockText(value, unit) : value;
    };
  }
  return valueAt;
}

/** The lowest word first. */
function wholeOfWords(words: Uint32Array, bits: number): bigint {
  let value = 0n;
  for (let i = words.length - 1; i >= 0; i--) value = (value << 32n) | BigInt(words[i]);
  return BigInt.asIntN(bits, value);
}
