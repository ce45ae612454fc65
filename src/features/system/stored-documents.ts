import Type from 'typebox';
import { documentsOf, type DocumentSchemas, type StoredDocument } from '../../platform/database/index.ts';
import type { DamagedDocument } from './collections.ts';

export const systemDocuments: DocumentSchemas = {
  damaged_documents: documentsOf<DamagedDocument>()(
    Type.Object({
      _id: Type.String(),
      collection: Type.String(),
      reason: Type.String(),
      document: Type.Optional(Type.Unsafe<StoredDocument>({})),
      bytes: Type.Optional(Type.Unsafe<Uint8Array>({})),
    }),
  ),
};
