import { randomUUID } from 'node:crypto';
import { InvariantError } from '../../../platform/errors/index.ts';
import { LeaseWatch } from '../../../platform/lease/index.ts';
import { startLoop, type Loop } from '../../../platform/waiting/index.ts';
import { vendorNow } from '../../../providers/contract/index.ts';
import type { CurrentBarsDocument, LiveCollections } from '../collections.ts';
import type { LiveAudience, LivePort } from '../port.ts';
import { Feed } from './feed.ts';
import { holdFeed, LEASE_MS, leaveFeed } from './feed-lease.ts';
import type { LiveInstrument } from './live-instrument.ts';

/** How often a process looks at what is wanted, and tells that it is still there. */
const LOOK_EVERY_MS = 1_000;

export interface SupervisorOptions {
  readonly collections: LiveCollections;
  readonly port: LivePort;
  readonly audience: LiveAudience;
  /** UTC epoch ms. */
  readonly clock: () => number;
  /** A monotonic clock in ms. */
  readonly elapsed: () => number;
  readonly onError: (error: unknown) => void;
}

/** Runs the feeds that are wanted and that no other process holds, from `start` to `stop`. One per process. */
export interface FeedSupervisor {
  start(): void;
  /** Something that is wanted has changed. */
  wake(): void;
  /** What runs here of an instrument: fresher than what was flushed. */
  runningOf(provider: string, instrumentId: string): LiveInstrument | undefined;
  /** Whether this process has the feed of a provider. */
  holds(provider: string): boolean;
  /** Brings what was flushed up to this moment, where it runs here. */
  refreshed(current: CurrentBarsDocument): CurrentBarsDocument;
  stop(): Promise<void>;
}

interface Held {
  readonly feed: Feed;
  /** Of the feed's document, when its subscriptions were last looked at. */
  rev: number | undefined;
  /** Until when no other process takes it, by `elapsed`. */
  safeUntil: number;
}

export function createFeedSupervisor(options: SupervisorOptions): FeedSupervisor {
  const { collections, port, audience, clock, elapsed, onError } = options;
  const { feeds, subscriptions } = collections;
  const holder = randomUUID();
  const watch = new LeaseWatch(LEASE_MS, elapsed);
  const held = new Map<string, Held>();
  /** Feeds that are on their way out; the others do not wait for them. */
  const closing = new Map<string, Promise<void>>();
  let loop: Loop | undefined;
  let lapsing: NodeJS.Timeout | undefined;
  let isStopping = false;

  async function look(): Promise<void> {
    const wanted = await feeds.find({ isWanted: true }).toArray();
    for (const provider of held.keys()) if (!wanted.some(({ _id }) => _id === provider)) drop(provider);
    for (const { _id } of wanted) {
      try {
        await keep(_id);
      } catch (error) {
        onError(error);
      }
    }
  }

  async function keep(name: string): Promise<void> {
    const provider = port.providers.get(name);
    const live = provider?.live;
    if (provider === undefined || live === undefined) return; // this process does not have it; another may
    if (closing.has(name)) return;
    const mine = held.get(name);
    const safeUntil = elapsed() + LEASE_MS; // others count from when they see that it was written
    const document = await holdFeed(feeds, name, { holder, watch, clock }, mine?.feed.report ?? {});
    if (held.get(name) !== mine || closing.has(name)) return; // its lease ended while it was asked for
    if (document === undefined) return drop(name);
    const { rev } = document;
    if (mine !== undefined) mine.safeUntil = safeUntil;
    if (mine?.rev === rev) return;
    const followed = await subscriptions.find({ provider: name }).toArray();
    const mineNow = held.get(name) ?? {
      feed: new Feed({ provider, live, collections, port, audience, clock, elapsed, onError }),
      rev: undefined,
      safeUntil,
    };
    held.set(name, mineNow);
    await mineNow.feed.follow(followed);
    mineNow.rev = rev;
  }

  /** Without the database nobody knows who has a feed once its lease is over. */
  function dropLapsed(): void {
    for (const [name, { safeUntil }] of held) if (elapsed() >= safeUntil) drop(name);
  }

  function drop(name: string): void {
    const mine = held.get(name);
    if (mine === undefined) return;
    held.delete(name);
    const closed = mine.feed
      .close()
      .then(() => leaveFeed(feeds, name, holder))
      .catch(onError)
      .finally(() => closing.delete(name));
    closing.set(name, closed);
  }

  function runningOf(provider: string, instrumentId: string): LiveInstrument | undefined {
    return held.get(provider)?.feed.instrument(instrumentId);
  }

  return {
    start() {
      lapsing ??= setInterval(dropLapsed, LOOK_EVERY_MS);
      loop ??= startLoop(look, { restMs: LOOK_EVERY_MS, onError });
    },
    wake: () => loop?.wake(),
    runningOf,
    holds: (provider) => held.has(provider),
    refreshed(current) {
      const running = runningOf(current.provider, current.instrumentId);
      if (running === undefined) return current;
      const { quote } = running;
      const at = clock();
      const provider = port.providers.get(current.provider);
      const vendorAt = provider === undefined ? at : vendorNow(provider, at);
      return { ...current, at, vendorAt, bars: running.openBars(), ...(quote === undefined ? {} : { quote }) };
    },
    async stop() {
      if (isStopping) throw new InvariantError('INTERNAL', 'The feeds were stopped before');
      isStopping = true;
      await loop?.stop();
      clearInterval(lapsing);
      for (const name of held.keys()) drop(name);
      await Promise.all(closing.values());
    },
  };
}
