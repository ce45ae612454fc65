import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseChunkId } from '../../../chunk/index.ts';
import {
  DAY_MS,
  epochMsOfIso,
  instrumentId,
  KNOWN_SCHEDULES,
  seriesId,
  type BarInterval,
} from '../../../market/index.ts';
import { at } from '../../../../test/support/a-store.ts';
import { answerPlanCluster, type UniverseInstrument } from '../queries/plan-cluster/plan-cluster.query.ts';
import { chunkCounter, type UniverseSeries } from './expected-chunks.ts';
import { shardingFaults } from './sharded-collections.ts';
import { splitEvenly } from './split-evenly.ts';

const NOW = epochMsOfIso('2024-01-01');
const SPAN = { from: epochMsOfIso('2014-01-01'), to: NOW };

function aSeries(id: string, interval: BarInterval, schedule?: string): UniverseSeries {
  return {
    series: seriesId(instrumentId(id), interval),
    interval,
    schedule: schedule === undefined ? undefined : KNOWN_SCHEDULES.get(schedule),
    sessions: 'regular',
    span: SPAN,
  };
}

test('chunks are counted by the windows in which the market trades', () => {
  const chunksOf = chunkCounter(NOW);
  const years = (NOW - SPAN.from) / DAY_MS / 365.25;
  const near = (actual: number, expected: number): void =>
    assert.ok(Math.abs(actual / expected - 1) < 0.02, `${actual} of ${expected}`);
  near(chunksOf(aSeries('X:BTC', '1m', '24x7')), 365.25 * years);
  near(chunksOf(aSeries('NASDAQ:AAPL', '1m', 'NASDAQ')), 250.5 * years);
  near(chunksOf(aSeries('NASDAQ:AAPL', '5m', 'NASDAQ')), 52.18 * years);
  assert.equal(chunksOf(aSeries('NASDAQ:AAPL', '1d', 'NASDAQ')), 1);
  assert.equal(chunksOf(aSeries('X:Y', '1w')), 1);
  near(chunksOf(aSeries('X:BTC', '1s')), 24 * 365.25 * years);
});

test('ranges hold about as many chunks each, follow each other and begin at chunks', () => {
  const universe = Array.from({ length: 100 }, (_, i) => aSeries(`X:S${i}`, i % 4 === 0 ? '1m' : '1d'));
  const ranges = splitEvenly(universe, chunkCounter(NOW), 7);
  assert.equal(ranges.length, 7);
  const total = ranges.reduce((sum, range) => sum + range.expectedChunks, 0);
  for (const { expectedChunks } of ranges) assert.ok(Math.abs(expectedChunks / (total / 7) - 1) < 0.01);
  assert.deepEqual([ranges[0]?.from, ranges.at(-1)?.to], [undefined, undefined]);
  for (const [place, { from }] of ranges.entries()) {
    if (from === undefined) continue;
    assert.equal(ranges[place - 1]?.to, from);
    assert.ok((ranges[place - 1]?.from ?? '') < from);
    parseChunkId(from); // throws where it is none
  }
});

test('a universe of fewer chunks than shards is cut where it can be', () => {
  const ranges = splitEvenly([aSeries('X:A', '1d'), aSeries('X:B', '1d')], chunkCounter(NOW), 9);
  assert.ok(ranges.length > 1 && ranges.length <= 5);
});

test('a slash of a symbol stands in split points as it does in ids of chunks', () => {
  const [, second] = splitEvenly([aSeries('X:BTC/USDT', '1m')], chunkCounter(NOW), 2);
  assert.match(second?.from ?? '', /^X:BTC%2FUSDT\/1m\/201[89]-/);
});

test('a plan shards chunks and their history alone, by ranges, split and moved before bars come', async () => {
  const plan = await answerPlanCluster({ name: 'markets' }, aUniverse)({ shards: 3 }, at(NOW));
  assert.equal(plan.series, 4);
  assert.equal(plan.splitPoints.length, 2);
  const [a = '', b = ''] = plan.splitPoints.map((id) => JSON.stringify(id));
  assert.deepEqual(plan.commands, [
    'sh.stopBalancer()',
    'sh.enableSharding("markets")',
    'sh.shardCollection("markets.chunks", { _id: 1 })',
    'sh.shardCollection("markets.chunk_history", { _id: 1 })',
    `sh.splitAt("markets.chunks", { _id: ${a} })`,
    `sh.splitAt("markets.chunks", { _id: ${b} })`,
    `sh.splitAt("markets.chunk_history", { _id: ${a} })`,
    `sh.splitAt("markets.chunk_history", { _id: ${b} })`,
    'const shards = db.adminCommand({ listShards: 1 }).shards.map(({ _id }) => _id)',
    'sh.moveChunk("markets.chunks", { _id: MinKey() }, shards[0])',
    `sh.moveChunk("markets.chunks", { _id: ${a} }, shards[1])`,
    `sh.moveChunk("markets.chunks", { _id: ${b} }, shards[2])`,
    'sh.moveChunk("markets.chunk_history", { _id: MinKey() }, shards[0])',
    `sh.moveChunk("markets.chunk_history", { _id: ${a} }, shards[1])`,
    `sh.moveChunk("markets.chunk_history", { _id: ${b} }, shards[2])`,
    'sh.startBalancer()',
  ]);
});

test('without any instrument there is no plan', async () => {
  const plan = answerPlanCluster({ name: 'markets' }, () => instruments([]));
  await assert.rejects(async () => plan({ shards: 2 }, at(NOW)), { code: 'INSTRUMENT_NOT_FOUND' });
});

const aUniverse = () =>
  instruments([
    { instrumentId: 'X:REGISTERED', series: [] },
    {
      instrumentId: 'X:STORED',
      series: [
        { interval: '1m', from: epochMsOfIso('2020-01-01') },
        { interval: '1d', from: epochMsOfIso('2000-01-01') },
      ],
    },
    { instrumentId: 'X:TRACKED', series: [{ interval: '1h', align: 'session', from: undefined }] },
  ]);

async function* instruments(
  all: readonly Pick<UniverseInstrument, 'instrumentId' | 'series'>[],
): AsyncGenerator<UniverseInstrument> {
  await Promise.resolve();
  const facts = { schedule: undefined, sessions: 'regular', listedFrom: undefined, listedTo: undefined } as const;
  for (const one of all) yield { ...facts, ...one };
}

test('a cluster that is sharded as planned has no fault', () => {
  const ranged = { _id: 1 } as const;
  assert.deepEqual(
    shardingFaults(
      new Map([
        ['chunks', ranged],
        ['chunk_history', ranged],
      ]),
    ),
    [],
  );
});

test('a hashed key, a key of another field, an unsharded and a wrongly sharded collection are faults', () => {
  const faults = shardingFaults(
    new Map([
      ['chunks', { _id: 'hashed' }],
      ['changes', { _id: 1 }],
    ]),
  );
  assert.deepEqual(
    faults.map((fault) => fault.split(',', 1)[0]),
    ['chunk_history is not sharded', 'chunks is sharded by {"_id":"hashed"}', 'changes is sharded by {"_id":1}'],
  );
});
