import { StoreError } from '../errors/index.ts';

/** Rows that do not come in the order they are asked for, as an index leads elsewhere; whoever reads on would never end. */
export function outOfOrder(collection: string): StoreError {
  return new StoreError(
    'DATABASE_DAMAGED',
    `The documents of ${collection} do not come in their order: the file is damaged; "pocketquant verify" lists all damage, "pocketquant doctor" says what to do`,
  );
}

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
