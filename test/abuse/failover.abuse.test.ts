import { test } from 'node:test';
import { aSecantusdb } from '../support/a-secantusdb.ts';
import { writeThroughFailover } from '../support/write-through-failover.ts';

for (const end of ['stop', 'kill'] as const)
  test(`a replica set of one that is gone for 12 s by ${end} loses nothing that was acknowledged`, async (t) => {
    const database = await aSecantusdb(t);
    await writeThroughFailover(`${database.uri}/failover`, {
      stop: () => Promise.resolve(database[end]()),
      start: () => Promise.resolve(database.start()),
      lengthMs: 12_000,
    });
  });
