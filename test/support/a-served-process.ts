import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { TestContext } from 'node:test';
import { aFolder } from './open-test-database.ts';
import { ROOT } from './run-pocketquant.ts';

export interface ServedProcess {
  readonly url: string;
  /** Most memory that it ever had, in bytes. */
  peakBytes(): number;
  isRunning(): boolean;
}

/** The product in a process of its own, with a heap of so many MB; ends with the test. */
export async function aServedProcess(t: TestContext, { heapMb = 1_024, port = 0 } = {}): Promise<ServedProcess> {
  const args = [`--max-old-space-size=${heapMb}`, 'src/main/cli.ts', 'serve', '--port', String(port)];
  const env = { ...process.env, DATABASE_URL: `file:${join(aFolder(t), 'abuse.db')}`, LOG_LEVEL: 'error' };
  const child = spawn(process.execPath, args, { cwd: ROOT, env, stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(async () => {
    if (child.exitCode !== null || !child.kill()) return;
    await once(child, 'exit');
  });
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string];
  const status = (): string => readFileSync(`/proc/${child.pid}/status`, 'utf8');
  return {
    url: line.replace('PocketQuant at ', ''),
    peakBytes: () => Number(/VmHWM:\s+(\d+)/.exec(status())?.[1]) * 1_024,
    isRunning: () => child.exitCode === null && child.signalCode === null,
  };
}
