import { seriesInterval } from '../../../../market/index.ts';
import { countOf, tableLines, type Cli } from '../../../../platform/cli/index.ts';
import { readField } from '../../../../platform/errors/index.ts';
import { SYNC_JOB, type StoredJob } from '../../collections.ts';
import { jobJson } from '../../sync-json.ts';
import { getJobs } from './get-jobs.query.ts';

export function cliGetJobs({ program, run }: Cli): void {
  program
    .command('jobs')
    .description('show jobs of syncs and imports, and their state')
    .option('--state <state>', 'waiting, running, completed, incomplete, failed or cancelled')
    .option('--limit <count>', 'maximum number', '20')
    .action((options: { readonly state?: StoredJob['state']; readonly limit: string }) =>
      run(async ({ bus, terminal }) => {
        const { state } = options;
        const limit = readField('limit', options.limit, countOf);
        const { jobs, nextCursor = null } = await bus.ask(getJobs({ limit, state }));
        terminal.answer({ jobs: jobs.map(jobJson), nextCursor }, () => jobLines(jobs));
      }),
    );
}

function jobLines(jobs: readonly StoredJob[]): string[] {
  if (jobs.length === 0) return ['No jobs yet. Try: pocketquant sync SIM:BTCUSD 1m --from 2026-01-01'];
  const rows = jobs.map((job) => [
    job.id.slice(0, 8),
    job.kind,
    job.state,
    job.kind === SYNC_JOB ? job.input.instrumentId : (job.input.instrumentId ?? job.input.fileName ?? ''),
    job.input.interval === undefined ? '' : seriesInterval(job.input.interval, job.input.align),
    job.input.provider,
    job.kind === SYNC_JOB ? job.progress.fetched : job.progress.rows,
    job.kind === SYNC_JOB ? job.progress.requests : '',
    job.attempts,
    job.error?.code ?? '',
  ]);
  return tableLines([
    ['job', 'kind', 'state', 'instrument', 'interval', 'provider', 'bars', 'requests', 'attempts', 'error'],
    ...rows,
  ]);
}
