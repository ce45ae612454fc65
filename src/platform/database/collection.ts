/**
 * What handlers may ask of a collection: an exact subset of the official MongoDB driver's `Collection`, so that
 * the driver's own class is one of its implementations. A type test (`collection.types.test.ts`) proves it.
 */

/** Documents are keyed by text or number; everything in them is plain data or bytes. */
export interface StoredDocument {
  readonly _id: string | number;
}

type Comparison<V> = {
  readonly $eq?: V;
  readonly $ne?: V;
  readonly $gt?: V;
  readonly $gte?: V;
  readonly $lt?: V;
  readonly $lte?: V;
  readonly $in?: readonly V[];
  readonly $nin?: readonly V[];
  readonly $exists?: boolean;
  readonly $regex?: V extends string ? string : never;
  readonly $options?: V extends string ? string : never;
};

/** A list matches as a whole or by an element. */
type Matchable<V> = V extends readonly (infer E)[] ? V | E : V;
type Condition<V> = Matchable<V> | Comparison<Matchable<V>>;

/** Field conditions, joined by "and". */
export type Filter<T> = { readonly [K in keyof T]?: Condition<Exclude<T[K], undefined>> } & {
  readonly $and?: Filter<T>[];
  readonly $or?: Filter<T>[];
  readonly $nor?: Filter<T>[];
};

type FieldsWith<T, V> = { [K in keyof T]-?: Exclude<T[K], undefined> extends V ? K : never }[keyof T];
type ElementOf<V> = Exclude<V, undefined> extends readonly (infer E)[] ? E : never;

/** Updates of top-level fields. */
export interface Update<T> {
  readonly $set?: Readonly<Partial<T>>;
  readonly $setOnInsert?: Readonly<Partial<T>>;
  readonly $unset?: { readonly [K in keyof T]?: '' };
  readonly $inc?: { readonly [K in FieldsWith<T, number>]?: number };
  readonly $min?: Readonly<Partial<T>>;
  readonly $max?: Readonly<Partial<T>>;
  readonly $push?: {
    readonly [K in FieldsWith<T, readonly unknown[]>]?:
      ElementOf<T[K]> | { readonly $each: ElementOf<T[K]>[]; readonly $slice?: number };
  };
  readonly $addToSet?: {
    readonly [K in FieldsWith<T, readonly unknown[]>]?: ElementOf<T[K]> | { readonly $each: ElementOf<T[K]>[] };
  };
}

export type Sort = Readonly<Record<string, 1 | -1>>;
export type Projection = Readonly<Record<string, 0 | 1>>;

export interface FindOptions {
  readonly projection?: Projection;
  readonly sort?: Sort;
  readonly skip?: number;
  readonly limit?: number;
  readonly batchSize?: number;
}

export interface FindCursor<T> extends AsyncIterable<T> {
  sort(sort: Sort): FindCursor<T>;
  skip(count: number): FindCursor<T>;
  limit(count: number): FindCursor<T>;
  toArray(): Promise<T[]>;
  close(): Promise<void>;
}

export type BulkWriteOperation<T> =
  | { readonly insertOne: { readonly document: T } }
  | { readonly updateOne: { readonly filter: Filter<T>; readonly update: Update<T>; readonly upsert?: boolean } }
  | { readonly updateMany: { readonly filter: Filter<T>; readonly update: Update<T>; readonly upsert?: boolean } }
  | { readonly deleteOne: { readonly filter: Filter<T> } }
  | { readonly deleteMany: { readonly filter: Filter<T> } };

export interface UpdateResult {
  readonly matchedCount: number;
  readonly modifiedCount: number;
  readonly upsertedCount: number;
}

export interface BulkWriteResult extends UpdateResult {
  readonly insertedCount: number;
  readonly deletedCount: number;
}

/** Keys in order with their directions; `sparse` leaves out documents without the first key. */
export interface IndexDescription {
  readonly key: Readonly<Record<string, 1 | -1>>;
  readonly name?: string;
  readonly unique?: boolean;
  readonly sparse?: boolean;
}

/** The exact subset of the driver's `Collection` that handlers use, on either engine. */
export interface Collection<T extends StoredDocument> {
  find(filter: Filter<T>, options?: FindOptions): FindCursor<T>;
  findOne(filter: Filter<T>, options?: FindOptions): Promise<T | null>;
  insertOne(document: T): Promise<{ readonly acknowledged: boolean }>;
  insertMany(
    documents: readonly T[],
    options?: { readonly ordered?: boolean },
  ): Promise<{ readonly insertedCount: number }>;
  updateOne(filter: Filter<T>, update: Update<T>, options?: { readonly upsert?: boolean }): Promise<UpdateResult>;
  updateMany(filter: Filter<T>, update: Update<T>, options?: { readonly upsert?: boolean }): Promise<UpdateResult>;
  findOneAndUpdate(
    filter: Filter<T>,
    update: Update<T>,
    options?: { readonly upsert?: boolean; readonly returnDocument?: 'before' | 'after'; readonly sort?: Sort },
  ): Promise<T | null>;
  deleteOne(filter: Filter<T>): Promise<{ readonly deletedCount: number }>;
  deleteMany(filter: Filter<T>): Promise<{ readonly deletedCount: number }>;
  bulkWrite(
    operations: readonly BulkWriteOperation<T>[],
    options: { readonly ordered: false },
  ): Promise<BulkWriteResult>;
  countDocuments(filter?: Filter<T>): Promise<number>;
  createIndexes(indexes: IndexDescription[]): Promise<string[]>;
}
