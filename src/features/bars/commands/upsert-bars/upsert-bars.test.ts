import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRow, aStore, at, LATER, minute, portOf } from '../../../../../test/support/a-store.ts';
import { answerGetBars } from '../../queries/get-bars/get-bars.query.ts';
import { answerGetRevisions } from '../../queries/get-revisions/get-revisions.query.ts';

const SERIES = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;
const unregistered = portOf();

test('the five counts add up to the bars sent, whatever becomes of them', async (t) => {
  const { upsert } = await aStore(t);
  await upsert([aRow(0, 10), aRow(1, 10), aRow(2, 10)], { observedAt: minute(100) });
  const outcome = await upsert(
    [
      aRow(0, 10),
      aRow(1, 11),
      aRow(3, 10),
      aRow(3, 10),
      { ...aRow(4, 10), high: 5 },
      { openTime: 'soon' },
      aRow(5.5, 10),
    ],
    { observedAt: minute(200) },
  );
  assert.deepEqual(
    { ...outcome, rejected: outcome.rejected.map(({ index, code }) => ({ index, code })), revision: undefined },
    {
      inserted: 1,
      changed: 1,
      unchanged: 2,
      skippedStale: 0,
      rejected: [
        { index: 4, code: 'highLowOrder' },
        { index: 5, code: 'invalidBar' },
        { index: 6, code: 'notAligned' },
      ],
      revision: undefined,
    },
  );
});

test('repeating a call changes nothing', async (t) => {
  const { upsert, collections } = await aStore(t);
  await upsert([aRow(0, 10), aRow(2_000, 11)]);
  const before = await collections.chunks.find({}).toArray();
  const { unchanged, inserted } = await upsert([aRow(0, 10), aRow(2_000, 11)]);
  assert.deepEqual({ unchanged, inserted }, { unchanged: 2, inserted: 0 });
  assert.deepEqual(await collections.chunks.find({}).toArray(), before);
});

test("what is over is told by the vendor's clock, if it is no more than a day ahead of ours", async (t) => {
  const { upsert } = await aStore(t);
  const codes = async (now: number, vendorNow: number): Promise<readonly string[]> =>
    (await upsert([aRow(5, 10)], { now, vendorNow })).rejected.map(({ code }) => code);
  assert.deepEqual(await codes(minute(7), minute(5.5)), ['inFuture'], 'it still runs there');
  assert.deepEqual(await codes(minute(5.5), minute(5.5)), ['inFuture']);
  assert.deepEqual(await codes(minute(6 - 1_441), minute(6)), ['inFuture'], 'more than a day');
  assert.deepEqual(await codes(minute(6 - 1_440), minute(6)), []);
  assert.deepEqual(await codes(minute(4), minute(6)), []);
});

test('two values for one moment in one call are both refused, as nothing says which is right', async (t) => {
  const { upsert, collections } = await aStore(t);
  const { inserted, rejected } = await upsert([aRow(0, 10), aRow(0, 11), aRow(1, 12)]);
  assert.equal(inserted, 1);
  assert.deepEqual(
    rejected.map(({ index, code }) => ({ index, code })),
    [
      { index: 0, code: 'duplicateInBatch' },
      { index: 1, code: 'duplicateInBatch' },
    ],
  );
  assert.equal(await collections.quarantine.countDocuments({ code: 'duplicateInBatch' }), 2);
});

test('refused bars are kept once, however often they are sent', async (t) => {
  const { upsert, collections } = await aStore(t);
  const bad = { ...aRow(4, 10), high: 5 };
  await upsert([bad]);
  await upsert([bad]);
  const [kept, ...more] = await collections.quarantine.find({}).toArray();
  assert.equal(more.length, 0);
  assert.deepEqual(JSON.parse(kept.bar), bad);
  assert.equal(kept.openTime, minute(4));
});

test('of a call 10,000 refused bars are kept, and rows that JSON cannot say in words', async (t) => {
  const { collections, upsert } = await aStore(t);
  const cycle: Record<string, unknown> = { big: 1n };
  cycle['self'] = cycle;
  let deep: unknown = [];
  for (let i = 0; i < 20_000; i++) deep = [deep];
  assert.equal((await upsert([cycle, deep, aRow(0, 1)])).inserted, 1);
  const kept = await collections.quarantine.find({}).toArray();
  assert.ok(kept.some(({ bar }) => bar.includes('big: 1n')));
  const { rejected } = await upsert(Array.from({ length: 10_100 }, (_, i) => `row ${i}`));
  assert.equal(rejected.length, 10_100);
  assert.equal(await collections.quarantine.countDocuments({}), 10_000 + kept.length);
});

