import assert from 'node:assert/strict';
import { Readable } from 'node:stream';
import {
  deleteBars,
  createBar,
  getBars,
  getCompleteness,
  getCorrections,
  getLatestBar,
  getManyBars,
  getRevisions,
  registerBars,
  streamBars,
  upsertBars,
  upsertManyBars,
  verifyDatabase,
} from '../../src/features/bars/index.ts';
import { repairDatabase } from '../../src/features/bars/commands/repair-database/repair-database.command.ts';
import { getBarsBody } from '../../src/features/bars/queries/get-bars-body/get-bars-body.query.ts';
import { getBarsFile } from '../../src/features/bars/queries/get-bars-file/get-bars-file.query.ts';
import { barsDocuments } from '../../src/features/bars/stored-documents.ts';
import { instrumentId } from '../../src/market/index.ts';
import { createBus } from '../../src/platform/bus/index.ts';
import { createCache } from '../../src/platform/cache/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { createJobScheduler } from '../../src/platform/scheduler/index.ts';
import { aRow, LATER, portOf } from './a-store.ts';
import { notingAccess, type Access } from './chunk-access.ts';
import { collect } from './collect.ts';

const SERIES = { instrumentId: 'TEST:BTC', interval: '1m' } as const;
const DAY = 1_440;
const DAYS = 4;
const START = aRow(0, 1).openTime;
const RANGE = { from: START, to: START + DAYS * DAY * 60_000 };

/** Looks of the whole database: of the relay for what waits, by an index, and of `verify` and `doctor` at everything. */
const OF_ALL_SHARDS = new Set(['pendingSince', '']);

/**
 * Everything that the bars slice does to `chunks` and `chunk_history` names ids: a write one of them, as that is the shard
 * key, and a read an id, some ids or a range of them, which is a prefix of it.
 */
export async function provesShardKeys(own: Database): Promise<void> {
  const { database, accesses } = notingAccess(own);
  await useAll(database);
  const seen = new Map(accesses.map((access) => [`${access.kind} ${access.collection} ${shapeOf(access)}`, access]));
  for (const access of seen.values()) assert.ok(isOfShards(access), JSON.stringify(access));
  for (const kind of ['read', 'write'])
    for (const collection of ['chunks', 'chunk_history'])
      assert.ok(
        accesses.some((access) => access.kind === kind && access.collection === collection),
        `there was a ${kind} of ${collection}`,
      );
  assert.ok(seen.has('write chunk_history _id='), 'a log was cut, and what was moved of it deleted in part');
}

