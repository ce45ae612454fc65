import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openServerDatabase, openTestDatabase } from '../../../test/support/open-test-database.ts';
import type { Item } from '../../../test/support/database-contract.ts';
import {
  duplicateKeyIndexes,
  isDuplicateKey,
  type BulkWriteOperation,
  type Collection,
  type Filter,
  type Sort,
  type Update,
} from './index.ts';

// The same random operations on both engines must give the same results and leave the same documents.

/** Whether the server is said to do as MongoDB does also where others of the family do not. */
const isExact = process.env['MONGODB_EXACT'] === '1';

const id = fc.constantFrom('a', 'b', 'c', 'd', 1, 2);
const scalar = fc.oneof(
  fc.integer({ min: -2, max: 4 }),
  fc.constantFrom('', 'a', 'é', 'Z'),
  fc.constant(null),
  fc.constant(1.5),
);
/** The embedded engine refuses an order with null. */
const something = scalar.filter((value) => value !== null);
const number = fc.integer({ min: 0, max: 4 });
/** Adding 0 changes nothing; DocumentDB counts it as a change. */
const step = fc.integer({ min: isExact ? 0 : 1, max: 3 });
const tags = fc.array(fc.oneof(fc.constantFrom('x', 'y'), number), { maxLength: 3 });
/** Adding nothing to a list that is not there makes an empty list; DocumentDB makes none. */
const someTags = fc.array(number, { minLength: isExact ? 0 : 1, maxLength: 3 });

const document: fc.Arbitrary<Item> = fc.record(
  { _id: id, n: scalar, rev: number, tags, first: number },
  { requiredKeys: ['_id'] },
);

const comparison = fc.oneof(
  fc.record({ $gt: something }),
  fc.record({ $gte: something }),
  fc.record({ $lt: something }),
  fc.record({ $lte: something }),
  fc.record({ $ne: scalar }),
  fc.record({ $in: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ $nin: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ $exists: fc.boolean() }),
);
const condition = fc.oneof(
  fc.record({
    _id: fc.oneof(
      id,
      fc.record({ $gte: id }),
      fc.record({ $lt: id }),
      fc.record({ $in: fc.array(id, { maxLength: 3 }) }),
    ),
  }),
  fc.record({ n: fc.oneof(scalar, comparison) }),
  fc.record({ rev: fc.oneof(number, fc.record({ $gte: number, $lt: number })) }),
  fc.record({ tags: fc.oneof(fc.constantFrom('x', 1), fc.record({ $in: fc.constant(['x', 2]) }), tags) }),
);
const filter = fc.oneof(
  fc.constant({}),
  condition,
  condition,
  fc.tuple(condition, condition).map((both) => ({ $and: both })),
  fc.tuple(condition, condition).map((either) => ({ $or: either })),
  fc.tuple(condition).map((neither) => ({ $nor: neither })),
) as fc.Arbitrary<Filter<Item>>;

const update = fc.oneof(
  fc.record({ $set: fc.record({ n: scalar, rev: number }, { requiredKeys: ['n'] }) }),
  fc.record({ $inc: fc.record({ rev: step }) }),
  fc.record({ $unset: fc.constantFrom({ n: '' as const }, { rev: '' as const }, { tags: '' as const }) }),
  fc.record({ $min: fc.record({ first: number }), $set: fc.record({ n: scalar }) }),
  fc.record({ $max: fc.record({ first: number }), $setOnInsert: fc.record({ rev: number }) }),
  fc.record({
    $push: fc.record({ tags: fc.oneof(number, fc.record({ $each: someTags, $slice: fc.constantFrom(-2, 2) })) }),
  }),
  fc.record({ $addToSet: fc.record({ tags: fc.oneof(number, fc.record({ $each: someTags })) }) }),
) as fc.Arbitrary<Update<Item>>;

/** An upsert names its id: MongoDB would make an ObjectId, which neither engine stores here. */
const upsertFilter = fc.oneof(fc.record({ _id: id }), fc.record({ _id: id, rev: number }));

const several = <Value>(value: fc.Arbitrary<Value>) => fc.array(value, { minLength: 1, maxLength: 4 });

/** Of one kind each: the driver reorders a mixed unordered batch by kind. */
const bulkOperations: fc.Arbitrary<BulkWriteOperation<Item>[]> = fc.oneof(
  several(document.map((inserted) => ({ insertOne: { document: inserted } }))),
  several(fc.record({ filter: upsertFilter, update, upsert: fc.constant(true) }).map((updateOne) => ({ updateOne }))),
  several(fc.record({ filter: condition }).map((deleteMany) => ({ deleteMany }))),
);

