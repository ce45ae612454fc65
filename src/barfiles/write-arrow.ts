import {
  Bool,
  type Data,
  Dictionary,
  Field,
  Float64,
  makeData,
  RecordBatch,
  RecordBatchFileWriter,
  RecordBatchStreamWriter,
  RecordBatchWriter,
  Schema,
  Struct,
  TimestampMillisecond,
  Uint16,
  Uint8,
  Utf8,
  type Vector,
  vectorFromArray,
} from 'apache-arrow';
import { BAR_STATES, newBarColumns, withFields, withPartial, type BarColumns, type BarField } from '../market/index.ts';
import type { LongColumns } from './long-columns.ts';
import type { FileFrame } from './write-text.ts';

const TWO_32 = 2 ** 32;
const NO_BARS = newBarColumns(0);
const NO_INSTRUMENTS = new Uint16Array(0);
const encoder = new TextEncoder();
const STATE_DICTIONARY_ID = 0;
const INSTRUMENT_DICTIONARY_ID = 1;
const stateNames = vectorFromArray([...BAR_STATES], new Utf8());
const stateType = new Dictionary(new Utf8(), new Uint8(), STATE_DICTIONARY_ID);
const instrumentType = new Dictionary(new Utf8(), new Uint16(), INSTRUMENT_DICTIONARY_ID);
const timeType = new TimestampMillisecond('UTC');
const baseFields = [
  new Field('openTime', timeType, false),
  ...['open', 'high', 'low', 'close'].map((name) => new Field(name, new Float64(), false)),
  new Field('volume', new Float64(), true),
  new Field('state', stateType, false),
];
const mark = new Field('isPartial', new Bool(), false);
const ofMany = new Field('instrumentId', instrumentType, false);

/** What was written since the last time, where the library's own queue would gather the whole file. */
class Pieces {
  #pieces: Uint8Array[] = [];

  /** @returns its length */
  add(chunk: ArrayBufferView): number {
    const { buffer, byteOffset, byteLength } = chunk;
    if (byteLength > 0) this.#pieces.push(new Uint8Array(buffer, byteOffset, byteLength));
    return byteLength;
  }

  take(): Uint8Array {
    const taken = Buffer.concat(this.#pieces);
    this.#pieces = [];
    return taken;
  }
}

class StreamWriter extends RecordBatchStreamWriter {
  readonly written = new Pieces();

  protected override _write(chunk: unknown): this {
    this._position += this.written.add(chunk as ArrayBufferView);
    return this;
  }
}

/** The schema of the footer, which comes last, says what is known at the end. */
class FeatherWriter extends RecordBatchFileWriter {
  readonly written = new Pieces();
  readonly #ending: () => Map<string, string>;

  constructor(ending: () => Map<string, string>) {
    super();
    this.#ending = ending;
  }

  protected override _write(chunk: unknown): this {
    this._position += this.written.add(chunk as ArrayBufferView);
    return this;
  }

  /** The schema stands behind the magic bytes too, where readers that do not jump look for it. */
  protected override _writeSchema(schema: Schema): this {
    super._writeSchema(schema);
    return RecordBatchWriter.prototype['_writeSchema'].call(this, schema) as this;
  }

