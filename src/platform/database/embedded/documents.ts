import { deserialize, serialize } from 'bson';
import type { PlainDocument } from './operators.ts';

const OPTIONS = { promoteBuffers: true } as const;

/** Bytes come back as `Uint8Array`. */
export function deserializeDocument(bytes: Uint8Array): PlainDocument {
  return deserialize(bytes, OPTIONS);
}

/** `undefined` fields are left out, as the driver does with `ignoreUndefined`. */
export function serializeDocument(document: object): Uint8Array {
  return serialize(document, { ignoreUndefined: true });
}

/** The same in memory of its own, which can move to another thread; small results of `bson` share a pool. */
export function serializeForTransfer(document: object): Uint8Array<ArrayBuffer> {
  return new Uint8Array(serializeDocument(document));
}
