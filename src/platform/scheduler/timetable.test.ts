import assert from 'node:assert/strict';
import { test } from 'node:test';
import { openTestDatabase } from '../../../test/support/open-test-database.ts';
import { until } from '../../../test/support/until.ts';
import type { Database } from '../database/index.ts';
import { createTimetable, cronTimes } from './timetable.ts';

const HOUR = 3_600_000;

function aTimetable(database: Database, clock: () => number) {
  const runs: number[] = [];
  const hourly = {
    id: 'hourly',
    description: 'each hour',
    nextAfter: (time: number) => (Math.floor(time / HOUR) + 1) * HOUR,
    run: () => Promise.resolve(void runs.push(clock())),
  };
  const onError = (error: unknown): never => assert.fail(String(error));
  return { runs, timetable: createTimetable(database, [hourly], { clock, onError }) };
}

/** Looks once, as the loop does every few seconds. */
async function look(database: Database, now: number): Promise<number> {
  const { runs, timetable } = aTimetable(database, () => now);
  timetable.start();
  await timetable.list();
  await timetable.stop();
  return runs.length;
}

test('what is due is done once, and one of several missed runs is caught up', async (t) => {
  const database = await openTestDatabase(t);
  assert.equal(await look(database, 10.5 * HOUR), 0, 'a new appointment waits for its time');
  assert.equal(await look(database, 11.1 * HOUR), 1);
  assert.equal(await look(database, 11.2 * HOUR), 0, 'done already, if by another process');
  assert.equal(await look(database, 18.7 * HOUR), 1, 'seven were missed');
  assert.equal(await look(database, 18.9 * HOUR), 0);
  const [state] = await aTimetable(database, () => 18.9 * HOUR).timetable.list();
  assert.deepEqual(state, { id: 'hourly', description: 'each hour', nextRunAt: 19 * HOUR, lastRunAt: 18.7 * HOUR });
});

test('several processes that look at the same moment do it once', async (t) => {
  const database = await openTestDatabase(t);
  await look(database, 10 * HOUR);
  const all = Array.from({ length: 5 }, () => aTimetable(database, () => 11.5 * HOUR));
  for (const { timetable } of all) timetable.start();
  await Promise.all(all.map(({ timetable }) => timetable.stop()));
  assert.equal(all.flatMap(({ runs }) => runs).length, 1);
});

test('it can be done at once, and an unknown one is refused', async (t) => {
  const { runs, timetable } = aTimetable(await openTestDatabase(t), () => 5 * HOUR);
  await timetable.runNow('hourly');
  assert.deepEqual(runs, [5 * HOUR]);
  await assert.rejects(timetable.runNow('daily'), { code: 'SCHEDULE_NOT_FOUND' });
});

test('a cron expression follows the clock of its zone through a change of DST', () => {
  const next = cronTimes('5 16 * * 1-5', 'America/New_York');
  const iso = (time: number): string => new Date(time).toISOString();
  assert.equal(iso(next(Date.parse('2024-03-08T22:00:00Z'))), '2024-03-11T20:05:00.000Z');
  assert.equal(iso(next(Date.parse('2024-03-07T22:00:00Z'))), '2024-03-08T21:05:00.000Z');
});

test('what was written by a clock a day ahead is done at once, and its next time is the right one', async (t) => {
  const database = await openTestDatabase(t);
  const [ahead, now] = [34.5 * HOUR, 10.5 * HOUR];
  await look(database, ahead);
  assert.equal(await look(database, ahead + HOUR), 1);
  const sinces: unknown[] = [];
  const hourly = {
    id: 'hourly',
    description: 'each hour',
    nextAfter: (time: number) => (Math.floor(time / HOUR) + 1) * HOUR,
    run: (since: unknown) => Promise.resolve(void sinces.push(since)),
  };
  const right = createTimetable(database, [hourly], {
    clock: () => now,
    onError: (error) => assert.fail(String(error)),
  });
  right.start();
  await right.stop();
  assert.deepEqual(sinces, [undefined], 'all that it can do');
  const [state] = await right.list();
  assert.deepEqual([state.nextRunAt, state.lastRunAt], [11 * HOUR, now]);
});

test('a timetable that is stopped while the database is slow looks at no further appointment', async (t) => {
  const database = await openTestDatabase(t);
  const asked: string[] = [];
  const slow = Promise.withResolvers<number>();
  const appointments = ['one', 'two', 'three'].map((id) => ({
    id,
    description: id,
    nextAfter: () => (asked.push(id), slow.promise),
    run: () => Promise.resolve(),
  }));
  const onError = (error: unknown): never => assert.fail(String(error));
  const timetable = createTimetable(database, appointments, { clock: () => 0, onError });
  timetable.start();
  await until(() => asked.length === 1, 'the first');
  const stopped = timetable.stop();
  slow.resolve(HOUR);
  await stopped;
  assert.deepEqual(asked, ['one']);
});
