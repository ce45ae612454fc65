import { barInterval, isoOfEpochMs, seriesInterval, type Alignment } from '../../../../market/index.ts';
import { counted, grouped, INCOMPLETE, type Cli, type CliSession } from '../../../../platform/cli/index.ts';
import { InvalidRequestError, ProviderError, readField } from '../../../../platform/errors/index.ts';
import type { SyncJob } from '../../collections.ts';
import { getSyncStatus } from '../../queries/get-sync-status/get-sync-status.query.ts';
import { jobJson } from '../../sync-json.ts';
import { syncBars, type SyncRequest } from './sync-bars.command.ts';

interface SyncOptions {
  readonly from?: string;
  readonly to?: string;
  readonly provider?: string;
  readonly align?: Alignment;
  readonly acceptJump?: true;
  readonly verifyEmpty?: true;
  readonly follow: boolean;
}

export function cliSyncBars({ program, run }: Cli): void {
  program
    .command('sync')
    .description('fetch what a series is missing from its provider, and keep it up to date from then on')
    .argument('<instrument>', 'EXCHANGE:SYMBOL, such as BINANCE:BTCUSDT; SIM:BTCUSD works offline')
    .argument('<interval>', 'such as 1m, 1h, 1d')
    .option('--from <time>', 'start, UTC (required the first time only)')
    .option('--to <time>', 'end (exclusive): fetch once, without keeping the series up to date')
    .option('--provider <name>', "such as yahoo (default: the exchange's, or the one used before)")
    .option('--align <clock|session>', 'bars below a day: aligned to the UTC clock (default), or to trading')
    .option('--accept-jump', 'accept prices or volumes that jump by a factor of 100 (otherwise taken as another unit)')
    .option('--verify-empty', 'check all ranges that count as empty again')
    .option('--follow', 'show progress', true)
    .option('--no-follow', 'print nothing until the end')
    .action((instrumentId: string, interval: string, { follow: isFollowed, ...order }: SyncOptions) =>
      run((session) =>
        syncAll(session, isFollowed, [
          { instrumentId, interval: readField('interval', interval, barInterval), ...order },
        ]),
      ),
    );
}

/** Orders what `sync` has ordered before. */
export function cliBackfillBars({ program, run }: Cli): void {
  program
    .command('backfill')
    .description('fill the gaps of series that were synced before')
    .argument('[instrument]', 'EXCHANGE:SYMBOL; or all with --all')
    .option('--all', 'every tracked series')
    .option('--follow', 'show progress', true)
    .option('--no-follow', 'print nothing until the end')
    .action((instrumentId: string | undefined, options: { readonly all?: boolean; readonly follow: boolean }) =>
      run(async (session) => {
        if ((instrumentId === undefined) !== (options.all === true))
          throw new InvalidRequestError('INVALID_REQUEST', 'Name an instrument, or use --all');
        const tracked = await session.bus.ask(getSyncStatus({ instrumentId }));
        if (tracked.length === 0) session.terminal.note('No series is tracked yet; start one with "pocketquant sync".');
        return syncAll(session, options.follow, tracked);
      }),
    );
}

/** Orders the series one after the other and works on each until it has ended, with a progress bar. */
async function syncAll(session: CliSession, isFollowed: boolean, orders: readonly SyncRequest[]): Promise<number> {
  const ended: SyncJob[] = [];
  for (const { instrumentId, interval, align, provider, from, to, acceptJump, verifyEmpty } of orders) {
    if (session.signal.aborted) break;
    const order = { instrumentId, interval, align, provider, from, to, acceptJump, verifyEmpty };
    const job = await session.bus.execute(syncBars(order));
    ended.push(await (isFollowed ? follow(session, job) : untilEnded(session, job)));
  }
  session.terminal.answer({ jobs: ended.map(jobJson) }, () => ended.flatMap(outcomeLines));
  const failed = ended.find(({ state, error }) => error !== undefined && state !== 'completed');
  if (failed?.error !== undefined && failed.state === 'failed')
    throw new ProviderError(failed.error.code as 'PROVIDER_UNAVAILABLE', failed.error.message);
  return ended.length === orders.length && ended.every(({ state }) => state === 'completed') ? 0 : INCOMPLETE;
}

const REPORT_EVERY_MS = 200;

async function untilEnded({ scheduler, signal }: CliSession, job: SyncJob): Promise<SyncJob> {
  return (await scheduler.runToEnd(job.id, signal)) as SyncJob;
}

async function follow(session: CliSession, job: SyncJob): Promise<SyncJob> {
  const { terminal, scheduler } = session;
  const { instrumentId, provider } = job.input;
  const interval = intervalOf(job);
  const synthetic = provider === 'simulated' ? ' (synthetic: made-up bars)' : '';
  const progress = terminal.progress(`${instrumentId} ${interval} from ${provider}${synthetic}`);
  async function show(): Promise<void> {
    const { state, error, runAfter, progress: counts } = (await scheduler.get(job.id)) as SyncJob;
    const { fetched, empty, wanted, requests } = counts;
    const pause =
      state === 'waiting' && error !== undefined ? `, next try at ${isoOfEpochMs(runAfter)} (${error.code})` : '';
    progress.report(
      fetched + empty,
      wanted,
      () => `${counted(fetched, 'bar')} in ${counted(requests, 'request')}${pause}`,
    );
  }
  const watch = setInterval(() => void show().catch(() => undefined), REPORT_EVERY_MS); // the work itself reports trouble
  try {
    const now = await untilEnded(session, job);
    progress.finish(`${instrumentId} ${interval}: ${now.state}`);
    return now;
  } finally {
    clearInterval(watch);
  }
}

const intervalOf = ({ input: { interval, align } }: SyncJob): string => seriesInterval(interval, align);

function outcomeLines(job: SyncJob): string[] {
  const { input, state, progress, error, id } = job;
  const { fetched, inserted, changed, unchanged, rejected, empty, gaps, failures = [] } = progress;
  const counts = Object.entries({ inserted, changed, unchanged, rejected, 'without trades': empty })
    .filter(([, count]) => count > 0)
    .map(([name, count]) => `${grouped(count)} ${name}`)
    .join(', ');
  return [
    `${input.instrumentId} ${intervalOf(job)}: ${state}. ${counted(fetched, 'bar')} came${counts === '' ? '' : `: ${counts}`}.`,
    ...(error === undefined || state === 'completed' ? [] : [`  ${error.message} (${error.code}); job ${id}`]),
    ...failures
      .slice(0, 10)
      .map(
        ({ from, to, code, message }) => `  failed ${isoOfEpochMs(from)} to ${isoOfEpochMs(to)}: ${message} (${code})`,
      ),
    ...gaps
      .slice(0, 10)
      .map(
        ({ from, to, bars, reason }) =>
          `  missing ${isoOfEpochMs(from)} to ${isoOfEpochMs(to)}: ${counted(bars, 'bar')}, ${reason}`,
      ),
    ...(gaps.length > 10 ? [`  … and ${counted(gaps.length - 10, 'more gap')}; "pocketquant coverage" lists all`] : []),
  ];
}
