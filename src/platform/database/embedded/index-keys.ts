import { UnsupportedOperationError } from './operators.ts';

/** What SQLite keeps of a value; its order is MongoDB's: nothing, numbers, text, then what is tagged bytes. */
export type IndexKey = null | number | string | Uint8Array;

// Tags are MongoDB's ranks of types, which come after text.
const BOOLEAN_TAG = 8;
const DATE_TAG = 9;

/** @throws UnsupportedOperationError for a value that cannot be indexed here */
export function indexKeyOf(value: unknown, field: string): IndexKey {
  if (value === undefined || value === null) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number') {
    if (Number.isNaN(value)) throw new UnsupportedOperationError(`${field} is indexed and cannot be NaN`);
    return value;
  }
  if (typeof value === 'boolean') return Uint8Array.of(BOOLEAN_TAG, value ? 1 : 0);
  if (value instanceof Date) return dateKey(value);
  throw new UnsupportedOperationError(`${field} is indexed and must be text, a number, a boolean or a date`);
}

/** The order that SQLite keeps keys in: -1, 0 or 1. */
export function compareKeys(a: IndexKey, b: IndexKey): number {
  const byRank = rankOf(a) - rankOf(b);
  if (byRank !== 0) return Math.sign(byRank);
  if (typeof a === 'number' && typeof b === 'number') return Math.sign(a - b);
  return Buffer.compare(bytesOf(a), bytesOf(b));
}

function rankOf(key: IndexKey): number {
  if (key === null) return 0;
  if (typeof key === 'number') return 1;
  return typeof key === 'string' ? 2 : 3;
}

function bytesOf(key: IndexKey): Uint8Array {
  return typeof key === 'string' ? Buffer.from(key) : key instanceof Uint8Array ? key : new Uint8Array(0);
}

/** Undoes {@link indexKeyOf}; what is absent and what is `null` are the same. */
export function valueOfKey(key: IndexKey): unknown {
  if (key === null) return undefined;
  if (!(key instanceof Uint8Array)) return key;
  if (key[0] === BOOLEAN_TAG) return key[1] === 1;
  const time = new DataView(key.buffer, key.byteOffset).getBigUint64(1) - (1n << 63n);
  return new Date(Number(time));
}

/** The milliseconds in big-endian order with the sign turned, so that bytes sort as dates do. */
function dateKey(value: Date): Uint8Array {
  const bytes = new Uint8Array(9);
  const view = new DataView(bytes.buffer);
  view.setUint8(0, DATE_TAG);
  view.setBigUint64(1, BigInt(value.getTime()) + (1n << 63n));
  return bytes;
}

/** Whether a value has a key that sorts among those of its own type only. */
export function isIndexable(value: unknown): boolean {
  return (
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    value instanceof Date ||
    (typeof value === 'number' && !Number.isNaN(value))
  );
}

/** Bounds of the keys of a value's type: comparisons see values of their own type only. `undefined`: no bound. */
export function typeBounds(value: unknown): {
  readonly from: IndexKey | undefined;
  readonly below: IndexKey | undefined;
} {
  if (typeof value === 'number') return { from: undefined, below: '' };
  if (typeof value === 'string') return { from: '', below: new Uint8Array(0) };
  const tag = typeof value === 'boolean' ? BOOLEAN_TAG : DATE_TAG;
  return { from: Uint8Array.of(tag), below: Uint8Array.of(tag + 1) };
}
