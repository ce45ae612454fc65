import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { aFolder } from '../support/open-test-database.ts';
import { runPocketquant } from '../support/run-pocketquant.ts';

const TIMES = [9, 10, 11, 12, 13, 14, 15].map((hour) => `2025-02-10 ${String(hour).padStart(2, '0')}:30:00-05:00`);
const ROWS = TIMES.map((time, i) => [time, 600 + i, 602 + i, 599 + i, 601 + i, 1_000 + i].join(','));
const FILE = ['Datetime,Open,High,Low,Close,Volume', ...ROWS, ''].join('\n');

test('hours from half past nine are imported, shown, exported and corrected as what they are', async (t) => {
  const folder = aFolder(t);
  const file = join(folder, 'spy_1h.csv');
  writeFileSync(file, FILE);
  const pq = (...words: string[]) => runPocketquant(`file:${join(folder, 'pq.db')}`, words);
  const ofSeries = ['--instrument', 'NASDAQ:SPY', '--interval', '1h'];

  const refused = await pq('import', file, ...ofSeries);
  assert.equal(refused.exitCode, 2);
  assert.match(refused.stderr, /--align session.*NOT_ALIGNED/);
  assert.match(
    (await pq('import', file, ...ofSeries, '--align', 'session', '--dry-run')).stdout,
    /NASDAQ:SPY\/1h@session/,
  );

  const imported = await pq('import', file, ...ofSeries, '--align', 'session', '--complete', '--json');
  assert.equal(imported.exitCode, 0, imported.stderr);
  const outcome = JSON.parse(imported.stdout) as { inserted: number; reading: { align: string }; completeIn: unknown };
  assert.deepEqual([outcome.inserted, outcome.reading.align], [7, 'session']);
  assert.deepEqual(outcome.completeIn, { from: '2025-02-10T14:30:00Z', to: '2025-02-10T21:00:00Z' });

  const day = ['--from', '2025-02-10', '--to', '2025-02-11'];
  const shown = await pq('bars', 'NASDAQ:SPY', '1h', '--align', 'session', ...day);
  assert.match(shown.stdout, /2025-02-10T14:30:00Z.*\n(.*\n)*.*2025-02-10T20:30:00Z/);
  assert.match(shown.stdout, /NASDAQ:SPY 1h: 7 bars\. Complete: all 7 expected\./);
  const days = await pq('bars', 'NASDAQ:SPY', '1d', ...day);
  assert.match(days.stdout, /NASDAQ:SPY 1d, derived from 1h@session: 1 bar\./);
  const byClock = await pq('bars', 'NASDAQ:SPY', '1h', ...day);
  assert.match(byClock.stdout, /1h: 0 bars\..*\n.*what is stored: 1h@session/);
  assert.match((await pq('symbols')).stdout, /NASDAQ:SPY +1h@session +7/);
  const coverage = await pq('coverage', 'NASDAQ:SPY', '1h', '--align', 'session', ...day);
  assert.match(coverage.stdout, /7 bars held; 7 bars expected/);

  const exported = join(folder, 'out.csv');
  await pq('export', ...ofSeries, '--align', 'session', '--output', exported);
  const again = await pq('import', exported, ...ofSeries, '--align', 'session', '--json');
  assert.equal((JSON.parse(again.stdout) as { unchanged: number }).unchanged, 7, again.stderr);
  writeFileSync(file, FILE.replace('600,602,599,601', '600,603,599,601'));
  await pq('import', file, ...ofSeries, '--align', 'session');
  const revisions = await pq('revisions', 'NASDAQ:SPY', '1h', '2025-02-10T14:30', '--align', 'session', '--json');
  assert.deepEqual(
    (JSON.parse(revisions.stdout) as { high: number }[]).map(({ high }) => high),
    [602, 603],
  );
  assert.match((await pq('changes')).stdout, /NASDAQ:SPY\/1h@session/);
  assert.match((await pq('verify')).stdout, /Everything is in order/);
});
