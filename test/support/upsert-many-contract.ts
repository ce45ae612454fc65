import assert from 'node:assert/strict';
import fc from 'fast-check';
import { open, type BarsAnswer, type PocketQuant } from '../../src/main/library.ts';
import { epochMsOfIso } from '../../src/market/index.ts';

const FROM = epochMsOfIso('2019-12-20');
const DAY_MS = 86_400_000;
const IDS = ['NASDAQ:A', 'NASDAQ:B/C', 'COINBASE:X', 'NOWHERE:Y', 'NOWHERE:Z'];

const bar = fc
  .record({ day: fc.integer({ min: 0, max: 25 }), price: fc.integer({ min: -2, max: 3 }), isBad: fc.boolean() })
  .map(({ day, price, isBad }) => ({
    openTime: FROM + day * DAY_MS,
    open: price,
    high: isBad && price > 1 ? price - 1 : price,
    low: price,
    close: price,
  }));

const calls = fc.array(
  fc.record({
    state: fc.constantFrom('final' as const, 'provisional' as const),
    observedAt: fc.integer({ min: 0, max: 3 }).map((hours) => FROM + 100 * DAY_MS + hours * 3_600_000),
    align: fc.option(fc.constant('session' as const), { nil: undefined, freq: 6 }),
    series: fc.uniqueArray(
      fc.record({ instrumentId: fc.constantFrom(...IDS), bars: fc.array(bar, { maxLength: 12 }) }),
      { selector: ({ instrumentId }) => instrumentId, minLength: 1 },
    ),
  }),
  { minLength: 1, maxLength: 4 },
);

/** Bars with what was known at each moment, and what was refused. */
async function stateOf(pq: PocketQuant): Promise<unknown> {
  const told: unknown[] = [];
  for (const interval of ['1d', '1h'] as const)
    for (const instrumentId of IDS) {
      const question = { instrumentId, interval, from: FROM - DAY_MS, to: FROM + 30 * DAY_MS, derive: false };
      for (const asOf of [undefined, FROM + 100 * DAY_MS + 5_400_000])
        told.push(await pq.getBars({ ...question, asOf }).then(barsOf, (error: { code: string }) => error.code));
    }
  const { bars } = await pq.getQuarantine({ limit: 1_000 });
  return [told, bars.map(({ id, code }) => `${id} ${code}`).sort()];
}

const barsOf = ({ columns }: BarsAnswer): unknown => Object.values(columns).map((column) => Array.from(column));

/** That a call for many series is what a call for each is, on two stores of one engine. */
export async function verifyUpsertMany(databaseOf: () => string, runs: number): Promise<void> {
  await fc.assert(
    fc.asyncProperty(calls, fc.constantFrom('1d' as const, '1h' as const), async (sent, interval) => {
      const [together, alone] = await Promise.all([open({ database: databaseOf() }), open({ database: databaseOf() })]);
      try {
        for (const { series, ...common } of sent) {
          const call = { ...common, interval, provider: 'test' };
          const outcome = await together.upsertManyBars({ ...call, series });
          const expected = [];
          for (const one of series)
            expected.push({
              instrumentId: one.instrumentId,
              ...(await alone
                .upsertBars({ ...call, ...one })
                .catch(({ code, message }) => ({ failed: { code, message } }))),
            });
          assert.deepEqual(outcome.series, expected);
        }
        assert.deepEqual(await stateOf(together), await stateOf(alone));
        await Promise.all([together.settle(), alone.settle()]);
        assert.deepEqual(await together.getSymbols(), await alone.getSymbols());
      } finally {
        await Promise.all([together.close(), alone.close()]);
      }
    }),
    { numRuns: runs },
  );
}
