import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { open } from '../../src/main/library.ts';
import { manyDays } from '../support/many-days.ts';
import { aFolder } from '../support/open-test-database.ts';

const SCRIPT = fileURLToPath(new URL('../support/upsert-many.ts', import.meta.url));
const SERIES = 3_000;

/** Runs the call in a process of its own and kills that after some ms. @returns whether it was in the middle of it */
async function runAndKill(database: string, afterMs: number): Promise<boolean> {
  const child = spawn(process.execPath, [SCRIPT, database, String(SERIES)], { stdio: ['ignore', 'pipe', 'inherit'] });
  let isDone = false;
  const reader = createInterface(child.stdout);
  reader.on('line', (line) => {
    if (line === 'ready') setTimeout(() => child.kill('SIGKILL'), afterMs);
    else isDone = true;
  });
  await Promise.all([once(reader, 'close'), once(child, 'exit')]);
  return !isDone;
}

test('a call for many series that was killed in the middle is finished by the same call', async (t) => {
  const database = `file:${join(aFolder(t), 'killed.db')}`;
  let interrupted = 0;
  for (const afterMs of [30, 80, 150]) if (await runAndKill(database, afterMs)) interrupted++;
  assert.ok(interrupted > 0, 'no call was interrupted');
  const pq = await open({ database });
  t.after(() => pq.close());
  const { inserted, unchanged, failed, changed } = await pq.upsertManyBars(manyDays(SERIES));
  assert.deepEqual([inserted + unchanged, changed, failed], [SERIES, 0, 0]);
  await pq.settle();
  const changes = [];
  for (let after = 0; ; after = changes.length) {
    const page = await pq.getChanges({ after });
    if (page.changes.length === 0) break;
    changes.push(...page.changes);
  }
  assert.equal(new Set(changes.map(({ series }) => series)).size, SERIES);
  assert.equal(changes.length, SERIES, 'each series is written and told once');
  const { answers } = await pq.getManyBars({
    exchange: 'NASDAQ',
    interval: '1d',
    from: '2024-01-02',
    to: '2024-01-03',
  });
  let series = 0;
  for await (const { columns } of answers) series += columns.openTime.length;
  assert.equal(series, SERIES);
});
