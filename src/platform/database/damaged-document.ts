import { StoreError } from '../errors/index.ts';

/** A document whose bytes are not those that were written. */
export class DamagedDocumentError extends StoreError {
  readonly collection: string;
  readonly id: unknown;
  readonly reason: string;

  constructor(collection: string, id: unknown, reason: string) {
    super(
      'DATABASE_DAMAGED',
      `Document ${String(id)} of ${collection} is damaged: ${reason}; "pocketquant verify" lists all damage, "pocketquant doctor" says what to do`,
    );
    this.collection = collection;
    this.id = id;
    this.reason = reason;
  }
}
