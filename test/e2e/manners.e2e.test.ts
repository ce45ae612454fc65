import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test, type TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { open } from '../../src/main/library.ts';
import { aFolder } from '../support/open-test-database.ts';
import { runPocketquant, runShell } from '../support/run-pocketquant.ts';

const CLI = fileURLToPath(new URL('../../src/main/cli.ts', import.meta.url));
const SERIES = '--instrument TEST:MANY --interval 1m';
const START = Date.UTC(2020, 0, 1);
/** Far more than a pipe holds. */
const BARS = 40_000;

async function aDatabase(t: TestContext): Promise<string> {
  const databaseUrl = `file:${join(aFolder(t), 'pq.db')}`;
  const pq = await open({ database: databaseUrl });
  const price = new Float64Array(BARS).fill(1);
  const openTime = Float64Array.from({ length: BARS }, (_, minute) => START + minute * 60_000);
  const columns = { openTime, open: price, high: price, low: price, close: price };
  await pq.upsertBars({ instrumentId: 'TEST:MANY', interval: '1m', provider: 'test', state: 'final', columns });
  const one = { openTime: START, open: 1, high: 1, low: 1, close: 1 };
  await pq.upsertBars({ instrumentId: 'TEST:ONE', interval: '1m', provider: 'test', state: 'final', bars: [one] });
  await pq.close();
  return databaseUrl;
}

test('output whose reader leaves ends quietly, with the exit code of success', async (t) => {
  const databaseUrl = await aDatabase(t);
  for (const command of [`export ${SERIES}`, '--json bars TEST:MANY 1m --limit 40000']) {
    const { stdout, stderr, exitCode } = await runShell(databaseUrl, `pocketquant ${command} | head -c 20`);
    assert.deepEqual([stdout.length, stderr, exitCode], [20, '', 0], command);
  }
});

test('output that does not fit on the disk is an error', async (t) => {
  const databaseUrl = await aDatabase(t);
  for (const command of [`export ${SERIES}`, 'bars TEST:MANY 1m']) {
    const { stderr, exitCode } = await runShell(databaseUrl, `pocketquant ${command} > /dev/full`);
    assert.match(stderr, /Standard output cannot be written: the disk is full; make room .*OUTPUT_UNWRITABLE/, command);
    assert.equal(exitCode, 2, command);
  }
});

test('mistakes on the command line have a code, and words that help', async (t) => {
  const folder = aFolder(t);
  const mistakes: [command: string, told: RegExp][] = [
    [`import ${folder} ${SERIES}`, /it is a folder; name a file in it.*FILE_UNREADABLE/],
    [`bars TEST 1m`, /must be EXCHANGE:SYMBOL, such as NASDAQ:AAPL .*, not "TEST"/],
    ['changes --after 0x1', /after: Not a whole number: "0x1"/],
    ['--database mongodb://a:b:c/ symbols', /The URL of the database cannot be read.*INVALID_CONFIG/],
  ];
  for (const [command, told] of mistakes) {
    const outcome = await runPocketquant(`file:${join(folder, 'pq.db')}`, command.split(' '));
    assert.match(outcome.stderr, told);
    assert.doesNotMatch(outcome.stderr, /INTERNAL|pattern|\n {4}at /);
    assert.equal(outcome.exitCode, 2, command);
  }
});

test('aliases are set and shown, and one of anything is told as one', async (t) => {
  const databaseUrl = await aDatabase(t);
  const register = ['register', 'TEST:ONE', '--alias', 'yahoo:^ONE', '--alias', 'The One'];
  const { stdout } = await runPocketquant(databaseUrl, register);
  assert.equal(stdout, 'TEST:ONE is registered, also known as yahoo:^ONE, The One.\n');
  assert.match((await runPocketquant(databaseUrl, ['symbols', '--query', '^one'])).stdout, /yahoo:\^ONE, The One/);
  const once = ['coverage', 'TEST:ONE', '1m', '--from', '2020-01-01', '--to', '2020-01-01T00:01'];
  assert.match((await runPocketquant(databaseUrl, once)).stdout, /: 1 bar\. /);
  const pq = await open({ database: databaseUrl });
  assert.deepEqual((await pq.registerSymbol({ instrumentId: 'TEST:ONE' })).aliases, ['yahoo:^ONE', 'The One']);
  assert.deepEqual((await pq.registerSymbol({ instrumentId: 'TEST:ONE', aliases: ['one'] })).aliases, ['one']);
  assert.deepEqual((await pq.getSymbol({ instrumentId: 'TEST:ONE' })).aliases, ['one']);
  assert.equal((await pq.getSymbol({ instrumentId: 'test:one' })).instrumentId, 'TEST:ONE');
  await pq.close();
});

test('an import that waits for its input ends when it is told to, before anything is stored', async (t) => {
  const url = `file:${join(aFolder(t), 'data.db')}`;
  const words = ['import', '-', '--instrument', 'NASDAQ:AAPL', '--interval', '1m'];
  for (const signal of ['SIGTERM', 'SIGINT'] as const) {
    const env = { ...process.env, DATABASE_URL: url };
    const child = spawn(process.execPath, [CLI, ...words], { env, stdio: ['pipe', 'pipe', 'pipe'] });
    t.after(() => child.kill('SIGKILL'));
    const said = Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
    for (const row of manyRows()) if (!child.stdin.write(row)) await once(child.stdin, 'drain');
    child.stdin.once('error', () => undefined); // what is still in the pipe is not wanted
    child.kill(signal);
    const [stdout, stderr, [exitCode]] = await said;
    assert.equal(exitCode, 3, stderr);
    assert.match(stderr, /Stopping at the next good place/);
    assert.match(stdout, /Stopped before anything was stored\. Run the same command again/);
  }
  assert.match((await runPocketquant(url, ['verify'])).stdout, /Everything is in order/);
});

/** More than fits into pipes and buffers, so that the reader is at work when all is written. */
function* manyRows(): Generator<string> {
  yield 'openTime,open,high,low,close,volume\n';
  for (let minute = 0; minute < 60_000; minute++) {
    const openTime = new Date(Date.UTC(2024, 0, 1) + minute * 60_000).toISOString();
    yield `${openTime},1,2,1,1,5\n`;
  }
}
