import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import {
  duplicateKeyIndexes,
  isDuplicateKey,
  type Collection,
  type Database,
  type Filter,
} from '../../src/platform/database/index.ts';

/** A document as the tests use it: every field may be missing. */
export interface Item {
  readonly _id: string | number;
  readonly n?: number | string | null;
  readonly rev?: number;
  readonly tags?: readonly (string | number)[];
  readonly bytes?: Uint8Array;
  readonly log?: readonly { readonly at: number; readonly what?: string }[];
  readonly first?: number;
  readonly isOpen?: boolean;
}

/** What handlers rely on, whatever the engine; run on each of them. */
export function databaseContract(engine: string, open: (t: TestContext) => Promise<Database>): void {
  const check = (name: string, body: (items: Collection<Item>, database: Database) => Promise<void>): void => {
    void test(`${engine}: ${name}`, async (t) => {
      const database = await open(t);
      await body(database.collection<Item>('items'), database);
    });
  };
  const idsOf = async (items: Collection<Item>, ...query: Parameters<Collection<Item>['find']>) =>
    (await items.find(...query).toArray()).map(({ _id }) => _id);

  check('what is inserted is found, and only what matches', async (items) => {
    await items.insertOne({ _id: 'a', n: 1 });
    const { insertedCount } = await items.insertMany([{ _id: 'b', n: 2 }, { _id: 'c' }], { ordered: true });
    assert.equal(insertedCount, 2);
    assert.deepEqual(await items.findOne({ _id: 'b' }), { _id: 'b', n: 2 });
    assert.equal(await items.findOne({ _id: 'x' }), null);
    assert.equal(await items.countDocuments({ n: { $gte: 1 } }), 2);
    assert.equal(await items.countDocuments(), 3);
  });

  check('bytes come back as they were, and undefined fields are left out', async (items) => {
    const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 251);
    await items.insertOne({ _id: 'a', bytes, n: undefined } as unknown as Item);
    const found = await items.findOne({ _id: 'a' });
    assert.ok(found?.bytes instanceof Uint8Array);
    assert.equal(Buffer.compare(found.bytes, bytes), 0);
    assert.deepEqual(Object.keys(found), ['_id', 'bytes']);
  });

  check('a range of ids is read in order, in either direction, in batches', async (items) => {
    const ids = Array.from({ length: 700 }, (_, i) => `s/${String(i).padStart(4, '0')}`);
    await items.insertMany(ids.toReversed().map((_id) => ({ _id })));
    const range = { _id: { $gte: 's/0100', $lte: 's/0499' } };
    assert.deepEqual(await idsOf(items, range, { sort: { _id: 1 }, batchSize: 64 }), ids.slice(100, 500));
    assert.deepEqual(await idsOf(items, range, { sort: { _id: -1 }, batchSize: 64 }), ids.slice(100, 500).reverse());
    assert.deepEqual(await idsOf(items, range, { sort: { _id: 1 }, skip: 390, limit: 20 }), ids.slice(490, 500));
    const seen: (string | number)[] = [];
    for await (const { _id } of items.find(range).sort({ _id: 1 }).skip(2).limit(3)) seen.push(_id);
    assert.deepEqual(seen, ids.slice(102, 105));
  });

  check('comparisons see values of their own type only, and text by its bytes', async (items) => {
    await items.createIndexes([{ key: { n: 1 }, name: 'n' }]);
    const values = [3, 'three', null, -1, '', 'é', 'z', 2.5];
    await items.insertMany([...values.map((n, i) => ({ _id: i, n })), { _id: 99 }]);
    const find = async (n: Filter<Item>['n']): Promise<unknown[]> =>
      (await items.find({ n } as Filter<Item>, { sort: { n: 1 } }).toArray()).map((item) => item.n);
    assert.deepEqual(await find({ $gt: 0 }), [2.5, 3]);
    assert.deepEqual(await find({ $lt: 3 }), [-1, 2.5]);
    assert.deepEqual(await find({ $gte: '' }), ['', 'three', 'z', 'é']);
    assert.deepEqual(await find({ $lt: 'z' }), ['', 'three']);
    assert.deepEqual(await find({ $in: [3, 'z', 7] }), [3, 'z']);
    assert.equal((await find({ $exists: true })).length, 8);
    assert.deepEqual(await idsOf(items, { n: { $ne: 3 } }, { sort: { _id: 1 } }), [1, 2, 3, 4, 5, 6, 7, 99]);
    assert.deepEqual(await idsOf(items, { n: null }, { sort: { _id: 1 } }), [2, 99]);
    assert.deepEqual(
      await idsOf(items, { $or: [{ n: 3 }, { n: { $regex: '^TH', $options: 'i' } }] }, { sort: { _id: 1 } }),
      [0, 1],
    );
    assert.deepEqual(await idsOf(items, { $and: [{ n: { $gt: 0 } }, { n: { $lt: 3 } }] }), [7]);
  });

  check('a list matches by its elements', async (items) => {
    await items.insertMany([{ _id: 'a', tags: ['x', 1] }, { _id: 'b', tags: [] }, { _id: 'c' }]);
    assert.deepEqual(await idsOf(items, { tags: 'x' }), ['a']);
    assert.deepEqual(await idsOf(items, { tags: { $in: [1, 2] } }), ['a']);
    assert.deepEqual(await idsOf(items, { tags: { $nin: ['x'] } }, { sort: { _id: 1 } }), ['b', 'c']);
  });

  check('projections keep fields or leave them out', async (items) => {
    await items.insertOne({ _id: 'a', n: 1, rev: 2 });
    assert.deepEqual(await items.findOne({ _id: 'a' }, { projection: { n: 1 } }), { _id: 'a', n: 1 });
    assert.deepEqual(await items.findOne({ _id: 'a' }, { projection: { n: 0 } }), { _id: 'a', rev: 2 });
    assert.deepEqual(await items.findOne({ _id: 'a' }, { projection: { _id: 1 } }), { _id: 'a' });
  });

  check('every update operator does what it says', async (items) => {
    await items.insertOne({ _id: 'a', n: 5, rev: 1, tags: ['x'], log: [{ at: 1 }, { at: 2 }] });
    await items.updateOne(
      { _id: 'a' },
      { $set: { isOpen: true }, $inc: { rev: 2 }, $min: { n: 3 }, $max: { first: 7 } },
    );
    await items.updateOne({ _id: 'a' }, { $push: { tags: 'y' }, $unset: { isOpen: '' } });
    await items.updateOne({ _id: 'a' }, { $addToSet: { tags: { $each: ['x', 'z'] } } });
    assert.deepEqual(await items.findOne({ _id: 'a' }), {
      _id: 'a',
      n: 3,
      rev: 3,
      tags: ['x', 'y', 'z'],
      log: [{ at: 1 }, { at: 2 }],
      first: 7,
    });
    await items.updateOne({ _id: 'a' }, { $push: { log: { $each: [{ at: 3 }, { at: 4 }], $slice: -2 } } });
    assert.deepEqual((await items.findOne({ _id: 'a' }))?.log, [{ at: 3 }, { at: 4 }]);
  });

  check('counts tell what matched and what changed', async (items) => {
    await items.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 1 },
      { _id: 3, n: 2 },
    ]);
    const { matchedCount, modifiedCount } = await items.updateMany({ n: 1 }, { $set: { n: 2 } });
    assert.deepEqual([matchedCount, modifiedCount], [2, 2]);
    const again = await items.updateOne({ _id: 3 }, { $set: { n: 2 } });
    assert.deepEqual([again.matchedCount, again.modifiedCount], [1, 0]);
    assert.equal((await items.deleteMany({ n: 2, _id: { $gt: 1 } })).deletedCount, 2);
    assert.equal((await items.deleteOne({ _id: 7 })).deletedCount, 0);
  });

  check('an upsert begins with what the filter says its fields equal', async (items) => {
    const { upsertedCount } = await items.updateOne(
      { _id: 'a', rev: 0 },
      { $set: { n: 1 }, $setOnInsert: { first: 9 } },
      { upsert: true },
    );
    assert.equal(upsertedCount, 1);
    assert.deepEqual(await items.findOne({ _id: 'a' }), { _id: 'a', rev: 0, n: 1, first: 9 });
    await items.updateOne({ _id: 'a' }, { $setOnInsert: { first: 10 }, $set: { n: 2 } }, { upsert: true });
    assert.deepEqual(await items.findOne({ _id: 'a' }), { _id: 'a', rev: 0, n: 2, first: 9 });
  });

  check('a write guarded by rev hits the id that is there, and the others of its batch are applied', async (items) => {
    await items.insertOne({ _id: 'a', rev: 3 });
    const guarded = (_id: string, rev: number) => ({
      updateOne: { filter: { _id, rev }, update: { $set: { rev: rev + 1 } }, upsert: true },
    });
    const error: unknown = await items
      .bulkWrite([guarded('x', 0), guarded('a', 2), guarded('y', 0)], { ordered: false })
      .catch((thrown: unknown) => thrown);
    assert.deepEqual(duplicateKeyIndexes(error), [1]);
    assert.deepEqual(await idsOf(items, {}, { sort: { _id: 1 } }), ['a', 'x', 'y']);
    const { modifiedCount } = await items.bulkWrite([guarded('a', 3)], { ordered: false });
    assert.equal(modifiedCount, 1);
  });

  check('a bulk write counts each kind', async (items) => {
    await items.insertMany([
      { _id: 1, n: 1 },
      { _id: 2, n: 1 },
    ]);
    const result = await items.bulkWrite(
      [
        { insertOne: { document: { _id: 3 } } },
        { updateMany: { filter: { n: 1 }, update: { $set: { n: 2 } } } },
        { deleteOne: { filter: { _id: 3 } } },
      ],
      { ordered: false },
    );
    assert.deepEqual([result.insertedCount, result.modifiedCount, result.deletedCount], [1, 2, 1]);
  });

  check('an ordered insert stops at the first that fails, an unordered one goes on', async (items) => {
    await items.insertOne({ _id: 2 });
    await assert.rejects(items.insertMany([{ _id: 1 }, { _id: 2 }, { _id: 3 }]), isDuplicateKey);
    assert.deepEqual(await idsOf(items, {}, { sort: { _id: 1 } }), [1, 2]);
    const unordered = items.insertMany([{ _id: 2 }, { _id: 3 }, { _id: 2 }, { _id: 4 }], { ordered: false });
    const error: unknown = await unordered.catch((thrown: unknown) => thrown);
    assert.deepEqual(duplicateKeyIndexes(error), [0, 2]);
    assert.deepEqual(await idsOf(items, {}, { sort: { _id: 1 } }), [1, 2, 3, 4]);
  });

  check('findOneAndUpdate answers with the document before or after', async (items) => {
    assert.equal(await items.findOneAndUpdate({ _id: 'a' }, { $set: { n: 1 } }), null);
    assert.deepEqual(
      await items.findOneAndUpdate({ _id: 'a' }, { $set: { n: 1 } }, { upsert: true, returnDocument: 'after' }),
      { _id: 'a', n: 1 },
    );
    assert.deepEqual(await items.findOneAndUpdate({ _id: 'a' }, { $inc: { rev: 1 } }), { _id: 'a', n: 1 });
    assert.deepEqual(await items.findOneAndUpdate({ _id: 'a' }, { $inc: { rev: 1 } }, { returnDocument: 'after' }), {
      _id: 'a',
      n: 1,
      rev: 2,
    });
  });

  check('a unique index refuses a second, and holds two absent values for equal', async (items) => {
    await items.createIndexes([{ key: { n: 1 }, name: 'n', unique: true }]);
    await items.insertMany([{ _id: 1, n: 'x' }, { _id: 2, n: 'y' }, { _id: 4 }]);
    await assert.rejects(items.insertOne({ _id: 3, n: 'x' }), isDuplicateKey);
    await assert.rejects(items.insertOne({ _id: 1, n: 'z' }), isDuplicateKey);
    await assert.rejects(items.insertOne({ _id: 5 }), isDuplicateKey);
    await items.createIndexes([{ key: { n: 1 }, name: 'n', unique: true }]); // making it again is no matter
  });

  check('a sparse index serves those that have the field', async (items) => {
    await items.createIndexes([{ key: { first: 1 }, name: 'first', sparse: true }]);
    await items.insertMany(
      Array.from({ length: 50 }, (_, _id) => (_id % 10 === 0 ? { _id, first: 100 - _id } : { _id })),
    );
    assert.deepEqual(await idsOf(items, { first: { $gt: 0 } }, { sort: { first: 1 }, limit: 3 }), [40, 30, 20]);
    await items.updateOne({ _id: 40 }, { $unset: { first: '' } });
    assert.deepEqual(await idsOf(items, { first: { $gt: 0 } }, { sort: { first: 1 } }), [30, 20, 10, 0]);
  });

  check('an operator that is not known is an error, never ignored', async (items) => {
    await items.insertOne({ _id: 'a', n: 1 });
    await assert.rejects(items.find({ n: { $nearly: 1 } } as object).toArray());
    await assert.rejects(items.updateOne({ _id: 'a' }, { $double: { n: 1 } } as object));
    await assert.rejects(items.updateOne({ _id: 'a' }, { $set: { _id: 'b' } }));
    assert.deepEqual(await items.findOne({ _id: 'a' }), { _id: 'a', n: 1 });
  });

  check('many writers of one document lose nothing', async (items) => {
    await items.insertOne({ _id: 'a', rev: 0 });
    await Promise.all(Array.from({ length: 40 }, () => items.updateOne({ _id: 'a' }, { $inc: { rev: 1 } })));
    assert.equal((await items.findOne({ _id: 'a' }))?.rev, 40);
  });

  check('it says where it is and how large, and answers a ping', async (items, database) => {
    await items.insertOne({ _id: 'a' });
    await database.ping();
    assert.ok((await database.sizeOnDisk()) > 0);
    assert.doesNotMatch(database.location, /@/);
  });
}
