import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export interface CommandOutcome {
  readonly stdout: string;
  readonly stderr: string;
  readonly exitCode: number | null;
}

/** Runs a command of the product in a process of its own. */
export async function runPocketquant(databaseUrl: string, words: readonly string[]): Promise<CommandOutcome> {
  return outcomeOf('bin/pocketquant', words, databaseUrl);
}

/** Runs a line of shell in which `pocketquant` is the product. The exit code is that of the product. */
export async function runShell(databaseUrl: string, line: string): Promise<CommandOutcome> {
  const script = `set -o pipefail; pocketquant() { bin/pocketquant "$@"; }; ${line}`;
  return outcomeOf('bash', ['-c', script], databaseUrl);
}

async function outcomeOf(file: string, words: readonly string[], databaseUrl: string): Promise<CommandOutcome> {
  const env = { ...process.env, DATABASE_URL: databaseUrl };
  const child = spawn(file, words, { cwd: ROOT, env, timeout: 60_000, stdio: ['ignore', 'pipe', 'pipe'] });
  const exited = new Promise<number | null>((resolve, reject) => child.once('exit', resolve).once('error', reject));
  const [stdout, stderr, exitCode] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { stdout, stderr, exitCode };
}
