import assert from 'node:assert/strict';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { aServingProcess } from '../support/a-serving-process.ts';
import { aFolder } from '../support/open-test-database.ts';

const SETTLES_WITHIN_MS = 8_000;
const WATCHED_MS = 30_000;
const LOOK_EVERY_MS = 50;
/** As the system counts it. */
const TICK_MS = 10;

const changedAt = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** What the process has used of a core, ms. */
function usedMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1].split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

test('a server with nothing to do leaves the disk and the processor alone, with its log folded', async (t) => {
  const file = join(aFolder(t), 'idle.db');
  const server = await aServingProcess(t, `file:${file}`);
  const bar = { openTime: '2020-01-01T00:00:00Z', open: 1, high: 1, low: 1, close: 1 };
  await fetch(`${server.url}/api/v1/bars/TEST:ONE?interval=1m`, {
    method: 'PUT',
    body: JSON.stringify({ provider: 'test', state: 'final', bars: [bar] }),
    headers: { 'content-type': 'application/json' },
  });
  await pause(SETTLES_WITHIN_MS);
  const log = `${file}-wal`;
  assert.ok(changedAt(file) >= changedAt(log), 'the log is folded into the file');

  const usedBefore = usedMs(server.pid);
  let writes = 0;
  let last = changedAt(log) + changedAt(file);
  for (const end = performance.now() + WATCHED_MS; performance.now() < end; await pause(LOOK_EVERY_MS)) {
    const now = changedAt(log) + changedAt(file);
    if (now !== last) writes++;
    last = now;
  }
  const share = (usedMs(server.pid) - usedBefore) / WATCHED_MS;
  assert.ok(writes <= 1, `${writes} writes`);
  assert.ok(share <= 0.01, `${(share * 100).toFixed(2)} % of a core`);
  assert.equal((await server.stop()).exitCode, 0);
});
