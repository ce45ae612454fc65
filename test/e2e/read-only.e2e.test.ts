import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { aFolder } from '../support/open-test-database.ts';
import { runPocketquant } from '../support/run-pocketquant.ts';

const SAMPLE = 'COINBASE:BTCUSD';

/** The sample where nobody can write: for root, who may write anywhere else, on a disk of its own. */
async function aReadOnlyFile(t: TestContext): Promise<string> {
  const source = join(aFolder(t), 'data.db');
  await runPocketquant(`file:${source}`, ['sample']);
  const closed = mkdtempSync(join(tmpdir(), 'pocketquant-closed-'));
  const isRoot = process.getuid?.() === 0;
  if (isRoot) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tmpfs', closed]);
  t.after(() => {
    if (isRoot) execFileSync('umount', ['-l', closed]);
    else chmodSync(closed, 0o755);
    rmSync(closed, { recursive: true });
  });
  const file = join(closed, 'data.db');
  copyFileSync(source, file);
  if (isRoot) execFileSync('mount', ['-o', 'remount,ro', closed]);
  else chmodSync(closed, 0o555);
  return file;
}

test('what lies where nothing can be written is read, exported and verified, and nothing is left beside it', async (t) => {
  const file = await aReadOnlyFile(t);
  const run = (...words: string[]) => runPocketquant(`file:${file}`, words);
  const bars = await run('bars', SAMPLE, '1h', '--limit', '3', '--json');
  assert.equal((JSON.parse(bars.stdout) as { bars: unknown[] }).bars.length, 3);
  const verified = await run('verify');
  assert.match(verified.stdout, /Everything is in order/);
  const exported = await run('export', '--instrument', SAMPLE, '--interval', '1d');
  assert.equal(exported.stdout.trim().split('\n').length, 4);
  const symbols = await run('symbols');
  for (const { exitCode, stderr } of [bars, verified, exported, symbols]) assert.equal(exitCode, 0, stderr);
  assert.deepEqual(readdirSync(dirname(file)), ['data.db']);
});

test('what must write says that it cannot, and why', async (t) => {
  const file = await aReadOnlyFile(t);
  for (const words of [['serve', '--port', '0'], ['sample'], ['register', 'NASDAQ:AAPL']]) {
    const { exitCode, stderr } = await runPocketquant(`file:${file}`, words);
    assert.equal(exitCode, 6, `${words.join(' ')}: ${stderr}`);
    assert.match(stderr, /is read-only.*DATABASE_READ_ONLY/);
  }
});