/** An operation as data, so that a counterexample can be read. */
type Operation =
  | { readonly do: 'insertOne'; readonly document: Item }
  | {
      readonly do: 'updateOne' | 'findOneAndUpdate';
      readonly filter: { _id: string | number; rev?: number };
      readonly update: Update<Item>;
    }
  | { readonly do: 'updateMany'; readonly filter: Filter<Item>; readonly update: Update<Item> }
  | { readonly do: 'deleteMany' | 'countDocuments'; readonly filter: Filter<Item> }
  | {
      readonly do: 'page';
      readonly filter: Filter<Item>;
      readonly sort: Sort;
      readonly skip: number;
      readonly limit: number;
    }
  | { readonly do: 'project'; readonly filter: Filter<Item>; readonly projection: { n: 0 | 1 } }
  | { readonly do: 'bulkWrite'; readonly operations: BulkWriteOperation<Item>[] };

const direction = fc.constantFrom(1 as const, -1 as const);
/** With and without an index; ends with the id, as MongoDB leaves the order of ties open. */
const sort: fc.Arbitrary<Sort> = fc.oneof(
  fc.record({ _id: direction }),
  fc.record({ n: direction, _id: direction }),
  fc.record({ rev: direction, n: direction, _id: direction }),
  fc.record({ first: direction, _id: direction }),
);

const kind = <Name extends string>(...names: Name[]) => fc.constantFrom(...names);

const operation: fc.Arbitrary<Operation> = fc.oneof(
  fc.record({ do: kind('insertOne'), document }),
  fc.record({ do: kind('updateOne', 'findOneAndUpdate'), filter: upsertFilter, update }),
  fc.record({ do: kind('updateMany'), filter, update }),
  fc.record({ do: kind('deleteMany', 'countDocuments'), filter }),
  fc.record({
    do: kind('page'),
    filter,
    sort,
    skip: fc.nat(2),
    limit: fc.nat(4),
  }),
  fc.record({ do: kind('project'), filter, projection: fc.constantFrom({ n: 1 } as const, { n: 0 } as const) }),
  fc.record({ do: kind('bulkWrite'), operations: bulkOperations }),
);

async function run(items: Collection<Item>, asked: Operation): Promise<unknown> {
  switch (asked.do) {
    case 'insertOne':
      await items.insertOne(asked.document);
      return 'inserted';
    case 'updateOne':
      return counts(await items.updateOne(asked.filter, asked.update, { upsert: true }));
    case 'findOneAndUpdate':
      return items.findOneAndUpdate(asked.filter, asked.update, { upsert: true, returnDocument: 'after' });
    case 'updateMany':
      return counts(await items.updateMany(asked.filter, asked.update));
    case 'deleteMany':
      return (await items.deleteMany(asked.filter)).deletedCount;
    case 'countDocuments':
      return items.countDocuments(asked.filter);
    case 'page':
      return items.find(asked.filter, { sort: asked.sort, skip: asked.skip, limit: asked.limit }).toArray();
    case 'project':
      return items.find(asked.filter, { projection: asked.projection, sort: { _id: 1 } }).toArray();
    case 'bulkWrite':
      return counts(await items.bulkWrite(asked.operations, { ordered: false }));
  }
}

/** What was modified only where an update that ends where it began is known not to count. */
function counts(result: object): object {
  const { matchedCount, modifiedCount, upsertedCount, insertedCount, deletedCount } = result as Record<string, unknown>;
  const modified = isExact ? { modifiedCount } : {};
  return { matchedCount, ...modified, upsertedCount, insertedCount, deletedCount };
}

async function outcomeOf(items: Collection<Item>, asked: Operation): Promise<unknown> {
  try {
    return await run(items, asked);
  } catch (error) {
    // Which fault it is may be worded otherwise; that it is one, and which operations failed, may not.
    if (!isDuplicateKey(error)) return 'failed';
    return asked.do === 'bulkWrite' ? { duplicates: [...duplicateKeyIndexes(error)] } : 'duplicate';
  }
}

test('both engines answer and end alike', async (t) => {
  const [server, embedded] = [await openServerDatabase(t), await openTestDatabase(t)];
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 14 }), async (operations) => {
      const name = `items_${round++}`;
      const [theirs, ours] = [server.collection<Item>(name), embedded.collection<Item>(name)];
      for (const items of [theirs, ours])
        await items.createIndexes([
          { key: { n: 1 }, name: 'n' },
          { key: { rev: 1 }, name: 'rev', sparse: true },
        ]);
      for (const [step, asked] of operations.entries())
        assert.deepEqual(await outcomeOf(ours, asked), await outcomeOf(theirs, asked), `operation ${step}`);
      const everything = (items: Collection<Item>) => items.find({}, { sort: { _id: 1 } }).toArray();
      assert.deepEqual(await everything(ours), await everything(theirs));
    }),
    { numRuns: 60 },
  );
});
