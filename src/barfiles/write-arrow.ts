import {
  Bool,
  Dictionary,
  Field,
  Float64,
  makeData,
  RecordBatch,
  RecordBatchStreamWriter,
  Schema,
  Struct,
  TimestampMillisecond,
  Uint8,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { BAR_STATES, newBarColumns, type BarColumns } from '../market/index.ts';
import type { FileFrame } from './write-text.ts';

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

/** Hands out what was written since the last time, where the library's own queue would gather the whole file. */
class PieceWriter extends RecordBatchStreamWriter {
  private pieces: Uint8Array[] = [];

  protected override _write(chunk: Parameters<RecordBatchStreamWriter['_write']>[0]): this {
    const { buffer, byteOffset, byteLength } = chunk as ArrayBufferView;
    if (byteLength > 0) this.pieces.push(new Uint8Array(buffer, byteOffset, byteLength));
    this._position += byteLength;
    return this;
  }

  take(): Uint8Array {
    const taken = Buffer.concat(this.pieces);
    this.pieces = [];
    return taken;
  }
}

/**
 * Arrow IPC stream: openTime as a UTC timestamp in ms, doubles, a volume that may be null, state as a dictionary, and
 * isPartial of derived bars. What there is to say at the end is in the metadata of the last batch, which has no bars.
 */
export async function* writeArrow(
  batches: AsyncIterable<BarColumns>,
  { head, marksPartial, end }: FileFrame,
): AsyncGenerator<Uint8Array> {
  const about = Object.entries(head).map(([name, value]): [string, string] => [name, String(value ?? '')]);
  const schema = new Schema(marksPartial ? markedFields : fields, new Map(about));
  const writer = new PieceWriter();
  writer.reset(undefined, schema);
  for await (const columns of batches) {
    writer.write(recordBatch(columns, schema));
    yield writer.take();
  }
  const { completeness, nextCursor } = end();
  const last = new Map([
    ['completeness', JSON.stringify(completeness)],
    ['nextCursor', nextCursor ?? ''],
  ]);
  writer.write(recordBatch(marksPartial ? { ...NO_BARS, isPartial: NO_BARS.state } : NO_BARS, schema, last));
  writer.finish();
  yield writer.take();
}

function recordBatch(columns: BarColumns, schema: Schema, metadata?: Map<string, string>): RecordBatch {
  const { openTime, open, high, low, close, volume, state, isPartial } = columns;
  const children = [
    makeData({ type: timeType, data: BigInt64Array.from(openTime, BigInt) }),
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
