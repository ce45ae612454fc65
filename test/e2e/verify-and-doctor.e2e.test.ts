import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { aRow, aStore, at, LATER } from '../support/a-store.ts';
import { barsDocuments } from '../../src/features/bars/stored-documents.ts';
import { instrumentsDocuments } from '../../src/features/instruments/stored-documents.ts';
import { databaseDocuments, type DamagedDocument } from '../../src/platform/database/index.ts';
import { publishPending } from '../../src/features/bars/relay/publish-pending.ts';
import { handleRepairDatabase } from '../../src/features/bars/commands/repair-database/repair-database.command.ts';
import { answerVerifyDatabase } from '../../src/features/bars/queries/verify-database/verify-database.query.ts';

async function aFilledStore(t: TestContext) {
  const { database, collections, upsert } = await aStore(t);
  await upsert([aRow(0, 10), aRow(1, 11), aRow(2_000, 12)]);
  const settle = async (): Promise<void> => {
    while ((await publishPending(collections)).length > 0);
  };
  await settle();
  const documents = { ...barsDocuments, ...instrumentsDocuments, ...databaseDocuments };
  const verify = () => answerVerifyDatabase(database, documents)({}, at(LATER));
  const repair = (setAside: boolean) =>
    handleRepairDatabase(database, collections, documents, settle)({ setAside }, at(LATER));
  const damagedDocuments = database.collection<DamagedDocument>('damaged_documents');
  return { ...collections, damagedDocuments, collections, database, upsert, settle, verify, repair };
}

test('a database in order is found in order', async (t) => {
  const { verify } = await aFilledStore(t);
  assert.deepEqual(await verify(), {
    chunks: 2,
    bars: 3,
    revisions: 0,
    series: 1,
    changes: 2,
    unpublished: 0,
    problems: [],
  });
});

test('a wrong summary and a wrong head are found and rebuilt', async (t) => {
  const { chunks, series, verify, repair } = await aFilledStore(t);
  await chunks.updateOne({ _id: 'COINBASE:BTCUSD/1m/2020-01-01' }, { $set: { count: 7 } });
  await series.updateMany({}, { $set: { count: 9 } });
  assert.deepEqual(
    (await verify()).problems.map(({ kind, repairable }) => [kind, repairable]),
    [
      ['wrongSummary', true],
      ['wrongHead', true],
    ],
  );
  const { summariesRebuilt, headsRebuilt } = await repair(false);
  assert.deepEqual([summariesRebuilt, headsRebuilt], [1, 1]);
  assert.deepEqual((await verify()).problems, []);
});

test('lost heads are rebuilt, and later changes still count once', async (t) => {
  const { series, verify, repair, upsert, settle } = await aFilledStore(t);
  await series.deleteMany({});
  assert.deepEqual(
    (await verify()).problems.map(({ kind }) => kind),
    ['missingHead'],
  );
  await repair(false);
  await upsert([aRow(3, 10)]);
  await settle();
  assert.deepEqual((await verify()).problems, []);
  assert.equal((await series.findOne({}))?.count, 4);
});

test('a chunk with a flipped byte is found, set aside, and its window can be filled again', async (t) => {
  const { chunks, damagedDocuments, verify, repair, upsert, settle } = await aFilledStore(t);
  const _id = 'COINBASE:BTCUSD/1m/2020-01-01';
  const { bars } = (await chunks.findOne({ _id })) ?? assert.fail();
  const damaged = Uint8Array.from(bars);
  damaged[damaged.length - 1] ^= 1;
  await chunks.updateOne({ _id }, { $set: { bars: damaged } });
  assert.deepEqual(
    (await verify()).problems.map(({ where, kind, repairable }) => [where, kind, repairable]),
    [[_id, 'damagedChunk', false]],
  );
  assert.deepEqual((await repair(false)).stillDamaged, [_id]);
  assert.deepEqual((await repair(true)).setAside, [_id]);
  assert.equal(await damagedDocuments.countDocuments(), 1);
  assert.equal((await upsert([aRow(0, 10), aRow(1, 11)])).inserted, 2);
  await settle();
  assert.deepEqual((await verify()).problems, []);
});

test('a hole in the seqs of the change feed is found', async (t) => {
  const { changes, upsert, settle, verify } = await aFilledStore(t);
  await upsert([aRow(5_000, 1)]);
  await settle();
  await changes.deleteOne({ _id: 2 });
  assert.deepEqual(
    (await verify()).problems.map(({ kind }) => kind),
    ['missingChange'],
  );
});

test('bars of a clock that ran ahead are sound, and stay where they are', async (t) => {
  const { collections, database, upsert, settle, verify } = await aFilledStore(t);
  await upsert([aRow(3, 10)]);
  await settle();
  const documents = { ...barsDocuments };
  const before = await answerVerifyDatabase(database, documents)({}, at(0));
  assert.deepEqual(before.problems, []);
  const { setAside } = await handleRepairDatabase(database, collections, documents, settle)({ setAside: true }, at(0));
  assert.deepEqual(setAside, []);
  assert.equal((await verify()).bars, 4);
});

test('a document that is not as its kind should be is found, and set aside', async (t) => {
  const { database, verify, repair, damagedDocuments } = await aFilledStore(t);
  const instruments = database.collection<{ _id: string; listedFrom?: unknown; registeredAt: number }>('instruments');
  await instruments.insertOne({ _id: 'NASDAQ:AAPL', registeredAt: LATER });
  await instruments.insertOne({ _id: 'NASDAQ:MSFT', registeredAt: LATER, listedFrom: 'long ago' });
  const { problems } = await verify();
  assert.deepEqual(
    problems.map(({ where, kind }) => [where, kind]),
    [['instruments NASDAQ:MSFT', 'invalidDocument']],
  );
  assert.match(problems[0].message, /^listedFrom must be number/);
  assert.deepEqual((await repair(false)).stillDamaged, ['instruments NASDAQ:MSFT']);
  assert.deepEqual((await repair(true)).setAside, ['instruments NASDAQ:MSFT']);
  assert.deepEqual((await verify()).problems, []);
  const aside = await damagedDocuments.findOne({});
  assert.deepEqual([aside?.collection, aside?.reason], ['instruments', problems[0].message]);
  assert.equal(await instruments.countDocuments(), 1);
});
