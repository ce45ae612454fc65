import {
  Bool,
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
  Uint8,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { BAR_STATES, newBarColumns, type BarColumns } from '../market/index.ts';
import type { FileFrame } from './write-text.ts';

const TWO_32 = 2 ** 32;
const NO_BARS = newBarColumns(0);
const STATE_DICTIONARY_ID = 0;
const stateNames = vectorFromArray([...BAR_STATES], new Utf8());
const stateType = new Dictionary(new Utf8(), new Uint8(), STATE_DICTIONARY_ID);
const timeType = new TimestampMillisecond('UTC');
const fields = [
  new Field('openTime', timeType, false),
  ...['open', 'high', 'low', 'close'].map((name) => new Field(name, new Float64(), false)),
  new Field('volume', new Float64(), true),
  new Field('state', stateType, false),
];
const markedFields = [...fields, new Field('isPartial', new Bool(), false)];

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
 * isPartial of derived bars. What there is to say at the end is in the metadata of the last batch, which has no bars.
 */
export async function* writeArrow(batches: AsyncIterable<BarColumns>, frame: FileFrame): AsyncGenerator<Uint8Array> {
  const schema = schemaOf(frame);
  const writer = new StreamWriter();
  writer.reset(undefined, schema);
  for await (const columns of batches) {
    writer.write(recordBatch(columns, schema));
    yield writer.written.take();
  }
  const none = frame.marksPartial ? { ...NO_BARS, isPartial: NO_BARS.state } : NO_BARS;
  writer.write(recordBatch(none, schema, endingOf(frame)));
  writer.finish();
  yield writer.written.take();
}

/** The same columns as an Arrow IPC file, also called Feather, which is read in any order. Its footer says what there is to say at the end. */
export async function* writeFeather(batches: AsyncIterable<BarColumns>, frame: FileFrame): AsyncGenerator<Uint8Array> {
  const schema = schemaOf(frame);
  const writer = new FeatherWriter(() => endingOf(frame));
  writer.reset(undefined, schema);
  for await (const columns of batches) {
    writer.write(recordBatch(columns, schema));
    yield writer.written.take();
  }
  writer.finish();
  yield writer.written.take();
}

function schemaOf({ head, marksPartial }: FileFrame): Schema {
  const about = Object.entries(head).map(([name, value]): [string, string] => [name, String(value ?? '')]);
  return new Schema(marksPartial ? markedFields : fields, new Map(about));
}

function endingOf({ end }: FileFrame): Map<string, string> {
  const { completeness, nextCursor } = end();
  return new Map([
    ['completeness', JSON.stringify(completeness)],
    ['nextCursor', nextCursor ?? ''],
  ]);
}

function recordBatch(columns: BarColumns, schema: Schema, metadata?: Map<string, string>): RecordBatch {
  const { openTime, open, high, low, close, volume, state, isPartial } = columns;
  const children = [
    makeData({ type: timeType, data: wholeNumbers(openTime) }),
    ...[open, high, low, close].map((data) => makeData({ type: new Float64(), data })),
    makeData({ type: new Float64(), data: volume, ...presenceOf(volume) }),
    makeData({ type: stateType, data: state, dictionary: stateNames }),
    ...(isPartial === undefined
      ? []
      : [makeData({ type: new Bool(), length: isPartial.length, data: bitsOf(isPartial) })]),
  ];
  return new RecordBatch(
    schema,
    makeData({ type: new Struct(schema.fields), length: openTime.length, nullCount: 0, children }),
    metadata,
  );
}

/** Whole numbers as 64 bits: in two halves, which takes a tenth of the time that a `BigInt` for each would. */
function wholeNumbers(values: Float64Array): BigInt64Array {
  const halves = new Int32Array(values.length * 2);
  for (let i = 0; i < values.length; i++) {
    const high = Math.floor(values[i] / TWO_32);
    halves[2 * i] = values[i] - high * TWO_32;
    halves[2 * i + 1] = high;
  }
  return new BigInt64Array(halves.buffer);
}

function bitsOf(codes: Uint8Array): Uint8Array {
  const bits = new Uint8Array(Math.ceil(codes.length / 8));
  for (let i = 0; i < codes.length; i++) bits[i >> 3] |= codes[i] << (i & 7);
  return bits;
}

/** Arrow's bitmap of which volumes are there. */
function presenceOf(volume: Float64Array): { nullBitmap?: Uint8Array; nullCount: number } {
  let nullCount = 0;
  const nullBitmap = new Uint8Array(Math.ceil(volume.length / 8));
  for (let i = 0; i < volume.length; i++) {
    if (Number.isNaN(volume[i])) nullCount++;
    else nullBitmap[i >> 3] |= 1 << (i & 7);
  }
  return nullCount === 0 ? { nullCount } : { nullBitmap, nullCount };
}
