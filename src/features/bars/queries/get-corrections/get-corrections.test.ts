import assert from 'node:assert/strict';
import { test } from 'node:test';
import { aRow, aStore, at, LATER, minute } from '../../../../../test/support/a-store.ts';
import { answerGetRevisions } from '../get-revisions/get-revisions.query.ts';
import { answerGetCorrections } from './get-corrections.query.ts';

const SERIES = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;
const DAY = 1_440;

test('the corrected bars of a range are told with all revisions, those of two chunks too', async (t) => {
  const { collections, upsert } = await aStore(t);
  const ask = answerGetCorrections(collections);
  await upsert(
    [0, 1, 2, DAY, DAY + 1].map((at) => aRow(at, 5)),
    { now: LATER },
  );
  await upsert([aRow(1, 6), aRow(DAY, 6)], { now: LATER + 1 });
  await upsert([aRow(1, 7)], { now: LATER + 2 });

  const { revisions, nextFrom } = await ask({ ...SERIES, from: minute(0), to: minute(2 * DAY) }, at(LATER));
  assert.deepEqual(
    revisions.map(({ openTime, close, observedAt, observedTo }) => [
      (openTime - minute(0)) / 60_000,
      close,
      observedAt - LATER,
      observedTo === undefined ? undefined : observedTo - LATER,
    ]),
    [
      [1, 5, 0, 1],
      [1, 6, 1, 2],
      [1, 7, 2, undefined],
      [DAY, 5, 0, 1],
      [DAY, 6, 1, undefined],
    ],
  );
  assert.equal(nextFrom, undefined);
  const ofOne = await answerGetRevisions(collections)({ ...SERIES, openTime: minute(1) }, at(LATER));
  assert.deepEqual(revisions.slice(0, 3), ofOne, 'as each bar is told alone');
  const before = await ask({ ...SERIES, from: minute(0), to: minute(1) }, at(LATER));
  assert.deepEqual(before.revisions, []);
});

test('more corrected bars than the limit are cut off, and told where', async (t) => {
  const { collections, upsert } = await aStore(t);
  const ask = answerGetCorrections(collections);
  const minutes = [0, 1, 2, 3, 4];
  await upsert(
    minutes.map((at) => aRow(at, 5)),
    { now: LATER },
  );
  await upsert(
    minutes.map((at) => aRow(at, 6)),
    { now: LATER + 1 },
  );
  const first = await ask({ ...SERIES, from: minute(0), to: minute(9), limit: 3 }, at(LATER));
  assert.deepEqual([first.revisions.length, first.nextFrom], [6, minute(3)]);
  const rest = await ask({ ...SERIES, from: minute(3), to: minute(9), limit: 3 }, at(LATER));
  assert.deepEqual([rest.revisions.length, rest.nextFrom], [4, undefined]);
  await assert.rejects(ask({ ...SERIES, from: minute(9), to: minute(9) }, at(LATER)), { code: 'INVALID_RANGE' });
});

test('revisions that were moved out of their chunk are told too', async (t) => {
  const { collections, upsert } = await aStore(t);
  const minutes = Array.from({ length: 1_200 }, (_, at) => at);
  for (const close of [5, 6])
    await upsert(
      minutes.map((at) => aRow(at, close)),
      { now: LATER + close },
    );
  const ask = answerGetCorrections(collections);
  const { revisions } = await ask({ ...SERIES, from: minute(0), to: minute(DAY), limit: 2_000 }, at(LATER));
  assert.equal(await collections.chunkHistory.countDocuments(), 1);
  assert.equal(revisions.length, 2_400);
});
