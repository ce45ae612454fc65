import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { MongoClient } from 'mongodb';
import fc from 'fast-check';
import { aFolder } from '../../test/support/open-test-database.ts';
import { minute } from '../../test/support/a-store.ts';
import { open, type PocketQuant } from './library.ts';

const SERIES = { instrumentId: 'TEST:BTC', interval: '1m' } as const;

const upserts = fc.array(
  fc.record({
    first: fc.nat(2_000),
    count: fc.integer({ min: 1, max: 30 }),
    price: fc.integer({ min: 5, max: 9 }),
    state: fc.constantFrom('provisional' as const, 'final' as const),
    observedAt: fc.nat(50).map((later) => minute(10_000 + later)),
  }),
  { minLength: 1, maxLength: 8 },
);

/** All that can be seen of a series, but for what is random or depends on the clock. */
async function everythingOf(pq: PocketQuant): Promise<object> {
  await pq.settle();
  const { changes } = await pq.getChanges();
  return {
    bars: (await pq.getBars(SERIES)).columns,
    before: (await pq.getBars({ ...SERIES, asOf: minute(10_025) })).columns,
    hours: (await pq.getBars({ ...SERIES, interval: '1h', order: 'desc' })).columns,
    symbols: await pq.getSymbols(),
    // Chunks that were written in the same moment are published in any order.
    changes: changes
      .map(({ seq: _seq, at: _at, ...change }) => change)
      .sort((a, b) => JSON.stringify(a).localeCompare(JSON.stringify(b))),
  };
}

test('the whole product answers alike on both engines, also after it was opened again', async (t) => {
  const uri = process.env['MONGODB_URI'] ?? assert.fail('Set MONGODB_URI');
  const folder = aFolder(t);
  const client = await MongoClient.connect(uri);
  t.after(() => client.close());
  let round = 0;
  await fc.assert(
    fc.asyncProperty(upserts, async (calls) => {
      const name = `pocketquant_engines_${process.pid}_${round++}`;
      const urls = [`file:${join(folder, `${name}.db`)}`, `${uri.replace(/\/$/, '')}/${name}`];
      const seen: object[] = [];
      for (const database of urls) {
        const pq = await open({ database });
        const outcomes: object[] = [];
        const kept = { openTime: minute(2_100), open: 5, high: 5, low: 5, close: 5 }; // whatever is deleted
        outcomes.push(await pq.upsertBars({ ...SERIES, provider: 'test', state: 'final', bars: [kept] }));
        for (const { first, count, price, ...call } of calls) {
          const bars = Array.from({ length: count }, (_, i) => ({
            openTime: minute(first + i),
            open: price,
            high: price,
            low: price,
            close: price,
          }));
          outcomes.push(await pq.upsertBars({ ...SERIES, provider: 'test', ...call, bars }));
        }
        outcomes.push(await pq.deleteBars({ ...SERIES, from: minute(500), to: minute(700) }));
        const first = await everythingOf(pq);
        await pq.close();
        const again = await open({ database });
        assert.deepEqual(await everythingOf(again), first);
        await again.close();
        seen.push({ outcomes, ...first });
      }
      await client.db(name).dropDatabase();
      assert.deepEqual(seen[1], seen[0]);
    }),
    { numRuns: 6, endOnFailure: true },
  );
});
