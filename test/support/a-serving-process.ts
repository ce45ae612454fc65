import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { ROOT } from './run-pocketquant.ts';

const CLI = fileURLToPath(new URL('../../src/main/cli.ts', import.meta.url));

export interface ServingProcess {
  readonly url: string;
  readonly pid: number;
  /** What it has logged so far. */
  readonly logged: () => string;
  /** Sends a signal and waits for the end. */
  stop(signal?: NodeJS.Signals): Promise<Ended>;
}

export interface Ended {
  readonly exitCode: number | null;
  readonly tookMs: number;
  readonly logged: string;
}

/** `pocketquant serve` in a process of its own, which is killed with the test; without a port on any that is free. */
export async function aServingProcess(
  t: TestContext,
  databaseUrl: string,
  variables: NodeJS.ProcessEnv = {},
  port: number | string = 0,
): Promise<ServingProcess> {
  const env = { ...process.env, LOG_LEVEL: 'warn', ...variables, DATABASE_URL: databaseUrl };
  const child = spawn(process.execPath, [CLI, 'serve', '--port', String(port)], { cwd: ROOT, env, stdio: 'pipe' });
  t.after(() => child.kill('SIGKILL'));
  child.stdin.end();
  let logged = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (logged += text));
  const ended = once(child, 'exit') as Promise<[number | null]>;
  const url = await Promise.race([
    firstUrl(child.stdout, (text) => (logged += text)),
    ended.then(() => assert.fail(logged)),
  ]);
  return {
    url,
    pid: child.pid ?? assert.fail('it has started'),
    logged: () => logged,
    async stop(signal = 'SIGTERM') {
      const began = performance.now();
      child.kill(signal);
      const [exitCode] = await ended;
      return { exitCode, tookMs: performance.now() - began, logged };
    },
  };
}

/** The address in the first line; what comes after it is kept, too. */
function firstUrl(stdout: NodeJS.ReadableStream, onText: (text: string) => void): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  createInterface(stdout).on('line', (line) => {
    const url = /^PocketQuant at (\S+)/.exec(line)?.[1];
    if (url !== undefined) resolve(url);
    onText(`${line}\n`);
  });
  return promise;
}
