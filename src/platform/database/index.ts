export * from './collection.ts';
export type { Database } from './database.ts';
export { databaseId } from './database-id.ts';
export { duplicateKeyIndexes, isDuplicateKey } from './duplicate-key.ts';
export { openDatabase } from './open-database.ts';
export { asStoreError } from './store-error.ts';
