import { crc32 } from 'node:zlib';
import { deserialize, serialize } from 'bson';
import { DamagedDocumentError } from '../damaged-document.ts';
import type { PlainDocument } from './operators.ts';

const OPTIONS = { promoteBuffers: true } as const;
/** What follows a document in its row: the CRC-32 of its BSON, little-endian. */
const CHECKSUM_BYTES = 4;

/** Bytes come back as `Uint8Array`. */
export function deserializeDocument(bytes: Uint8Array): PlainDocument {
  return deserialize(bytes, OPTIONS);
}

/** `undefined` fields are left out, as the driver does with `ignoreUndefined`. */
function serializeDocument(document: object): Uint8Array {
  return serialize(document, { ignoreUndefined: true });
}

/** The same in memory of its own, which can move to another thread; small results of `bson` share a pool. */
export function serializeForTransfer(document: object): Uint8Array<ArrayBuffer> {
  return new Uint8Array(serializeDocument(document));
}

/** A document as it lies in a row. */
export function rowOf(document: object): Uint8Array {
  const bson = serializeDocument(document);
  const row = new Uint8Array(bson.length + CHECKSUM_BYTES);
  row.set(bson);
  new DataView(row.buffer).setUint32(bson.length, crc32(bson), true);
  return row;
}

/**
 * The BSON of a row. A file's first version kept no checksum: rows that were not written since have none.
 * @throws DamagedDocumentError if the bytes are not those that were written
 */
function bsonOf(row: Uint8Array, collection: string, id: unknown): Uint8Array {
  const view = new DataView(row.buffer, row.byteOffset, row.byteLength);
  const length = row.length < CHECKSUM_BYTES ? -1 : view.getInt32(0, true);
  if (length === row.length) return row;
  if (length + CHECKSUM_BYTES !== row.length) throw new DamagedDocumentError(collection, id, 'its length is wrong');
  const bson = row.subarray(0, length);
  if (crc32(bson) !== view.getUint32(length, true))
    throw new DamagedDocumentError(collection, id, 'its checksum does not fit');
  return bson;
}

/** @throws DamagedDocumentError */
export function documentOf(row: Uint8Array, collection: string, id: unknown): PlainDocument {
  const bson = bsonOf(row, collection, id);
  try {
    return deserializeDocument(bson);
  } catch (error) {
    throw new DamagedDocumentError(collection, id, error instanceof Error ? error.message : String(error));
  }
}
