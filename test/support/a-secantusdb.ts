import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { fileURLToPath } from 'node:url';
import { freePort } from './a-redis.ts';

/** A server of the MongoDB family that a test may stop and start, with data of its own. */
export interface OwnServer {
  readonly uri: string;
  start(): void;
  /** Lets it finish. */
  stop(): void;
  kill(): void;
}

const TOOLS = fileURLToPath(new URL('../../../shared/secantusdb/', import.meta.url));

/** Started, and gone with the test. Needs `../shared/secantusdb` beside the checkout. */
export async function aSecantusdb(t: TestContext): Promise<OwnServer> {
  const home = mkdtempSync(join(tmpdir(), 'pocketquant-secantusdb-'));
  const installed = join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'secantusdb');
  if (existsSync(join(installed, '.ready'))) {
    symlinkSync(join(installed, 'venv'), join(home, 'venv'));
    writeFileSync(join(home, '.ready'), '');
  }
  const port = await freePort();
  const env = { ...process.env, SECANTUSDB_HOME: home, SECANTUSDB_PORT: String(port) };
  const run = (tool: 'up' | 'down'): string => execFileSync(join(TOOLS, tool), { env, encoding: 'utf8' }).trim();
  const uri = run('up');
  t.after(() => {
    run('down');
    rmSync(home, { recursive: true, force: true, maxRetries: 5 });
  });
  return {
    uri,
    start: () => void run('up'),
    stop: () => void run('down'),
    kill: () => void process.kill(Number(readFileSync(join(home, 'server.pid'), 'utf8')), 'SIGKILL'),
  };
}
