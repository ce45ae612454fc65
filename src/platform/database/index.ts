export * from './collection.ts';
export { DamagedDocumentError } from './damaged-document.ts';
export type { Database, MendedFile, StorageFault } from './database.ts';
export { databaseId } from './database-id.ts';
export { databaseDocuments, documentsOf, type DocumentSchemas } from './document-schemas.ts';
export { duplicateKeyIndexes, isDuplicateKey } from './duplicate-key.ts';
export { openDatabase } from './open-database.ts';
export { asStoreError } from './store-error.ts';
