import assert from 'node:assert/strict';
import { test } from 'node:test';
import { countingReads } from '../../../../test/support/counting-reads.ts';
import { aRow, aStore, at, LATER, minute } from '../../../../test/support/a-store.ts';
import type { BarsCollections } from '../collections.ts';
import { until } from '../../../../test/support/until.ts';
import { handleDeleteBars } from '../commands/delete-bars/delete-bars.command.ts';
import { answerGetChanges } from '../queries/get-changes/get-changes.query.ts';
import { publishPending } from './publish-pending.ts';
import { startRelay } from './relay.ts';
import { RELAY_LEASE_MS } from './relay-lease.ts';

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
    changes.map(({ seq, from, to, inserted, changed }) => ({ seq, from, to, inserted, changed })),
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
  const { database, collections, upsert } = await aStore(t);
  const options = {
    clock: () => performance.now() + 1e12,
    elapsed: () => performance.now(),
    dataVersion: () => database.dataVersion?.(),
    changesKept: 1_000_000,
    onAhead: () => undefined,
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

const idOf = (index: number): string => `TEST:S${index}`;

test('the heads of many series cost no more reads than that of one, when bars come and when they go', async (t) => {
  const { collections, upsert } = await aStore(t);
  const readsOf = async (series: number, change: (index: number) => Promise<unknown>): Promise<number> => {
    for (let index = 0; index < series; index++) await change(index);
    const counted = countingReads(collections);
    await publishPending(counted.collections);
    return counted.reads();
  };
  const grow = (index: number): Promise<unknown> =>
    upsert([aRow(0, 10), aRow(2_000, 10), aRow(4_000, 10)], { instrumentId: idOf(index) });
  const erase = handleDeleteBars(collections, () => undefined, forgetNothing);
  const shrink = (index: number): Promise<unknown> =>
    erase({ instrumentId: idOf(index), interval: '1m', from: minute(0), to: minute(1) }, at(LATER));
  assert.equal(await readsOf(1, grow), await readsOf(80, grow));
  await publishAll(collections);
  assert.equal(await readsOf(1, shrink), await readsOf(80, shrink));
  const heads = await collections.series.find({}).toArray();
  assert.equal(heads.length, 80);
  for (const { first, last, count } of heads) assert.deepEqual([first, last, count], [minute(2_000), minute(4_000), 2]);
});

test('a head knows its edges whatever is deleted: far gaps, both ends, all of it, and what comes back', async (t) => {
  const { collections, upsert } = await aStore(t);
  const erase = handleDeleteBars(collections, () => undefined, forgetNothing);
  const without = async (from: number, to: number): Promise<(number | undefined)[]> => {
    await erase({ instrumentId: 'COINBASE:BTCUSD', interval: '1m', from: minute(from), to: minute(to) }, at(LATER));
    await publishAll(collections);
    const head = await headOf(collections);
    return [head?.first, head?.last, head?.count];
  };
  const day = 1_440;
  await upsert([0, 1, 200, 201, 300].map((days) => aRow(days * day, 10)));
  await publishAll(collections);
  assert.deepEqual(await without(0, day), [minute(day), minute(300 * day), 4]);
  assert.deepEqual(await without(0, 2 * day), [minute(200 * day), minute(300 * day), 3], 'many empty days in between');
  assert.deepEqual(await without(250 * day, 400 * day), [minute(200 * day), minute(201 * day), 2]);
  await upsert([aRow(100 * day, 10)]);
  assert.deepEqual(await without(200 * day, 400 * day), [minute(100 * day), minute(100 * day), 1]);
  assert.deepEqual(await without(0, 400 * day), [undefined, undefined, 0]);
  await upsert([aRow(7, 10)]);
  await publishAll(collections);
  assert.deepEqual((await headOf(collections))?.first, minute(7));
});

test('a lease that a dead process wrote, a day ahead, holds nothing back for longer than its length', async (t) => {
  const { database, collections, upsert } = await aStore(t);
  for (const beat of [{}, { beat: 12 }]) {
    const dead = { _id: 'relay', holder: 'dead', until: LATER + 86_400_000, ...beat };
    await collections.leases.deleteMany({});
    await collections.leases.insertOne(dead);
    const time = { now: 0 };
    const relay = startRelay(collections, {
      clock: () => LATER,
      elapsed: () => time.now,
      dataVersion: () => database.dataVersion?.(),
      changesKept: 1_000,
      onAhead: () => undefined,
      onError: (error) => assert.fail(String(error)),
    });
    await upsert([aRow(beat.beat ?? 0, 10)]);
    await relay.drain();
    assert.deepEqual(await collections.leases.findOne({ _id: 'relay' }), dead, 'it may be alive');
    time.now += RELAY_LEASE_MS + 1;
    await relay.drain();
    assert.equal(await collections.chunks.countDocuments({ pendingSince: { $gt: 0 } }), 0);
    await relay.stop();
    assert.equal(await collections.leases.findOne({ _id: 'relay' }), null, 'given back');
  }
});

test('a clock that is set ahead takes no lease from a process that is at work', async (t) => {
  const { database, collections, upsert } = await aStore(t);
  const time: { now: number; wall: number } = { now: 0, wall: LATER };
  const aRelay = () =>
    startRelay(collections, {
      clock: () => time.wall,
      elapsed: () => time.now,
      dataVersion: () => database.dataVersion?.(),
      changesKept: 1_000,
      onAhead: () => undefined,
      onError: (error) => assert.fail(String(error)),
    });
  const [one, other] = [aRelay(), aRelay()];
  await upsert([aRow(0, 10)]);
  await one.drain();
  const { holder } = (await collections.leases.findOne({ _id: 'relay' })) ?? {};
  time.wall += 86_400_000;
  await upsert([aRow(1, 10)]);
  await other.drain();
  assert.equal((await collections.leases.findOne({ _id: 'relay' }))?.holder, holder);
  await one.drain();
  assert.equal((await headOf(collections))?.count, 2);
  await Promise.all([one.stop(), other.stop()]);
});

test('a process that wrote and ends waits for the lease of a dead one, so that what it wrote is found', async (t) => {
  const { database, collections, upsert } = await aStore(t);
  await collections.leases.insertOne({ _id: 'relay', holder: 'dead', beat: 3, until: 0 });
  const time = { now: 0 };
  const relay = startRelay(collections, {
    clock: () => LATER,
    elapsed: () => (time.now += 1_000),
    dataVersion: () => database.dataVersion?.(),
    changesKept: 1_000,
    onAhead: () => undefined,
    onError: (error) => assert.fail(String(error)),
  });
  await upsert([aRow(0, 10)]);
  relay.wake();
  await relay.stop();
  assert.equal((await headOf(collections))?.count, 1);
});

test('a relay with nothing to do writes nothing, and on a database that counts its writes reads nothing', async (t) => {
  const { database, collections } = await aStore(t);
  const counted = countingReads(collections);
  const relay = startRelay(counted.collections, {
    clock: () => LATER,
    elapsed: () => performance.now(),
    dataVersion: () => database.dataVersion?.(),
    changesKept: 1_000,
    onAhead: () => undefined,
    onError: (error) => assert.fail(String(error)),
  });
  await relay.drain();
  const [version, reads] = [database.dataVersion?.(), counted.reads()];
  for (let look = 0; look < 10; look++) await relay.drain();
  assert.deepEqual([database.dataVersion?.(), counted.reads()], [version, reads]);
  await relay.stop();
});

test('what was written by a clock that is ahead is told of once, also when the next process begins', async (t) => {
  const { database, collections, upsert } = await aStore(t);
  const told: number[] = [];
  const aRelay = () =>
    startRelay(collections, {
      clock: () => LATER,
      elapsed: () => performance.now(),
      dataVersion: () => database.dataVersion?.(),
      changesKept: 1_000,
      onAhead: (byMs) => told.push(byMs),
      onError: (error) => assert.fail(String(error)),
    });
  const first = aRelay();
  await upsert([aRow(0, 10)], { now: LATER + 1_000 });
  await first.drain();
  assert.deepEqual(told, []);
  for (const minutes of [1, 2]) {
    await upsert([aRow(minutes, 10)], { now: LATER + 86_400_000 });
    await first.drain();
  }
  await first.stop();
  assert.deepEqual(told, [86_400_000]);
  const next = aRelay();
  await until(() => told.length === 2, 'the next one tells it too');
  await next.stop();
});