test('a refused bar is kept with its numbers, also with those that JSON cannot say', async (t) => {
  const { collections, upsert } = await aStore(t);
  const values = [Infinity, -Infinity, NaN];
  assert.equal((await upsert(values.map((high) => ({ ...aRow(0, 1), high })))).rejected.length, values.length);
  const kept = (await collections.quarantine.find({}).toArray()).map(({ bar }) => JSON.parse(bar) as { high: unknown });
  assert.deepEqual(new Set(kept.map(({ high }) => high)), new Set(['Infinity', '-Infinity', 'NaN']));
});

test('a provisional value never overwrites a final one, an older observation never a newer one', async (t) => {
  const { upsert } = await aStore(t);
  await upsert([aRow(0, 10)], { observedAt: minute(100) });
  assert.equal((await upsert([aRow(0, 11)], { state: 'provisional', observedAt: minute(200) })).skippedStale, 1);
  assert.equal((await upsert([aRow(0, 11)], { observedAt: minute(50) })).skippedStale, 1);
  assert.equal((await upsert([aRow(0, 11)], { observedAt: minute(300) })).changed, 1);
});

test('every value ever believed is told, with the span in which it was', async (t) => {
  const { upsert, collections } = await aStore(t);
  await upsert([aRow(0, 10)], { state: 'provisional', observedAt: minute(10) });
  await upsert([aRow(0, 11)], { state: 'provisional', observedAt: minute(20) });
  await upsert([aRow(0, 11)], { state: 'final', observedAt: minute(30), provider: 'second' });
  const revisions = await answerGetRevisions(collections)({ ...SERIES, openTime: minute(0) }, at(LATER));
  assert.deepEqual(
    revisions.map(({ close, state, provider, observedAt, observedTo, finalAt }) => ({
      close,
      state,
      provider,
      observedAt,
      observedTo,
      finalAt,
    })),
    [
      {
        close: 10,
        state: 'provisional',
        provider: 'test',
        observedAt: minute(10),
        observedTo: minute(20),
        finalAt: undefined,
      },
      {
        close: 11,
        state: 'final',
        provider: 'test',
        observedAt: minute(20),
        observedTo: undefined,
        finalAt: minute(30),
      },
    ],
  );
});

test('a log that grows long moves its oldest part away, and as-of reads still find it', async (t) => {
  const { upsert, collections } = await aStore(t);
  const BARS = 60;
  const REVISIONS = 20;
  for (let revision = 0; revision < REVISIONS; revision++)
    await upsert(
      Array.from({ length: BARS }, (_, count) => aRow(count, 10 + revision)),
      { observedAt: minute(100 + revision) },
    );
  const [chunk] = await collections.chunks.find({}).toArray();
  assert.ok(chunk.historyTo !== undefined);
  assert.ok((await collections.chunkHistory.countDocuments({})) > 0);
  const revisions = await answerGetRevisions(collections)({ ...SERIES, openTime: minute(0) }, at(LATER));
  assert.deepEqual(
    revisions.map(({ close }) => close),
    Array.from({ length: REVISIONS }, (_, revision) => 10 + revision),
  );
  for (let revision = 0; revision < REVISIONS; revision++) {
    const { columns } = await answerGetBars(collections, unregistered)(
      { ...SERIES, asOf: minute(100 + revision) },
      at(LATER),
    );
    assert.deepEqual(new Set(columns.close), new Set([10 + revision]), `as of revision ${revision}`);
    assert.equal(columns.close.length, BARS);
  }
});

test('writers that meet in one chunk all get their bars in', async (t) => {
  const { upsert, collections } = await aStore(t);
  const outcomes = await Promise.all(Array.from({ length: 8 }, (_, writer) => upsert([aRow(writer, 10 + writer)])));
  assert.deepEqual(
    outcomes.map(({ inserted }) => inserted),
    Array.from({ length: 8 }, () => 1),
  );
  const { columns } = await answerGetBars(collections, unregistered)(SERIES, at(LATER));
  assert.deepEqual([...columns.close], [10, 11, 12, 13, 14, 15, 16, 17]);
});

test('a call without bars, or with bars in two forms, or without a state is refused', async (t) => {
  const { collections } = await aStore(t);
  const { handleUpsertBars } = await import('./upsert-bars.command.ts');
  const upsert = handleUpsertBars(collections, () => undefined, portOf().findInstrument);
  const refused = { code: 'INVALID_REQUEST' };
  await assert.rejects(upsert({ ...SERIES, provider: 'test', state: 'final' }, at(LATER)), refused);
  const { rejected } = await upsert({ ...SERIES, provider: 'test', bars: [aRow(0, 10)] }, at(LATER));
  assert.equal(rejected[0].code, 'invalidBar');
});
