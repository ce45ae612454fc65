import { BAR_INTERVALS, isoOfEpochMs } from '../../../../market/index.ts';
import { tableLines, type Cli, type CliSession } from '../../../../platform/cli/index.ts';
import { feedsJson } from '../../live-json.ts';
import { getFeeds, type FeedStatus } from './get-feeds.query.ts';

export function cliGetFeeds({ program, run }: Cli): void {
  program
    .command('status')
    .description('show the status of the feeds')
    .action(() => run(showFeeds));
}

export async function showFeeds({ bus, terminal }: CliSession): Promise<void> {
  const feeds = await bus.ask(getFeeds({}));
  terminal.answer(feedsJson(feeds), () => statusLines(feeds));
}

function statusLines(feeds: readonly FeedStatus[]): string[] {
  if (feeds.length === 0) return ['No feeds yet. Try: pocketquant feed start simulated --subscribe SIM:BTCUSD'];
  const lines = feeds.map(
    ({ provider, state, error }) =>
      `${provider}: ${state}${error === undefined ? '' : `; ${error.message} (${error.code})`}`,
  );
  const rows = feeds.flatMap(({ provider, instruments }) =>
    instruments.map(({ instrumentId, intervals, heardAt, isStale, refused }) => [
      provider,
      instrumentId,
      intervals.length === BAR_INTERVALS.length ? 'all' : intervals.join(' '),
      heardAt === undefined ? '' : isoOfEpochMs(heardAt),
      refused?.message ?? (isStale ? 'stale' : ''),
    ]),
  );
  return rows.length === 0
    ? lines
    : [...lines, '', ...tableLines([['feed', 'instrument', 'intervals', 'last heard', ''], ...rows])];
}
