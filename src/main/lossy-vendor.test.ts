import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { startFakeYahoo } from '../../test/support/fake-yahoo/index.ts';
import type { FakeBar } from '../../test/support/fake-vendor/made-bars.ts';
import { aFolder } from '../../test/support/open-test-database.ts';
import { getBars } from '../features/bars/index.ts';
import { syncBars, type SyncJob } from '../features/sync/index.ts';
import { DAY_MS, epochMsOfIso, expectedRuns } from '../market/index.ts';
import { openApplication } from './application.ts';
import { loadSchedules } from './schedules.ts';

const FROM = epochMsOfIso('2025-10-06T00:00:00Z');
const TO = epochMsOfIso('2026-03-02T00:00:00Z');
const OPEN_MS = 14.5 * 3_600_000;
const SERIES = { instrumentId: 'NASDAQ:AAPL', interval: '1d', from: FROM, to: TO } as const;
const NOBODY = new AbortController().signal;
const SCHEDULE = loadSchedules(undefined).get('NASDAQ');
assert.ok(SCHEDULE !== undefined);
const SESSIONS = expectedRuns(SCHEDULE, { from: FROM, to: TO }, '1d', 'regular').flatMap(({ from, to }) =>
  Array.from({ length: (to - from) / DAY_MS }, (_, index) => from + index * DAY_MS),
);
const barOf = (day: number): FakeBar => ({ openTime: day + OPEN_MS, open: 10, high: 12, low: 9, close: 11, volume: 5 });
const spanOf = (day: number) => ({ from: day, to: day + DAY_MS });

/** The whole product, with a Yahoo that has a bar of each session of five months. */
async function aWorld(t: TestContext) {
  let now = TO + 3 * DAY_MS;
  const fake = await startFakeYahoo(t, { now, bars: SESSIONS.map(barOf) });
  fake.meta = { firstTradeDate: (SESSIONS[0] + OPEN_MS) / 1_000 };
  const { bus, scheduler, close } = await openApplication({
    databaseUrl: `file:${join(aFolder(t), 'lossy.db')}`,
    changesKept: 1_000,
    clock: () => now,
    providers: { yahoo: { url: fake.url } },
    onMessage: () => undefined,
    onBackgroundError: (error) => assert.fail(String(error)),
  });
  t.after(close);
  return {
    fake,
    passDay: () => (fake.now = now += DAY_MS),
    async sync() {
      const job = await bus.execute(syncBars({ ...SERIES, provider: 'yahoo' }));
      return (await scheduler.run(job.id, NOBODY)) as SyncJob;
    },
    async answer() {
      const { columns, completeness } = await bus.ask(getBars({ ...SERIES, limit: 1_000 }));
      return {
        held: columns.openTime.length,
        missing: completeness.missing.map(({ from, to, reason }) => ({ from, to, reason })),
      };
    },
  };
}

for (const [what, lost] of [
  ['amid others', [SESSIONS[50]]],
  ['at the beginning', SESSIONS.slice(0, 7)],
  ['at the end', SESSIONS.slice(-7)],
] as const)
  test(`sessions that Yahoo has lost ${what} are missing until they are repaired, and come in by the next sync`, async (t) => {
    const { fake, sync, answer, passDay } = await aWorld(t);
    fake.lost = lost.map(spanOf);
    for (let day = 0; day < 3; day++, passDay()) {
      const before = fake.requests.length;
      assert.equal((await sync()).state, 'incomplete');
      const { held, missing } = await answer();
      assert.equal(held, SESSIONS.length - lost.length);
      assert.ok(missing.length > 0 && missing.every(({ reason }) => reason === 'notFetched'));
      assert.ok(lost.every((session) => missing.some(({ from, to }) => session >= from && session < to)));
      if (day > 0) assert.equal(fake.requests.length - before, 2, 'the newest bars, and what is missing');
      const asked = fake.requests.length;
      await sync();
      assert.equal(fake.requests.length - asked, 1, 'what was just left open rests');
    }
    fake.lost = [];
    assert.equal((await sync()).state, 'completed');
    assert.deepEqual(await answer(), { held: SESSIONS.length, missing: [] });
  });

test('a sync of what Yahoo has whole asks for nothing again, though no row stands for holidays', async (t) => {
  const { fake, sync, answer } = await aWorld(t);
  assert.equal((await sync()).state, 'completed');
  assert.deepEqual(await answer(), { held: SESSIONS.length, missing: [] });
  const before = fake.requests.length;
  assert.equal((await sync()).state, 'completed');
  assert.equal(fake.requests.length - before, 1, 'the newest bars alone');
});
