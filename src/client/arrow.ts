import { ServerUnreachable } from './problem.ts';

// Reads Arrow IPC streams of the kind that GET /bars answers: numbers, times, flags, texts and one dictionary of texts,
// neither nested nor compressed. The package that reads all kinds would be most of a page's code.

/** A batch of rows: values by the names of columns. */
export interface ArrowBatch {
  readonly rows: number;
  readonly columns: ReadonlyMap<string, ArrowColumn>;
  readonly metadata: ReadonlyMap<string, string>;
}

export interface ArrowColumn {
  /** Bytes of the values, from a multiple of eight on. */
  readonly values: Bytes;
  /** Which of the values are there, a bit for each; empty if all are. */
  readonly presence: Bytes;
  /** Of texts, whose values are where each begins in them. */
  readonly characters: Bytes;
}

export interface ArrowStream {
  readonly batches: readonly ArrowBatch[];
  /** What the codes of the column with a dictionary mean. */
  readonly dictionary: readonly string[];
}

type Bytes = Uint8Array<ArrayBuffer>;

const CONTINUES = 0xff_ff_ff_ff;
const HEADER = { schema: 1, dictionary: 2, batch: 3 } as const;
const KEY_VALUE = { key: 0, value: 1 } as const;
const FIELD = { name: 0, kind: 2, dictionary: 4 } as const;
const TEXT_KIND = 5;
const STRUCT_BYTES = 16;

/** @throws ServerUnreachable if the stream ends early */
export function readArrow(buffer: ArrayBuffer): ArrowStream {
  const batches: ArrowBatch[] = [];
  let fields: readonly ArrowField[] = [];
  let dictionary: readonly string[] = [];
  for (const { header, kind, body, metadata } of messagesOf(buffer)) {
    if (kind === HEADER.schema) fields = header.tables(1).map(fieldOf);
    else if (kind === HEADER.dictionary)
      dictionary = textsIn(columnOf(true, buffersOf(header.table(1), body)), header.table(1).long(0));
    else if (kind === HEADER.batch) {
      const buffers = buffersOf(header, body);
      const columns = fields.map(({ name, isText }): [string, ArrowColumn] => [name, columnOf(isText, buffers)]);
      batches.push({ rows: header.long(0), columns: new Map(columns), metadata });
    }
  }
  return { batches, dictionary };
}

interface ArrowField {
  readonly name: string;
  /** Texts as they are, without a dictionary. */
  readonly isText: boolean;
}

function fieldOf(field: Table): ArrowField {
  const isText = field.byte(FIELD.kind) === TEXT_KIND && !field.has(FIELD.dictionary);
  return { name: field.text(FIELD.name), isText };
}

/** Takes the buffers of the next column. */
function columnOf(isText: boolean, buffers: Bytes[]): ArrowColumn {
  const [presence = NO_BYTES, values = NO_BYTES] = buffers.splice(0, 2);
  const [characters = NO_BYTES] = isText ? buffers.splice(0, 1) : [];
  return { presence, values, characters };
}

const NO_BYTES: Bytes = new Uint8Array();

interface Message {
  readonly kind: number;
  readonly header: Table;
  readonly body: Bytes;
  readonly metadata: ReadonlyMap<string, string>;
}

function* messagesOf(buffer: ArrayBuffer): Generator<Message> {
  const view = new DataView(buffer);
  for (let at = 0; ;) {
    if (at + 8 > buffer.byteLength || view.getUint32(at, true) !== CONTINUES) throw endsEarly();
    const length = view.getUint32(at + 4, true);
    if (length === 0) return;
    const start = at + 8;
    if (start + length > buffer.byteLength) throw endsEarly();
    const message = new Table(view, start + view.getUint32(start, true));
    const bodyLength = message.long(3);
    at = start + length + bodyLength;
    if (at > buffer.byteLength) throw endsEarly();
    yield {
      kind: message.byte(1),
      header: message.table(2),
      body: new Uint8Array(buffer, start + length, bodyLength),
      metadata: new Map(message.tables(4).map((pair) => [pair.text(KEY_VALUE.key), pair.text(KEY_VALUE.value)])),
    };
  }
}

/** The buffers of a record batch, in the order of its columns. */
function buffersOf(batch: Table, body: Bytes): Bytes[] {
  return batch.structs(2).map(([offset, length]) => body.subarray(offset, offset + length));
}

/** The first texts of a column. */
export function textsIn({ values, characters }: ArrowColumn, count: number): string[] {
  const ends = new Int32Array(values.buffer, values.byteOffset, values.byteLength >> 2);
  return Array.from(ends.subarray(1, count + 1), (end, at) => decoder.decode(characters.subarray(ends[at], end)));
}

const decoder = new TextDecoder();

/** A table of FlatBuffers, whose fields are known by their places in the schema. */
class Table {
  readonly #view: DataView<ArrayBuffer>;
  readonly #at: number;

  constructor(view: DataView<ArrayBuffer>, at: number) {
    this.#view = view;
    this.#at = at;
  }

  has(field: number): boolean {
    return this.#placeOf(field) !== undefined;
  }

  byte(field: number): number {
    const at = this.#placeOf(field);
    return at === undefined ? 0 : this.#view.getUint8(at);
  }

  long(field: number): number {
    const at = this.#placeOf(field);
    return at === undefined ? 0 : Number(this.#view.getBigInt64(at, true));
  }

  table(field: number): Table {
    const at = this.#placeOf(field);
    if (at === undefined) throw endsEarly();
    return new Table(this.#view, this.#referred(at));
  }

  text(field: number): string {
    const { start, length } = this.#vector(field);
    return decoder.decode(new Uint8Array(this.#view.buffer, start, length));
  }

  tables(field: number): Table[] {
    const { start, length } = this.#vector(field);
    return Array.from({ length }, (_, index) => new Table(this.#view, this.#referred(start + index * 4)));
  }

  /** Pairs of longs. */
  structs(field: number): [number, number][] {
    const { start, length } = this.#vector(field);
    return Array.from({ length }, (_, index) => {
      const at = start + index * STRUCT_BYTES;
      return [Number(this.#view.getBigInt64(at, true)), Number(this.#view.getBigInt64(at + 8, true))];
    });
  }

  #vector(field: number): { readonly start: number; readonly length: number } {
    const at = this.#placeOf(field);
    if (at === undefined) return { start: 0, length: 0 };
    const vector = this.#referred(at);
    return { start: vector + 4, length: this.#view.getUint32(vector, true) };
  }

  #referred(at: number): number {
    return at + this.#view.getUint32(at, true);
  }

  /** `undefined` where the field has its default. */
  #placeOf(field: number): number | undefined {
    const places = this.#at - this.#view.getInt32(this.#at, true);
    const entry = 4 + field * 2;
    const offset = entry < this.#view.getUint16(places, true) ? this.#view.getUint16(places + entry, true) : 0;
    return offset === 0 ? undefined : this.#at + offset;
  }
}

const endsEarly = (): ServerUnreachable => new ServerUnreachable('The bars end early');
