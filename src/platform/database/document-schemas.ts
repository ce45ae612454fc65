import Type, { type Static, type TSchema } from 'typebox';
import type { StoredDocument } from './collection.ts';
import { SET_ASIDE, type DamagedDocument } from './set-aside.ts';

/** What the documents of each collection look like, so that what is stored can be verified. */
export type DocumentSchemas = Readonly<Record<string, TSchema>>;

/** A schema that the compiler holds against the type that such documents are read as. */
export const documentsOf =
  // oxlint-disable-next-line typescript/no-unnecessary-type-parameters -- whoever calls it names the type
  <T>() =>
    <S extends TSchema>(schema: S & (Static<S> extends T ? unknown : never)): S =>
      schema;

/** Of what this layer and those who use it keep for themselves. */
export const databaseDocuments: DocumentSchemas = {
  database: Type.Object({ _id: Type.String(), value: Type.String() }),
  [SET_ASIDE]: documentsOf<DamagedDocument>()(
    Type.Object({
      _id: Type.String(),
      collection: Type.String(),
      reason: Type.String(),
      document: Type.Optional(Type.Unsafe<StoredDocument>({})),
      bytes: Type.Optional(Type.Unsafe<Uint8Array>({})),
    }),
  ),
};
