import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { openServerDatabase, openTestDatabase } from '../../../test/support/open-test-database.ts';
import type { Item } from './contract.ts';
import { duplicateKeyIndexes, isDuplicateKey, type BulkWriteOperation, type Collection, type Filter, type Update } from './index.ts';

// The same random operations on both engines must give the same results and leave the same documents.

const id = fc.constantFrom('a', 'b', 'c', 'd', 1, 2);
const scalar = fc.oneof(fc.integer({ min: -2, max: 4 }), fc.constantFrom('', 'a', 'é', 'Z'), fc.constant(null), fc.constant(1.5));
const number = fc.integer({ min: 0, max: 4 });
const tags = fc.array(fc.oneof(fc.constantFrom('x', 'y'), number), { maxLength: 3 });

const document: fc.Arbitrary<Item> = fc.record({ _id: id, n: scalar, rev: number, tags, first: number }, { requiredKeys: ['_id'] });

const comparison = fc.oneof(
  fc.record({ $gt: scalar }),
  fc.record({ $gte: scalar }),
  fc.record({ $lt: scalar }),
  fc.record({ $lte: scalar }),
  fc.record({ $ne: scalar }),
  fc.record({ $in: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ $nin: fc.array(scalar, { maxLength: 3 }) }),
  fc.record({ $exists: fc.boolean() }),
);
const condition = fc.oneof(
  fc.record({ _id: fc.oneof(id, fc.record({ $gte: id }), fc.record({ $lt: id }), fc.record({ $in: fc.array(id, { maxLength: 3 }) })) }),
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
  fc.record({ $inc: fc.record({ rev: number }) }),
  fc.record({ $unset: fc.constantFrom({ n: '' as const }, { rev: '' as const }, { tags: '' as const }) }),
  fc.record({ $min: fc.record({ first: number }), $set: fc.record({ n: scalar }) }),
  fc.record({ $max: fc.record({ first: number }), $setOnInsert: fc.record({ rev: number }) }),
  fc.record({ $push: fc.record({ tags: fc.oneof(number, fc.record({ $each: tags, $slice: fc.constantFrom(-2, 2) })) }) }),
  fc.record({ $addToSet: fc.record({ tags: fc.oneof(number, fc.record({ $each: tags })) }) }),
) as fc.Arbitrary<Update<Item>>;

/** An upsert names its id: MongoDB would make an ObjectId, which neither engine stores here. */
const upsertFilter = fc.oneof(fc.record({ _id: id }), fc.record({ _id: id, rev: number }));

const bulkOperation: fc.Arbitrary<BulkWriteOperation<Item>> = fc.oneof(
  document.map((inserted) => ({ insertOne: { document: inserted } })),
  fc.record({ filter: upsertFilter, update, upsert: fc.constant(true) }).map((updateOne) => ({ updateOne })),
  fc.record({ filter: condition as fc.Arbitrary<Filter<Item>> }).map((deleteMany) => ({ deleteMany })),
);

type Operation = (items: Collection<Item>) => Promise<unknown>;

const operation: fc.Arbitrary<Operation> = fc.oneof(
  document.map((inserted): Operation => async (items) => items.insertOne(inserted).then(() => 'inserted')),
  fc.tuple(upsertFilter, update).map(([where, change]): Operation => (items) => items.updateOne(where, change, { upsert: true }).then(counts)),
  fc.tuple(filter, update).map(([where, change]): Operation => (items) => items.updateMany(where, change).then(counts)),
  fc.tuple(upsertFilter, update).map(([where, change]): Operation => (items) => items.findOneAndUpdate(where, change, { upsert: true, returnDocument: 'after' })),
  filter.map((where): Operation => (items) => items.deleteMany(where)),
  filter.map((where): Operation => (items) => items.countDocuments(where)),
  fc.tuple(filter, fc.constantFrom(1 as const, -1 as const), fc.nat(2), fc.nat(4)).map(
    ([where, direction, skip, limit]): Operation => (items) => items.find(where, { sort: { _id: direction }, skip, limit }).toArray(),
  ),
  fc.tuple(filter, fc.constantFrom({ n: 1 } as const, { n: 0 } as const)).map(
    ([where, projection]): Operation => (items) => items.find(where, { projection, sort: { rev: 1, _id: 1 } }).toArray(),
  ),
  fc.array(bulkOperation, { minLength: 1, maxLength: 4 }).map(
    (operations): Operation => async (items) => counts(await items.bulkWrite(operations, { ordered: false })),
  ),
);

function counts(result: object): object {
  const { matchedCount, modifiedCount, upsertedCount, insertedCount, deletedCount } = result as Record<string, unknown>;
  return { matchedCount, modifiedCount, upsertedCount, insertedCount, deletedCount };
}

async function outcomeOf(run: Operation, items: Collection<Item>): Promise<unknown> {
  try {
    return await run(items);
  } catch (error) {
    // Which fault it is may be worded otherwise; that it is one, and which operations failed, may not.
    return isDuplicateKey(error) ? { duplicates: [...duplicateKeyIndexes(error)] } : 'failed';
  }
}

test('both engines answer and end alike', async (t) => {
  const [server, embedded] = [await openServerDatabase(t), await openTestDatabase(t)];
  let round = 0;
  await fc.assert(
    fc.asyncProperty(fc.array(operation, { minLength: 1, maxLength: 14 }), async (operations) => {
      const name = `items_${round++}`;
      const [theirs, ours] = [server.collection<Item>(name), embedded.collection<Item>(name)];
      for (const items of [theirs, ours]) await items.createIndexes([{ key: { n: 1 }, name: 'n' }, { key: { rev: 1 }, name: 'rev', sparse: true }]);
      for (const [step, run] of operations.entries())
        assert.deepEqual(await outcomeOf(run, ours), await outcomeOf(run, theirs), `operation ${step}`);
      const everything = (items: Collection<Item>) => items.find({}, { sort: { _id: 1 } }).toArray();
      assert.deepEqual(await everything(ours), await everything(theirs));
    }),
    { numRuns: 60 },
  );
});