async function useAll(database: Database): Promise<void> {
  let now: number = LATER;
  const clock = (): number => (now += 1_000);
  const port = portOf();
  const options = { clock, elapsed: clock, onError: assert.ifError };
  const bus = createBus({ clock, middlewares: [] });
  const scheduler = await createJobScheduler(database, { ...options, concurrency: 1 });
  const relay = await registerBars({
    bus,
    database,
    scheduler,
    uploads: { jobs: 0 },
    documents: barsDocuments,
    port: {
      ...port,
      chooseInstruments: ({ ids = [] }) => Promise.resolve(ids.map(instrumentId)),
      findInstruments: (ids) => Promise.all(ids.map(port.findInstrument)),
      findLedgers: (asked, asOf) => Promise.all(asked.map(({ series, range }) => port.findLedger(series, range, asOf))),
    },
    cache: createCache(1_000_000),
    recordFetched: () => Promise.resolve(),
    forgetFetched: () => Promise.resolve(),
    findUniverse: () => Readable.from([]),
    names: { note: () => undefined, forget: () => undefined },
    onBarsWritten: () => undefined,
    relay: { ...options, changesKept: 1_000, onAhead: () => undefined },
  });
  const ordered = { ...SERIES, provider: 'test', state: 'final' } as const;
  const minutes = Array.from({ length: DAYS * DAY }, (_, i) => i);
  for (const price of [10, 20, 30])
    // logs of more than a thousand entries are cut
    await bus.execute(upsertBars({ ...ordered, bars: minutes.map((i) => aRow(i, price)) }));
  await bus.execute(createBar({ ...ordered, bar: aRow(DAYS * DAY, 10) }));
  await relay.drain();

  const asOf = LATER + 1_500;
  for (const how of [{}, { asOf }, { order: 'desc', limit: 5 }, { minState: 'final' }] as const) {
    await bus.ask(getBars({ ...SERIES, ...RANGE, ...how }));
    await bus.ask(getBars({ ...SERIES, ...RANGE, ...how, interval: '1d' }));
    await bus.ask(getBars({ ...SERIES, ...how }));
  }
  const many = ['TEST:ETH', 'TEST:XRP', SERIES.instrumentId];
  const day = minutes.slice(0, DAY).map((i) => aRow(i, 10));
  const series = many.map((one) => ({ instrumentId: one, bars: day }));
  await bus.execute(upsertManyBars({ interval: '1m', provider: 'test', state: 'final', series }));
  await relay.drain();
  for (const interval of ['1m', '1d'] as const)
    await collect((await bus.ask(getManyBars({ ids: many, interval, ...RANGE }))).answers);
  await collect((await bus.ask(streamBars({ ...SERIES, ...RANGE }))).batches);
  for (const _again of [1, 2, 3]) {
    const body = await bus.ask(getBarsBody({ ...SERIES, ...RANGE, format: 'json' }));
    if (body.kind === 'page') body.release();
  }
  await bus.ask(getBarsFile({ ...SERIES, ...RANGE, format: 'csv' }));
  await bus.ask(getCompleteness({ ...SERIES, ...RANGE }));
  await bus.ask(getCompleteness({ ...SERIES, ...RANGE, interval: '1d' }));
  await bus.ask(getLatestBar({ ...SERIES, asOf }));
  await bus.ask(getRevisions({ ...SERIES, openTime: START }));
  await bus.ask(getCorrections({ ...SERIES, ...RANGE }));

  const someHours = { from: START + 6 * 3_600_000, to: RANGE.from + (DAYS - 1) * DAY * 60_000 };
  await bus.execute(deleteBars({ ...SERIES, ...someHours }));
  await relay.drain();
  const told = await bus.ask(getBars({ ...SERIES, ...someHours, asOf }));
  assert.equal(told.columns.openTime.length, 0, 'what was believed of deleted bars is gone too');
  await database
    .collection<{ readonly _id: string; readonly count: number }>('chunks')
    .updateOne({ _id: 'TEST:BTC/1m/2020-01-01' }, { $set: { count: 7 } });
  await bus.execute(repairDatabase({ setAside: true }));
  assert.deepEqual((await bus.ask(verifyDatabase({}))).problems, []);
  await bus.execute(deleteBars({ ...SERIES, from: RANGE.from, to: RANGE.to + 60_000 }));
  await relay.stop();
  await scheduler.stop();
}

/** Which fields a filter compares, and whether by equality. */
function shapeOf({ filter }: Access): string {
  return Object.entries(filter)
    .map(([field, condition]) => (typeof condition === 'object' ? field : `${field}=`))
    .filter((field) => field.startsWith('_id') || field.startsWith('p'))
    .join(' ');
}

function isOfShards(access: Access): boolean {
  const { _id } = access.filter;
  if (access.kind === 'write') return typeof _id === 'string';
  return typeof _id === 'string' || isOfIds(_id) || OF_ALL_SHARDS.has(Object.keys(access.filter).join());
}

/** Whether a condition names ids, or both ends of a range of them; one end is how the whole is read on from a place. */
function isOfIds(condition: unknown): boolean {
  return (
    typeof condition === 'object' &&
    condition !== null &&
    Object.keys(condition).every((operator) => /^\$(?:in|eq|[gl]te?)$/.test(operator))
  );
}
