import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { open } from '../../src/main/library.ts';
import { atMost, inFolder, median, timed, type BenchRow } from '../measure.ts';
import { realBars } from '../real-bars.ts';

const ROOT = fileURLToPath(new URL('../../', import.meta.url));
const RUNS = 10;
const MOST_SECONDS = 0.35;
const MOST_MB = 100;
const BARS = 1_000_000;
const MOST_SECONDS_OF_PROGRAM = 0.4;
const SERIES = { instrumentId: 'COINBASE:BTCUSD', interval: '1m' } as const;
const COMMANDS = [['symbols'], ['jobs'], ['bars', SERIES.instrumentId, '1h'], ['--help']];

/** What a person waits for: commands, and a program that opens a store, reads a million bars and ends. */
export function commandSpeed(): Promise<BenchRow[]> {
  return inFolder(async (folder) => {
    const node = await costOf(folder, [process.execPath, '-e', '0']);
    const against = `node -e 0: ${node.seconds.toFixed(2)} s, ${node.mb.toFixed(0)} MB`;
    const packed = installIn(folder);
    const programs = { 'from a checkout': join(ROOT, 'bin/pocketquant'), installed: join(packed, 'dist/cli.js') };
    const small = `file:${join(folder, 'small.db')}`;
    run(folder, [programs.installed, '--database', small, 'sample']);
    const rows: BenchRow[] = [];
    for (const [where, program] of Object.entries(programs))
      for (const words of COMMANDS) {
        const { seconds, mb } = await costOf(folder, [program, '--database', small, ...words]);
        const what = `${words[0]} ${where}`;
        rows.push(atMost(`${what}: time`, seconds, MOST_SECONDS, ' s', `${seconds.toFixed(2)} s`, against));
        rows.push(atMost(`${what}: memory`, mb, MOST_MB, ' MB', `${mb.toFixed(0)} MB`, against));
      }
    const large = `file:${join(folder, 'large.db')}`;
    await fill(large);
    const { seconds } = await costOf(folder, [process.execPath, '-e', readingProgram(packed, large)]);
    const ours = `${seconds.toFixed(2)} s`;
    return [...rows, atMost('open, read 1 M bars, end', seconds, MOST_SECONDS_OF_PROGRAM, ' s', ours, against)];
  });
}

/** Installs the package as its users do. @returns its folder */
export function installIn(folder: string): string {
  const users = join(folder, 'installed');
  mkdirSync(users);
  writeFileSync(join(users, 'package.json'), '{ "private": true }');
  run(ROOT, ['npm', 'pack', '--pack-destination', users]);
  const file = readdirSync(users).find((name) => name.endsWith('.tgz')) ?? '';
  run(users, ['npm', 'install', '--no-audit', '--no-fund', `./${file}`]);
  return join(users, 'node_modules', 'pocketquant');
}

async function fill(database: string): Promise<void> {
  const pq = await open({ database });
  await pq.upsertBars({ ...SERIES, provider: 'bench', state: 'final', columns: realBars(BARS) });
  await pq.close();
}

/** Opens the store, reads a million bars of one series, and ends. */
export const readingProgram = (packed: string, database: string): string => `
  const { open } = await import(${JSON.stringify(join(packed, 'dist/library.js'))});
  const pq = await open({ database: ${JSON.stringify(database)} });
  const { columns } = await pq.getBars(${JSON.stringify(SERIES)});
  if (columns.openTime.length !== ${BARS}) throw new Error('Not all was read');
  await pq.close();`;

/** Linux tells the peak of the process alone. */
const REPORT_PEAK = `
  import { existsSync, readFileSync } from 'node:fs';
  const status = '/proc/self/status';
  process.on('exit', () => {
    const kB = existsSync(status) ? /VmHWM:\\s+(\\d+)/.exec(readFileSync(status, 'utf8'))[1] : process.resourceUsage().maxRSS;
    process.stderr.write('peak ' + kB + ' kB');
  });`;

/** A whole process that was run before: its median time, and the memory of one. */
async function costOf(folder: string, words: readonly string[]): Promise<{ seconds: number; mb: number }> {
  const reporter = join(folder, 'report-peak.mjs');
  writeFileSync(reporter, REPORT_PEAK);
  const stderr = run(folder, words, { NODE_OPTIONS: `--import=${reporter}` });
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) times.push(await timed(() => run(folder, words)));
  return { seconds: median(times) / 1_000, mb: Number(/peak (\d+) kB/.exec(stderr)?.[1]) / 1_000 };
}

function run(cwd: string, [file, ...args]: readonly string[], env: NodeJS.ProcessEnv = {}): string {
  const { status, stderr } = spawnSync(file, args, { cwd, env: { ...process.env, ...env }, encoding: 'utf8' });
  if (status !== 0 && status !== 3) throw new Error(`${file} ${args.join(' ')}: ${stderr}`);
  return stderr;
}
