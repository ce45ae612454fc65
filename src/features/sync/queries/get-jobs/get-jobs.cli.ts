import { countOf, tableLines, type Cli } from '../../../../platform/cli/index.ts';
import { readField } from '../../../../platform/errors/index.ts';
import type { SyncJob } from '../../collections.ts';
import { jobJson } from '../../sync-json.ts';
import { getJobs } from './get-jobs.query.ts';

export function cliGetJobs({ program, run }: Cli): void {
  program
    .command('jobs')
    .description('show sync jobs and their state')
    .option('--state <state>', 'waiting, running, completed, incomplete, failed or cancelled')
    .option('--limit <count>', 'maximum number', '20')
    .action((options: { readonly state?: SyncJob['state']; readonly limit: string }) =>
      run(async ({ bus, terminal }) => {
        const { state } = options;
        const limit = readField('limit', options.limit, countOf);
        const jobs = await bus.ask(getJobs({ limit, state }));
        terminal.answer({ jobs: jobs.map(jobJson) }, () => jobLines(jobs));
      }),
    );
}

function jobLines(jobs: readonly SyncJob[]): string[] {
  if (jobs.length === 0) return ['No jobs yet. Try: pocketquant sync SIM:BTCUSD 1m --from 2026-01-01'];
  const rows = jobs.map(({ id, state, input, progress, attempts, error }) => [
    id.slice(0, 8),
    state,
    input.instrumentId,
    input.interval,
    input.provider,
    progress.fetched,
    progress.requests,
    attempts,
    error?.code ?? '',
  ]);
  return tableLines([
    ['job', 'state', 'instrument', 'interval', 'provider', 'bars', 'requests', 'attempts', 'error'],
    ...rows,
  ]);
}
