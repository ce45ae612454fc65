import type { StoredDocument } from './collection.ts';
import type { Database } from './database.ts';

/** Where documents that cannot be read are kept. */
export const SET_ASIDE = 'damaged_documents';

/** A document that could not be read, or is none of ours, moved out of the way. */
export interface DamagedDocument {
  /** Its collection and id, and where or when it was found. */
  readonly _id: string;
  readonly collection: string;
  readonly reason: string;
  /** What of it could be read, or its bytes. */
  readonly document?: StoredDocument;
  readonly bytes?: Uint8Array;
}

/** Moves a document to where damaged ones are kept, unless it was written meanwhile. */
export async function moveAside(
  database: Database,
  document: StoredDocument & { readonly rev?: number },
  { _id: asideId, ...about }: Omit<DamagedDocument, 'document' | 'bytes'>,
): Promise<void> {
  const damaged = database.collection<DamagedDocument>(SET_ASIDE);
  await damaged.updateOne({ _id: asideId }, { $set: { ...about, document } }, { upsert: true });
  const { _id, rev } = document;
  const guard = rev === undefined ? { _id } : { _id, rev };
  await database.collection<StoredDocument & { readonly rev?: number }>(about.collection).deleteOne(guard);
}
