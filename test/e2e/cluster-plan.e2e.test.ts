import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { storeManyInstruments } from '../support/many-instruments.ts';
import { aFolder } from '../support/open-test-database.ts';
import { runPocketquant } from '../support/run-pocketquant.ts';

const SHARDS = 4;

test('a plan of registered instruments is a script that shards, splits and moves, and the same as JSON', async (t) => {
  const url = `file:${join(aFolder(t), 'test.db')}`;
  await storeManyInstruments(url, 1_000);
  const { stdout, stderr } = await runPocketquant(url, ['cluster', 'plan', '--shards', String(SHARDS)]);
  assert.match(stderr, /GB on disk. One replica set holds that/);

  const calls: (readonly [string, ...unknown[]])[] = [];
  const sh = new Proxy(
    {},
    {
      get:
        (_, name) =>
        (...given: unknown[]) =>
          void calls.push([String(name), ...given]),
    },
  );
  const shards = Array.from({ length: SHARDS }, (_, number) => ({ _id: `shard${number}` }));
  runInNewContext(stdout, { sh, MinKey: () => 'first', db: { adminCommand: () => ({ shards }) } });
  assert.deepEqual(
    calls.map(([name]) => name),
    [
      'stopBalancer',
      'enableSharding',
      ...Array<string>(2).fill('shardCollection'),
      ...Array<string>(2 * (SHARDS - 1)).fill('splitAt'),
      ...Array<string>(2 * SHARDS).fill('moveChunk'),
      'startBalancer',
    ],
  );
  const moved = calls.filter(([name, space]) => name === 'moveChunk' && String(space).endsWith('.chunks'));
  assert.deepEqual(
    moved.map(([, , , shard]) => shard),
    shards.map(({ _id }) => _id),
  );

  const told = JSON.parse(
    (await runPocketquant(url, ['--json', 'cluster', 'plan', '--shards', String(SHARDS)])).stdout,
  ) as {
    readonly series: number;
    readonly splitPoints: readonly string[];
    readonly commands: readonly string[];
  };
  assert.equal(told.series, 1_000);
  assert.match(told.splitPoints[0] ?? '', /^TEST:S002\d\d\/1m\/20\d\d-\d\d-\d\d$/);
  assert.deepEqual(
    told.commands,
    stdout.split('\n').filter((line) => line !== '' && !line.startsWith('//')),
  );
});

test('a plan for one shard, or without instruments, is refused', async (t) => {
  const url = `file:${join(aFolder(t), 'test.db')}`;
  const one = await runPocketquant(url, ['cluster', 'plan', '--shards', '1']);
  assert.deepEqual([one.exitCode, one.stdout], [2, '']);
  const none = await runPocketquant(url, ['cluster', 'plan', '--shards', '2']);
  assert.equal(none.exitCode, 4);
  assert.match(none.stderr, /register the universe first/);
});
