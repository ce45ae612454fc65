import assert from 'node:assert/strict';
import { test, type TestContext } from 'node:test';
import { aProxy } from '../../../test/support/a-proxy.ts';
import { aRow, at, portOf, LATER, minute } from '../../../test/support/a-store.ts';
import { aServerDatabase } from '../../../test/support/open-test-database.ts';
import { columnsFor, epochMs, instrumentId, seriesId } from '../../market/index.ts';
import { openDatabase } from '../../platform/database/index.ts';
import { openBarsCollections } from './collections.ts';
import { handleCreateBar } from './commands/create-bar/create-bar.command.ts';
import { handleUpsertBars } from './commands/upsert-bars/upsert-bars.command.ts';
import { readBars } from './reading/read-bars.ts';

const SERIES = { instrumentId: 'TEST:BTC', interval: '1m', provider: 'test', state: 'final' } as const;
const DAYS = 300;
const DAY = 1_440;

/** The driver repeats writes by itself, but not these; so it does with servers that cannot tell a repeated one. */
const WAYS = { 'after the driver repeated it': '', 'and the driver repeats nothing': '&retryWrites=false' };

async function aProxiedStore(t: TestContext, options: string) {
  const proxy = await aProxy(t);
  const database = await openDatabase(proxy.url(aServerDatabase(t).name, options));
  t.after(() => database.close());
  const collections = await openBarsCollections(database);
  const { findInstrument } = portOf();
  return {
    proxy,
    collections,
    upsert: handleUpsertBars(collections, () => undefined, findInstrument),
    create: handleCreateBar(collections, () => undefined, findInstrument),
  };
}

for (const [how, options] of Object.entries(WAYS)) {
  test(`a write whose answer is lost counts as what it did, ${how}`, async (t) => {
    const { proxy, collections, upsert } = await aProxiedStore(t, options);
    proxy.loseAnswersTo('update', 'chunks', 3);
    const bars = [aRow(0, 10), aRow(DAY, 10), aRow(2 * DAY, 10)];
    const { inserted, unchanged } = await upsert({ ...SERIES, bars }, at(LATER));
    assert.ok(proxy.lost() > 0, 'an answer was lost');
    assert.deepEqual({ inserted, unchanged }, { inserted: 3, unchanged: 0 });
    const chunks = await collections.chunks.find({}).toArray();
    assert.deepEqual(
      chunks.map(({ rev, pending = [] }) => [rev, pending.length]),
      [
        [1, 1],
        [1, 1],
        [1, 1],
      ],
    );
  });

  test(`a bar whose creation is not answered was created by that, ${how}`, async (t) => {
    const { proxy, create } = await aProxiedStore(t, options);
    proxy.loseAnswersTo('update', 'chunks', 2);
    const bar = { ...SERIES, bar: aRow(0, 10) };
    assert.equal((await create(bar, at(LATER))).openTime, minute(0));
    assert.ok(proxy.lost() > 0, 'an answer was lost');
    await assert.rejects(create(bar, at(LATER)), { code: 'BAR_EXISTS' });
  });
}

for (const order of ['asc', 'desc'] as const)
  test(`bars that are read ${order} while cursors die come once each`, async (t) => {
    const { proxy, collections, upsert } = await aProxiedStore(t, '');
    const bars = Array.from({ length: DAYS }, (_, day) => aRow(day * DAY, day + 2));
    await upsert({ ...SERIES, bars }, at(LATER));
    proxy.loseAnswersTo('collection', 'chunks', 2); // of `getMore`
    const range = { from: minute(0), to: epochMs(minute(0) + DAYS * DAY * 60_000) };
    const plan = {
      series: seriesId(instrumentId('TEST:BTC'), '1m'),
      interval: '1m',
      range,
      order,
      asOf: undefined,
      told: columnsFor([]),
    } as const;
    const read: number[] = [];
    for await (const { openTime } of readBars(collections, plan, 1)) read.push(...openTime);
    assert.equal(proxy.lost(), 2);
    const wanted = bars.map(({ openTime }) => openTime);
    assert.deepEqual(read, order === 'asc' ? wanted : wanted.reverse());
  });
