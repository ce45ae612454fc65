import { BAR_INTERVALS, barInterval, type BarInterval } from '../../../../market/index.ts';
import type { Cli, CliSession } from '../../../../platform/cli/index.ts';
import { readField } from '../../../../platform/errors/index.ts';
import { pause } from '../../live-cli.ts';
import { feedJson } from '../../live-json.ts';
import { showFeeds } from '../../queries/get-feeds/get-feeds.cli.ts';
import { getFeeds } from '../../queries/get-feeds/get-feeds.query.ts';
import { subscribe } from '../subscribe/subscribe.command.ts';
import { startFeed } from './start-feed.command.ts';

const OTHERS_TAKE_IT_MS = 1_500;

export function cliStartFeed({ program, run }: Cli): void {
  program
    .command('start')
    .description(
      "start a provider's feed: in the running server, which restarts it when it starts, else here until Ctrl-C",
    )
    .argument('<provider>', 'such as binance; simulated works offline')
    .option('--subscribe <instruments>', 'EXCHANGE:SYMBOL, or several, separated by commas')
    .option('--intervals <intervals>', "such as 1m,1h; or all (default: the finest of the provider's history)")
    .action((provider: string, options: { readonly subscribe?: string; readonly intervals?: string }) =>
      run(async (session) => {
        const { bus, startFeeds } = session;
        const named =
          options.intervals === undefined ? {} : { intervals: readField('intervals', options.intervals, intervalsOf) };
        for (const instrumentId of (options.subscribe ?? '').split(betweenInstruments).filter((text) => text !== ''))
          await bus.execute(subscribe({ provider, instrumentId: instrumentId.trim(), ...named }));
        await bus.execute(startFeed({ provider }));
        if (await isHeldElsewhere(session, provider)) {
          session.terminal.note('The feed runs in another process; "pocketquant feed status" shows its status.');
          return showFeeds(session);
        }
        startFeeds();
        await showStates(session, provider);
      }),
    );
}

function intervalsOf(text: string): BarInterval[] {
  return text === 'all' ? [...BAR_INTERVALS] : [...new Set(text.split(',').map((part) => barInterval(part.trim())))];
}

/** A comma within a symbol stands before no exchange. */
const betweenInstruments = /,(?=\s*[A-Za-z0-9._-]{1,32}:)/;

/** A server that runs takes a feed within a second; only without one it is for this process. */
async function isHeldElsewhere({ bus, signal, elapsed }: CliSession, provider: string): Promise<boolean> {
  for (const until = elapsed() + OTHERS_TAKE_IT_MS; elapsed() < until && !signal.aborted;) {
    const feed = (await bus.ask(getFeeds({}))).find((one) => one.provider === provider);
    if (feed?.state !== 'waiting') return true;
    await pause(signal);
  }
  return false;
}

/** Shows the state of a feed whenever it changes, until Ctrl-C. */
async function showStates({ bus, terminal, signal }: CliSession, provider: string): Promise<void> {
  let shown = '';
  while (!signal.aborted) {
    const feed = (await bus.ask(getFeeds({}))).find((one) => one.provider === provider);
    if (feed === undefined) return;
    const state = `${feed.state}${feed.error === undefined ? '' : `: ${feed.error.message} (${feed.error.code})`}`;
    if (state !== shown) terminal.answer(feedJson(feed), () => [`${provider}: ${state}`]);
    shown = state;
    if (feed.state === 'stopped') return;
    await pause(signal);
  }
}
