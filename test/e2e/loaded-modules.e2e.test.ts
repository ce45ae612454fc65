import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test, type TestContext } from 'node:test';
import { aFolder } from '../support/open-test-database.ts';
import { ROOT, runPocketquant } from '../support/run-pocketquant.ts';

const LIST_MODULES = join(ROOT, 'test/support/list-modules.ts');
/** Each takes as long to load as a whole command should take; `node:http` brings `undici` along. */
const NOT_FOR_ALL =
  /^node:https?2?$|\/node_modules\/(?:@?fastify|mongodb|@redis|apache-arrow|undici|hyparquet|ws|pino|prom-client|yauzl|ccxt|vite)[/-]/;
const COMMANDS = [
  ['--version'],
  ['--help'],
  ['import', '--help'],
  ['symbols'],
  ['jobs'],
  ['bars', 'COINBASE:BTCUSD', '1h'],
  ['providers'],
];

/** What Node loads for its arguments. */
function loadedBy(folder: string, args: readonly string[]): string[] {
  const list = join(folder, 'modules.txt');
  const env = { ...process.env, MODULES_LIST: list };
  execFileSync(process.execPath, ['--import', LIST_MODULES, ...args], { cwd: ROOT, env, stdio: 'ignore' });
  return readFileSync(list, 'utf8').split('\n');
}

async function aStoreOfSamples(t: TestContext): Promise<{ folder: string; url: string }> {
  const folder = aFolder(t);
  const url = `file:${join(folder, 'test.db')}`;
  assert.equal((await runPocketquant(url, ['sample'])).exitCode, 0); // which also builds the commands, where they are not
  return { folder, url };
}

test('a command loads neither a server nor drivers and formats that it does not use', async (t) => {
  const { folder, url } = await aStoreOfSamples(t);
  for (const cli of ['src/main/cli.ts', 'dist/commands/cli.js'])
    for (const words of COMMANDS) {
      const loaded = loadedBy(folder, [cli, '--database', url, ...words]);
      assert.ok(loaded.some((module) => module.includes('run-cli')));
      assert.deepEqual(
        loaded.filter((module) => NOT_FOR_ALL.test(module)),
        [],
        `${cli} ${words.join(' ')}`,
      );
    }
});

test('commands are built into few files, and a command loads the part that is its own', async (t) => {
  const { folder, url } = await aStoreOfSamples(t);
  const version = loadedBy(folder, ['dist/commands/cli.js', '--version']);
  assert.ok(version.length < 20, version.join('\n'));
  const symbols = loadedBy(folder, ['dist/commands/cli.js', '--database', url, 'symbols']);
  assert.ok(symbols.length < 100, symbols.join('\n'));
  assert.ok(symbols.some((module) => module.includes('/get-symbols.cli-')));
  assert.deepEqual(
    symbols.filter((module) => /\/node_modules\/|\/(?:import-bars|get-bars|sync-bars)\.cli-/.test(module)),
    [],
  );
});

test('compiled code is kept in a folder of the user, and without one commands work', (t) => {
  const folder = aFolder(t);
  const version = (env: NodeJS.ProcessEnv): string =>
    execFileSync(join(ROOT, 'bin', 'pocketquant'), ['--version'], {
      cwd: ROOT,
      env: { PATH: process.env['PATH'], ...env },
      encoding: 'utf8',
    });
  assert.match(version({ XDG_CACHE_HOME: folder }), /^\d/);
  assert.deepEqual(readdirSync(folder), ['pocketquant']);
  assert.match(version({ HOME: join(folder, 'home') }), /^\d/);
  assert.deepEqual(readdirSync(join(folder, 'home', '.cache')), ['pocketquant']);
  const file = join(folder, 'file');
  writeFileSync(file, '');
  for (const env of [{}, { HOME: '' }, { XDG_CACHE_HOME: file }]) assert.match(version(env), /^\d/);
});

test('a program that opens the embedded database and reads loads no more', async (t) => {
  const { folder, url } = await aStoreOfSamples(t);
  const script = `
    const { open } = await import(${JSON.stringify(join(ROOT, 'src/main/library.ts'))});
    const pq = await open({ database: ${JSON.stringify(url)} });
    await pq.getBars({ instrumentId: 'COINBASE:BTCUSD', interval: '1m' });
    await pq.close();`;
  const loaded = loadedBy(folder, ['--input-type=module', '--eval', script]);
  assert.ok(loaded.some((module) => module.endsWith('/get-bars.query.ts')));
  assert.deepEqual(
    loaded.filter((module) => NOT_FOR_ALL.test(module)),
    [],
  );
});
