import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { aFolder } from '../../test/support/open-test-database.ts';
import { getBars, importBars } from '../features/bars/index.ts';
import { getCoverage } from '../features/coverage/index.ts';
import { openApplication } from './application.ts';

const SERIES = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;
const HEADER = 'openTime,open,high,low,close,volume';
const DAY = Date.UTC(2016, 9, 7);
const minute = (count: number): number => DAY + count * 60_000;
const row = (count: number, price = 1): string => `${minute(count)},${price},${price},${price},${price},1`;
/** Its low is above its high. */
const badRow = (count: number): string => `${minute(count)},1,1,2,1,1`;

async function aWorld(t: TestContext) {
  const folder = aFolder(t);
  const { bus, close } = await openApplication({
    databaseUrl: `file:${join(folder, 'import.db')}`,
    changesKept: 1_000,
    clock: () => minute(10_000),
    onMessage: () => undefined,
    onBackgroundError: (error) => assert.fail(String(error)),
  });
  t.after(close);
  return {
    bus,
    async load(
      rows: readonly string[],
      options: { isComplete?: boolean; provider?: string } = {},
      signal?: AbortSignal,
    ) {
      const source = join(folder, 'bars.csv');
      writeFileSync(source, [HEADER, ...rows, ''].join('\n'));
      const outcome = await bus.execute(
        importBars({ source, ...SERIES, provider: 'file', state: 'final', isComplete: true, ...options }),
        { signal },
      );
      const { completeIn } = outcome;
      return {
        ...outcome,
        declared: completeIn && [(completeIn.from - DAY) / 60_000, (completeIn.to - DAY) / 60_000],
      };
    },
    /** What is missing of the first ten minutes: `[from, to, reason]`. */
    async missing() {
      const { completeness } = await bus.ask(getBars({ ...SERIES, from: minute(0), to: minute(10) }));
      return completeness.missing.map(({ from, to, reason }) => [(from - DAY) / 60_000, (to - DAY) / 60_000, reason]);
    },
  };
}

test('what a file leaves out is unexplained until the file is declared to be complete', async (t) => {
  const { bus, load, missing } = await aWorld(t);
  const gaps = (reason: string) => [
    [0, 2, 'notFetched'],
    [3, 5, reason],
    [6, 8, reason],
    [9, 10, 'notFetched'],
  ];
  const rows = [row(8), row(2), row(5)];
  assert.equal((await load(rows, { isComplete: false })).declared, undefined);
  assert.deepEqual(await missing(), gaps('notFetched'));
  for (let time = 1; time <= 2; time++) {
    const { declared, unchanged } = await load(rows);
    assert.deepEqual([declared, unchanged], [[2, 9], 3], `time ${time}`);
    assert.deepEqual(await missing(), gaps('noTrades'));
  }
  const { asked, basis } = await bus.ask(getCoverage({ ...SERIES, from: minute(0), to: minute(10) }));
  assert.deepEqual(asked, [
    { from: minute(2), to: minute(9), provider: 'file', result: 'fetched', at: minute(10_000) },
  ]);
  assert.equal(basis, undefined);
});

test('what was refused stays refused, and bounds nothing', async (t) => {
  const { load, missing } = await aWorld(t);
  const unreadable = `${minute(5)},1,much,1,1,1`;
  const { declared, rejected } = await load([badRow(0), row(2), badRow(3), unreadable, row(6), badRow(8)]);
  assert.deepEqual([declared, rejected], [[2, 7], 4]);
  assert.deepEqual(await missing(), [
    [0, 1, 'quarantined'],
    [1, 2, 'notFetched'],
    [3, 4, 'quarantined'],
    [4, 5, 'noTrades'],
    [5, 6, 'quarantined'],
    [7, 8, 'notFetched'],
    [8, 9, 'quarantined'],
    [9, 10, 'notFetched'],
  ]);
});

test('a file without a good bar declares nothing, nor does one with a row whose time cannot be told', async (t) => {
  const { bus, load } = await aWorld(t);
  assert.equal((await load([badRow(2), badRow(5)])).declared, undefined);
  assert.equal((await load([row(2), 'yesterday,1,1,1,1,1', row(5)])).declared, undefined);
  const { asked } = await bus.ask(getCoverage({ ...SERIES, from: minute(0), to: minute(10) }));
  assert.deepEqual(asked, []);
});

test('an import that is stopped, or whose file is damaged, declares nothing', async (t) => {
  const { load, missing } = await aWorld(t);
  assert.equal((await load([row(2), row(5)], {}, AbortSignal.abort())).declared, undefined);
  await assert.rejects(load([row(2), row(5), 'x'.repeat(2_000_000)]), { code: 'FILE_LINE_TOO_LONG' });
  assert.deepEqual(await missing(), [
    [0, 2, 'notFetched'],
    [3, 5, 'notFetched'],
    [6, 10, 'notFetched'],
  ]);
});

test('a file in many batches is declared as one, and says nothing of what its prices mean', async (t) => {
  const { bus, load } = await aWorld(t);
  const rows = Array.from({ length: 40_000 }, (_, i) => row(-i * 2));
  const { declared } = await load(rows, { provider: 'yahoo' });
  assert.deepEqual(declared, [-79_998, 1]);
  const { basis, complete, held } = await bus.ask(getCoverage({ ...SERIES, from: minute(-79_998), to: minute(1) }));
  assert.deepEqual([basis, complete, held], [undefined, true, 40_000]);
});