  protected override _writeFooter({ fields: columns, metadata }: Schema): this {
    return super._writeFooter(new Schema(columns, new Map([...metadata, ...this.#ending()])));
  }
}

/**
 * Arrow IPC stream: openTime as a UTC timestamp in ms, doubles, a volume that may be null, state as a dictionary, and
 * isPartial of derived bars, then the fields that were asked for, of which numbers and times may be null. What there is to
 * say at the end is in the metadata of the last batch, which has no bars.
 */
export async function* writeArrow(batches: AsyncIterable<LongColumns>, frame: FileFrame): AsyncGenerator<Uint8Array> {
  const shape = shapeOf(frame);
  const writer = new StreamWriter();
  writer.reset(undefined, shape.schema);
  for await (const columns of batches) {
    writer.write(recordBatch(columns, shape));
    yield writer.written.take();
  }
  const none = withFields(frame.marksPartial ? withPartial(NO_BARS) : NO_BARS, frame.fields);
  writer.write(recordBatch(none, shape, endingOf(frame)));
  writer.finish();
  yield writer.written.take();
}

/** The same columns as an Arrow IPC file, also called Feather, which is read in any order. Its footer says what there is to say at the end. */
export async function* writeFeather(batches: AsyncIterable<LongColumns>, frame: FileFrame): AsyncGenerator<Uint8Array> {
  const shape = shapeOf(frame);
  const writer = new FeatherWriter(() => endingOf(frame));
  writer.reset(undefined, shape.schema);
  for await (const columns of batches) {
    writer.write(recordBatch(columns, shape));
    yield writer.written.take();
  }
  writer.finish();
  yield writer.written.take();
}

/** What the columns of a file are. */
interface Shape {
  readonly schema: Schema;
  readonly fields: readonly BarField[];
  /** Where bars are of many instruments: their ids. */
  readonly ids: Vector<Utf8> | undefined;
}

function shapeOf({ head, marksPartial, fields, instruments }: FileFrame): Shape {
  const about = Object.entries(head).map(([name, value]): [string, string] => [name, String(value ?? '')]);
  const told = fields.map((field) => new Field(field, typeOf(field), field !== 'provider'));
  const ids = instruments === undefined ? undefined : vectorFromArray([...instruments], new Utf8());
  const columns = [...(ids === undefined ? [] : [ofMany]), ...baseFields, ...(marksPartial ? [mark] : []), ...told];
  return { schema: new Schema(columns, new Map(about)), fields, ids };
}

function endingOf({ end }: FileFrame): Map<string, string> {
  const { nextCursor, ...said } = end();
  return new Map([
    ...Object.entries(said).map(([name, value]): [string, string] => [name, JSON.stringify(value)]),
    ['nextCursor', nextCursor ?? ''],
  ]);
}

function typeOf(field: BarField): Utf8 | TimestampMillisecond | Float64 {
  if (field === 'provider') return new Utf8();
  return field === 'observedAt' ? timeType : new Float64();
}

function recordBatch(
  columns: LongColumns,
  { schema, fields, ids }: Shape,
  metadata?: Map<string, string>,
): RecordBatch {
  const { openTime, open, high, low, close, volume, state, isPartial, instrument = NO_INSTRUMENTS } = columns;
  const children = [
    ...(ids === undefined ? [] : [makeData({ type: instrumentType, data: instrument, dictionary: ids })]),
    timeData(openTime),
    ...[open, high, low, close].map((data) => makeData({ type: new Float64(), data })),
    numberData(volume),
    makeData({ type: stateType, data: state, dictionary: stateNames }),
    ...(isPartial === undefined
      ? []
      : [makeData({ type: new Bool(), length: isPartial.length, data: bitsOf(isPartial) })]),
    ...fields.map((field) => fieldData(columns, field)),
  ];
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: openTime.length, nullCount: 0, children }),
    metadata,
  );
}

function fieldData(columns: BarColumns, field: BarField): Data {
  if (field === 'provider') return providerData(columns);
  const values = columns[field] ?? new Float64Array(columns.openTime.length).fill(NaN);
  return field === 'observedAt' ? timeData(values) : numberData(values);
}

const numberData = (values: Float64Array): Data =>
  makeData({ type: new Float64(), data: values, ...presenceOf(values) });

function timeData(times: Float64Array): Data {
  return makeData({ type: timeType, data: wholeNumbers(times), ...presenceOf(times) });
}

/** Whole numbers as 64 bits, absent ones as 0: in two halves, which takes a tenth of the time that a `BigInt` for each would. */
function wholeNumbers(values: Float64Array): BigInt64Array {
  const halves = new Int32Array(values.length * 2);
  for (let i = 0; i < values.length; i++) {
    const high = Math.floor(values[i] / TWO_32);
    halves[2 * i] = values[i] - high * TWO_32;
    halves[2 * i + 1] = high;
  }
  return new BigInt64Array(halves.buffer);
}

/** Names as they are: readers that know dictionaries that grow while a stream is read are few. */
function providerData({ openTime, provider, providers = [] }: BarColumns): Data {
  const names = providers.map((name) => encoder.encode(name));
  const offsets = new Int32Array(openTime.length + 1);
  for (let i = 0; i < openTime.length; i++) offsets[i + 1] = offsets[i] + names[provider?.[i] ?? 0].length;
  const data = new Uint8Array(offsets[openTime.length]);
  for (let i = 0; i < openTime.length; i++) data.set(names[provider?.[i] ?? 0], offsets[i]);
  return makeData({ type: new Utf8(), length: openTime.length, nullCount: 0, valueOffsets: offsets, data });
}

function bitsOf(codes: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(codes.length / 8));
  for (let i = 0; i < codes.length; i++) bits[i >> 3] |= codes[i] << (i & 7);
  return bits;
}

/** Arrow's bitmap of which values are there. */
function presenceOf(values: Float64Array): { nullBitmap?: Uint8Array; nullCount: number } {
  let nullCount = 0;
  const nullBitmap = new Uint8Array(Math.ceil(values.length / 8));
  for (let i = 0; i < values.length; i++) {
    if (Number.isNaN(values[i])) nullCount++;
    else nullBitmap[i >> 3] |= 1 << (i & 7);
  }
  return nullCount === 0 ? { nullCount } : { nullBitmap, nullCount };
}
