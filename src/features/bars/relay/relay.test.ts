import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRow, aStore, at, LATER, minute } from '../../../../test/support/a-store.ts';
import type { BarsCollections } from '../collections.ts';
import { handleDeleteBars } from '../commands/delete-bars/delete-bars.command.ts';
import { answerGetChanges } from '../queries/get-changes/get-changes.query.ts';
import { publishPending } from './publish-pending.ts';
import { startRelay } from './relay.ts';

const forgetNothing = (): Promise<void> => Promise.resolve();

const headOf = (collections: BarsCollections) => collections.series.findOne({ _id: 'COINBASE:BTCUSD/1m' });

async function publishAll(collections: BarsCollections): Promise<void> {
  while ((await publishPending(collections)).length > 0);
}

test('each change gets the next seq once, and the head follows', async (t) => {
  const { collections, upsert } = await aStore(t);
  await upsert([aRow(0, 10), aRow(1, 10), aRow(2_000, 10)], { state: 'provisional' });
  await publishAll(collections);
  await upsert([aRow(1, 10), aRow(3, 10)]);
  await publishAll(collections);
  const { changes, next } = await answerGetChanges(collections)({}, at(LATER));
  assert.deepEqual(
    changes.map(({ _id, from, to, inserted, changed }) => ({ seq: _id, from, to, inserted, changed })),
    [
      { seq: 1, from: minute(0), to: minute(2), inserted: 2, changed: 0 },
      { seq: 2, from: minute(2_000), to: minute(2_001), inserted: 1, changed: 0 },
      { seq: 3, from: minute(1), to: minute(4), inserted: 1, changed: 1 },
    ],
  );
  assert.equal(next, 3);
  assert.deepEqual(await headOf(collections), {
    _id: 'COINBASE:BTCUSD/1m',
    instrumentId: 'COINBASE:BTCUSD',
    interval: '1m',
    first: minute(0),
    last: minute(2_000),
    count: 4,
    finalCount: 2,
    providers: ['test'],
    lastSeq: 3,
  });
  assert.equal(await collections.chunks.countDocuments({ pendingSince: { $gt: 0 } }), 0);
});

test('whatever step it was killed after, the next run tells each change once and counts it once', async (t) => {
  for (const survives of ['changes', 'changes and head'] as const) {
    const { collections, upsert } = await aStore(t);
    await upsert([aRow(0, 10), aRow(2_000, 10)]);
    const chunks = await collections.chunks.find({}).toArray();
    const before = await headOf(collections);
    assert.equal(before, null);
    await publishAll(collections);
    // Put back what a kill would have left: the chunks still pending, and maybe the head as it was.
    for (const { _id, pending, pendingSince } of chunks)
      if (pending !== undefined && pendingSince !== undefined)
        await collections.chunks.updateOne({ _id }, { $set: { pending, pendingSince } });
    if (survives === 'changes') await collections.series.deleteMany({});
    await upsert([aRow(5_000, 10)]);
    await publishAll(collections);
    assert.deepEqual(
      (await collections.changes.find({}).toArray()).map(({ _id }) => _id),
      [1, 2, 3],
      survives,
    );
    assert.equal((await headOf(collections))?.count, 3, survives);
  }
});

test('a change that comes while its chunk is published is not lost', async (t) => {
  const { collections, upsert } = await aStore(t);
  await upsert([aRow(0, 10)]);
  const publishing = publishPending(collections);
  await upsert([aRow(1, 10)]);
  await publishing;
  await publishAll(collections);
  assert.equal((await headOf(collections))?.count, 2);
  assert.deepEqual(
    (await collections.changes.find({}).toArray()).map(({ _id, inserted }) => [_id, inserted]),
    [
      [1, 1],
      [2, 1],
    ],
  );
});

test('a chunk without bars is told of, then removed', async (t) => {
  const { collections, upsert } = await aStore(t);
  await upsert([aRow(0, 10), aRow(2_000, 10)]);
  await publishAll(collections);
  await handleDeleteBars(
    collections,
    () => undefined,
    forgetNothing,
  )({ instrumentId: 'COINBASE:BTCUSD', interval: '1m', from: minute(0), to: minute(1) }, at(LATER));
  await publishAll(collections);
  assert.deepEqual(
    (await collections.chunks.find({}).toArray()).map(({ count }) => count),
    [1],
  );
  const head = await headOf(collections);
  assert.deepEqual([head?.first, head?.count], [minute(2_000), 1]);
  await upsert([aRow(0, 11)]);
  await publishAll(collections);
  assert.equal((await headOf(collections))?.count, 2);
});

test('two relays of one database share the work and tell nothing twice', async (t) => {
  const { collections, upsert } = await aStore(t);
  const options = {
    clock: () => performance.now() + 1e12,
    changesKept: 1_000_000,
    onError: (error: unknown) => assert.fail(String(error)),
  };
  const relays = [startRelay(collections, options), startRelay(collections, options)];
  for (let count = 0; count < 30; count++) {
    await upsert([aRow(count * 1_500, 10)]);
    relays[count % 2].wake();
    if (count % 10 === 0) await Promise.all(relays.map((relay) => relay.drain()));
  }
  for (const relay of relays) await relay.stop();
  const seqs = (await collections.changes.find({}).toArray()).map(({ _id }) => _id);
  assert.deepEqual(
    seqs,
    Array.from({ length: 30 }, (_, i) => i + 1),
  );
  assert.equal((await headOf(collections))?.count, 30);
});

test('changes that are no longer kept are not passed over in silence', async (t) => {
  const { collections, upsert } = await aStore(t);
  for (const count of [0, 2_000, 4_000]) await upsert([aRow(count, 10)]);
  await publishAll(collections);
  await collections.changes.deleteMany({ _id: { $lte: 2 } });
  const changes = answerGetChanges(collections);
  await assert.rejects(changes({ after: 1 }, at(LATER)), { code: 'CHANGES_EXPIRED', message: /follow from 2/ });
  assert.equal((await changes({ after: 2 }, at(LATER))).changes.length, 1);
});
