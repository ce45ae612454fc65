import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { useClient } from '../../examples/client.ts';
import { correctAndLookBack } from '../../examples/correct-and-look-back.ts';
import { followBars } from '../../examples/follow-bars.ts';
import { startServer } from '../../src/main/server.ts';
import { aFolder } from '../support/open-test-database.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

/** The commands of the tour: the code blocks that are marked as such. */
function tour(): string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/<!-- tour -->\n+```sh\n([\s\S]*?)```/g)];
  return blocks.flatMap(([, commands]) => commands.trim().split('\n'));
}

/** What the README shows as printed by its second command. */
function shownOutput(): string {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
  return /```text\n([\s\S]*?)```/.exec(readme)?.[1] ?? '';
}

test('the five minutes of the README run as they are written', async (t) => {
  const folder = aFolder(t);
  const databaseUrl = `file:${join(folder, 'tour.db')}`;
  const server = await startServer({ databaseUrl, port: 0, logLevel: 'silent' });
  t.after(() => server.close());
  const commands = tour();
  assert.ok(commands.length >= 9, `${commands.length} commands`);
  const printed = new Map<string, string>();
  for (const command of commands) {
    const here = command
      .replace('127.0.0.1:8765', new URL(server.url).host)
      .replace('--output btc.parquet', `--output ${join(folder, 'btc.parquet')}`);
    printed.set(command, await run(here, databaseUrl));
  }
  const outputOf = (part: string): string =>
    printed.get(commands.find((command) => command.includes(part)) ?? '') ?? '';
  assert.match(outputOf('sample'), /4,216 bars of COINBASE:BTCUSD stored/);
  assert.equal(outputOf('--to 2016-10-10T00:05'), shownOutput());
  assert.match(outputOf('interval=5m'), /"storedInterval":"1m"/);
  const { completeness } = JSON.parse(outputOf('--json bars')) as {
    completeness: { expected: number; missing: object[] };
  };
  assert.equal(completeness.expected, 60);
  assert.ok(completeness.missing.length > 0);
  assert.match(outputOf('import '), /4,216\s+0\s+0\s+4,216/);
  assert.match(outputOf('PUT'), /"changed":1/);
  assert.match(outputOf('revisions'), /611\.91[\s\S]*612/);
  assert.match(outputOf('verify'), /Everything is in order/);
});

test('the example that follows bars hears each of them once, though it stops and resumes', async (t) => {
  assert.deepEqual(await followBars(`file:${join(aFolder(t), 'follow.db')}`), [1, 2, 3, 4, 5, 6]);
});

test('the example of a client reads columns of a server and hears of a bar', async (t) => {
  const databaseUrl = `file:${join(aFolder(t), 'client.db')}`;
  const server = await startServer({ databaseUrl, port: 0, logLevel: 'silent' });
  t.after(() => server.close());
  assert.deepEqual(await useClient(server.url), { missing: 1, sum: 6, heard: 4 });
});

test('the example of a program does what it says', async (t) => {
  assert.deepEqual(await correctAndLookBack(`file:${join(aFolder(t), 'example.db')}`), { now: 647.5, before: 647.35 });
});

/** Not while the event loop stands still: the server in this process must answer. */
async function run(command: string, databaseUrl: string): Promise<string> {
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  const { stdout } = await promisify(execFile)('bash', ['-c', command], { cwd: ROOT, env, timeout: 60_000 });
  return stdout;
}

test("the newcomer's route is five files of less than 300 lines in all", () => {
  const linesOf = (path: string): number => readFileSync(join(ROOT, path), 'utf8').trimEnd().split('\n').length;
  const query = 'src/features/bars/queries/get-latest-bar/get-latest-bar';
  const route = [
    'ARCHITECTURE.md',
    'src/main/server.ts',
    'src/features/bars/index.ts',
    `${query}.query.ts`,
    `${query}.test.ts`,
  ];
  const lines = route.map(linesOf);
  const total = lines.reduce((sum, count) => sum + count, 0);
  assert.ok(total < 300, `${total} lines: ${lines.join(' + ')}`);
});
