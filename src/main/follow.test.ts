import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { aFolder } from '../../test/support/open-test-database.ts';
import { open, type FollowEvent, type PocketQuant } from './library.ts';

const FOLLOW_A_CHANGE = fileURLToPath(new URL('../../test/support/follow-a-change.ts', import.meta.url));

async function aStore(t: TestContext): Promise<PocketQuant> {
  const pq = await open({ database: `file:${join(aFolder(t), 'follow.db')}` });
  t.after(() => pq.close());
  return pq;
}

function write(pq: PocketQuant, count: number, firstMinute = 0): Promise<unknown> {
  const openTime = (place: number): number => Date.UTC(2020, 0, 1, 0, firstMinute + place);
  const bars = Array.from({ length: count }, (_, place) => ({ openTime: openTime(place), ...FLAT, volume: 2 }));
  return pq.upsertBars({ instrumentId: 'A:B', interval: '1m', provider: 'test', state: 'final', bars });
}
const FLAT = { open: 1, high: 1, low: 1, close: 1 };
const MINUTE_MS = 60_000;

test('bars, changes and jobs come as the other methods give them, with numbers for times', async (t) => {
  const pq = await aStore(t);
  const events = pq.follow({ topics: ['bars:A:B/1m', 'changes', 'jobs'] });
  const { value: subscribed } = await events.next();
  assert.deepEqual(subscribed, { type: 'subscribed', topics: ['bars:A:B/1m', 'changes', 'jobs'], seq: 0 });
  await write(pq, 2);
  const heard: FollowEvent[] = [];
  for await (const event of events) if (heard.push(event) === 3) break;
  const openTime = Date.UTC(2020, 0, 1);
  const { changes } = await pq.getChanges();
  const bar = { openTime, ...FLAT, volume: 2, state: 'final' };
  const told = { type: 'bar', topic: 'bars:A:B/1m', instrumentId: 'A:B', interval: '1m', changeSeq: 1 };
  assert.deepEqual(heard, [
    { ...told, bar },
    { ...told, bar: { ...bar, openTime: openTime + MINUTE_MS } },
    { type: 'change', topic: 'changes', change: changes[0], seq: 1 },
  ]);
});

test('a loop that is left in the middle of a change hears that change again, and no other', async (t) => {
  const pq = await aStore(t);
  await write(pq, 1);
  await pq.settle();
  await write(pq, 3, 1);
  await pq.settle();
  const minutes: number[] = [];
  let after = 0;
  async function follow(count: number): Promise<void> {
    for await (const event of pq.follow({ topics: ['bars:A:B/1m'], after })) {
      if ('seq' in event) after = event.seq;
      if (event.type !== 'bar') continue;
      minutes.push(new Date(event.bar.openTime).getUTCMinutes());
      if (--count === 0) return;
    }
  }
  await follow(2);
  assert.equal(after, 1);
  await follow(3);
  assert.deepEqual([minutes, after], [[0, 1, 1, 2, 3], 2]);
});

test('the job of a sync is told, to its end', async (t) => {
  const pq = await aStore(t);
  const events = pq.follow({ topics: ['jobs'] });
  await events.next();
  const order = { instrumentId: 'SIM:BTCUSD', interval: '1m', from: '2024-01-01', to: '2024-01-02' } as const;
  const { id } = await pq.syncBars(order);
  for await (const event of events)
    if (event.type === 'job' && event.job.id === id && event.job.state === 'completed') break;
  assert.equal((await events.next()).done, true);
});

test('a loop that waits ends when the store is closed, and so does one that begins afterwards', async (t) => {
  const pq = await open({ database: `file:${join(aFolder(t), 'follow.db')}` });
  const events = pq.follow({ topics: ['changes'] });
  await events.next();
  const next = events.next();
  await pq.close();
  assert.equal((await next).done, true);
  assert.equal((await pq.follow({ topics: ['changes'] }).next()).done, true);
});

test('a process that does nothing but wait for what another writes stays alive', async (t) => {
  const database = `file:${join(aFolder(t), 'follow.db')}`;
  const pq = await open({ database });
  t.after(() => pq.close());
  const child = spawn(process.execPath, [FOLLOW_A_CHANGE, database], { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => child.kill());
  const ended = once(child, 'exit');
  const lines: string[] = [];
  for await (const line of createInterface(child.stdout)) if (lines.push(line) === 1) await write(pq, 1);
  assert.deepEqual([lines, (await ended)[0]], [['subscribed', 'change'], 0]);
});
