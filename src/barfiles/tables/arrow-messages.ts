const CONTINUATION = -1;
const MOST_METADATA_BYTES = 2 ** 24;
const SCHEMA = 1;
const DICTIONARY_BATCH = 2;
const MOST_DEPTH = 64;
/** Buffers and field nodes are two numbers of eight bytes. */
const NODE_BYTES = 16;
const OFFSET_BYTES = 4;

/**
 * The same bytes of an Arrow stream, a message at a time, of which each is whole and no longer than it can be: the
 * library believes every length, and a damaged one would keep it busy for hours.
 * @throws Error that says what is wrong
 */
export async function* soundMessages(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array, undefined> {
  const source = pieces[Symbol.asyncIterator]();
  let held: Buffer = Buffer.alloc(0);
  const hasBytes = async (count: number): Promise<boolean> => {
    while (held.length < count) {
      const next = await source.next();
      if (next.done === true) return false;
      held = Buffer.concat([held, next.value]);
    }
    return true;
  };
  let isFirst = true;
  while (await hasBytes(4)) {
    const isMarked = held.readInt32LE(0) === CONTINUATION;
    const head = isMarked ? 8 : 4;
    if (!(await hasBytes(head))) throw new Error('it is cut off');
    const length = held.readInt32LE(head - 4);
    if (length === 0) break;
    if (length < 0 || length > MOST_METADATA_BYTES) throw new Error(`a message cannot have ${length} bytes`);
    if (!(await hasBytes(head + length))) throw new Error('it is cut off');
    const { kind, length: bodyLength } = messageOf(held.subarray(head, head + length));
    if (isFirst && kind !== SCHEMA)
      throw new Error(
        'its schema is only at its end, where the writer of files in JavaScript leaves it; write an Arrow stream instead',
      );
    isFirst = false;
    let left = bodyLength;
    yield held.subarray(0, head + length);
    held = held.subarray(head + length);
    while (left > 0) {
      if (!(await hasBytes(1))) throw new Error('it is cut off');
      const part = held.subarray(0, left);
      held = held.subarray(part.length);
      left -= part.length;
      yield part;
    }
  }
  if (held.length > 0) yield held;
  for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
}

/** A table of FlatBuffers, which is what the metadata is made of: places that are outside of it throw. */
class FlatTable {
  private readonly view: DataView;
  private readonly at: number;

  constructor(view: DataView, at: number) {
    this.view = view;
    this.at = at;
  }

  /** Where a field is; `undefined` where it is left out. */
  place(field: number): number | undefined {
    const fields = this.at - this.view.getInt32(this.at, true);
    const entry = 4 + field * 2;
    const offset = entry < this.view.getUint16(fields, true) ? this.view.getUint16(fields + entry, true) : 0;
    return offset === 0 ? undefined : this.at + offset;
  }

  table(field: number): FlatTable | undefined {
    const place = this.place(field);
    return place === undefined ? undefined : new FlatTable(this.view, place + this.view.getUint32(place, true));
  }

  /** Where the elements of a list are, all of which must be there. */
  elements(field: number, size: number): readonly number[] {
    const place = this.place(field);
    if (place === undefined) return [];
    const start = place + this.view.getUint32(place, true);
    const count = this.view.getUint32(start, true);
    if (count * size > this.view.byteLength - start) throw new Error(`a list cannot have ${count} elements`);
    return Array.from({ length: count }, (_, index) => start + 4 + index * size);
  }

  tables(field: number): readonly FlatTable[] {
    return this.elements(field, OFFSET_BYTES).map((at) => new FlatTable(this.view, at + this.view.getUint32(at, true)));
  }
}

function messageOf(metadata: Buffer): { readonly kind: number; readonly length: number } {
  const view = new DataView(metadata.buffer, metadata.byteOffset, metadata.byteLength);
  const message = new FlatTable(view, view.getUint32(0, true));
  const [kindAt, bodyAt] = [message.place(1), message.place(3)];
  const kind = kindAt === undefined ? 0 : view.getUint8(kindAt);
  const header = message.table(2);
  if (kind === SCHEMA) {
    header?.tables(2);
    requireSoundFields(header?.tables(1) ?? [], 0);
  } else {
    const batch = kind === DICTIONARY_BATCH ? header?.table(1) : header;
    batch?.elements(1, NODE_BYTES);
    batch?.elements(2, NODE_BYTES);
  }
  const length = bodyAt === undefined ? 0 : Number(view.getBigInt64(bodyAt, true));
  if (length < 0) throw new Error(`a body cannot have ${length} bytes`);
  return { kind, length };
}

function requireSoundFields(fields: readonly FlatTable[], depth: number): void {
  if (depth > MOST_DEPTH) throw new Error('its columns are nested without end');
  for (const field of fields) {
    field.tables(6);
    requireSoundFields(field.tables(5), depth + 1);
  }
}
