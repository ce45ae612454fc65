import { setTimeout as sleep } from 'node:timers/promises';
import { BAR_INTERVALS, barInterval, isoOfEpochMs, type BarInterval } from '../../market/index.ts';
import { tableLines, type Cli, type CliSession } from '../../platform/cli/index.ts';
import { NotFoundError, readField } from '../../platform/errors/index.ts';
import { startFeed } from './commands/start-feed/start-feed.command.ts';
import { stopFeed } from './commands/stop-feed/stop-feed.command.ts';
import { subscribe } from './commands/subscribe/subscribe.command.ts';
import { unsubscribe } from './commands/unsubscribe/unsubscribe.command.ts';
import { currentBarJson, feedJson, subscriptionJson } from './live-json.ts';
import { getCurrentBar, type CurrentBar } from './queries/get-current-bar/get-current-bar.query.ts';
import { getFeeds, type FeedStatus } from './queries/get-feeds/get-feeds.query.ts';
import { getSubscriptions } from './queries/get-subscriptions/get-subscriptions.query.ts';
import { subscriptionId } from './collections.ts';

const LOOK_EVERY_MS = 250;
const OTHERS_TAKE_IT_MS = 1_500;

export function cliLive({ program, run }: Cli): void {
  const feed = program.command('feed').description('live feeds and their bars');
  feed
    .command('start')
    .description(
      "start a provider's feed: in the running server, which restarts it when it starts, else here until Ctrl-C",
    )
    .argument('<provider>', 'such as binance; simulated works offline')
    .option('--subscribe <instruments>', 'EXCHANGE:SYMBOL, or several, separated by commas')
    .option('--intervals <intervals>', 'such as 1m,1h; or all', 'all')
    .action((provider: string, options: { readonly subscribe?: string; readonly intervals: string }) =>
      run(async (session) => {
        const { bus, startFeeds } = session;
        const intervals = readField('intervals', options.intervals, intervalsOf);
        for (const instrumentId of (options.subscribe ?? '').split(',').filter((text) => text !== ''))
          await bus.execute(subscribe({ provider, instrumentId: instrumentId.trim(), intervals }));
        await bus.execute(startFeed({ provider }));
        if (await isHeldElsewhere(session, provider)) {
          session.terminal.note('The feed runs in another process; "pocketquant feed status" shows its status.');
          return showStatus(session);
        }
        startFeeds();
        await showStates(session, provider);
      }),
    );
  feed
    .command('stop')
    .description("stop a provider's feed until it is started again")
    .argument('<provider>', 'such as binance')
    .action((provider: string) =>
      run(async (session) => {
        await session.bus.execute(stopFeed({ provider }));
        await showStatus(session);
      }),
    );
  feed
    .command('unsubscribe')
    .description('end a subscription; stored bars are kept')
    .argument('<provider>', 'such as binance')
    .argument('<instrument>', 'EXCHANGE:SYMBOL')
    .action((provider: string, instrumentId: string) =>
      run(async ({ bus, terminal }) => {
        await bus.execute(unsubscribe({ id: subscriptionId(provider, instrumentId) }));
        const left = await bus.ask(getSubscriptions({ provider }));
        terminal.answer({ subscriptions: left.map(subscriptionJson) }, () =>
          left.length === 0
            ? [`Nothing is subscribed to at ${provider}.`]
            : left.map(({ instrumentId: id, intervals }) => `${id}  ${intervals.join(' ')}`),
        );
      }),
    );
  feed
    .command('status')
    .description('show the status of the feeds')
    .action(() => run(showStatus));
  feed
    .command('watch')
    .description('show the current bar as it changes, until Ctrl-C')
    .argument('<instrument>', 'EXCHANGE:SYMBOL')
    .argument('<interval>', 'such as 1m')
    .option('--for <seconds>', 'stop after this many seconds')
    .action((instrumentId: string, interval: string, options: { readonly for?: string }) =>
      run((session) =>
        watch(
          session,
          { instrumentId, interval: readField('interval', interval, barInterval) },
          options.for === undefined ? Infinity : readField('for', options.for, secondsOf),
        ),
      ),
    );
}

function intervalsOf(text: string): BarInterval[] {
  return text === 'all' ? [...BAR_INTERVALS] : [...new Set(text.split(',').map((part) => barInterval(part.trim())))];
}

function secondsOf(text: string): number {
  const seconds = /^\d+(\.\d+)?$/.test(text) ? Number(text) : 0;
  if (!(seconds > 0)) throw new RangeError(`Not a number of seconds: "${text}"`);
  return seconds;
}

async function showStatus({ bus, terminal }: CliSession): Promise<void> {
  const feeds = await bus.ask(getFeeds({}));
  terminal.answer({ feeds: feeds.map(feedJson) }, () => statusLines(feeds));
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

/** A server that runs takes a feed within a second; only without one it is for this process. */
async function isHeldElsewhere({ bus, signal, elapsed }: CliSession, provider: string): Promise<boolean> {
  for (const until = elapsed() + OTHERS_TAKE_IT_MS; elapsed() < until && !signal.aborted;) {
    const feed = (await bus.ask(getFeeds({}))).find((one) => one.provider === provider);
    if (feed?.state !== 'waiting') return true;
    await pause(signal);
  }
  return false;
}

/** Tells how a feed fares whenever that changes, until Ctrl-C. */
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

async function watch(
  { bus, terminal, signal, elapsed }: CliSession,
  series: { readonly instrumentId: string; readonly interval: BarInterval },
  seconds: number,
): Promise<void> {
  const endsAt = elapsed() + seconds * 1_000;
  let shown = '';
  let isMissed = false;
  while (!signal.aborted && elapsed() < endsAt) {
    try {
      const bar = await bus.ask(getCurrentBar(series));
      const { at: _, ...told } = bar;
      const text = JSON.stringify(told);
      if (text !== shown) terminal.answer(currentBarJson(bar), () => [barLine(bar)]);
      shown = text;
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      if (!isMissed) terminal.note(`${error.message}; waiting …`);
      isMissed = true;
    }
    await pause(signal);
  }
}

function barLine({ openTime, open, high, low, close, volume, isPartial }: CurrentBar): string {
  const marks = isPartial ? '  (trades are missing)' : '';
  return `${isoOfEpochMs(openTime)}  open ${open}  high ${high}  low ${low}  close ${close}  volume ${volume ?? '–'}${marks}`;
}

async function pause(signal: AbortSignal): Promise<void> {
  await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined); // Ctrl-C ends it early
}
