import type { PublishedChange } from '../../../chunk/index.ts';
import { isDuplicateKey } from '../../../platform/database/index.ts';
import { backgroundTimer, startLoop } from '../../../platform/waiting/index.ts';
import type { BarsCollections } from '../collections.ts';
import { newestChange } from '../newest-change.ts';
import { publishPending } from './publish-pending.ts';
import { relayLease, RELAY_LEASE_MS } from './relay-lease.ts';

/** Moves the changes that wait in chunks to the change feed; one relay of a database works at a time. */
export interface Relay {
  /** Says that chunks were written: they are published soon. */
  wake(): void;
  /** Calls the listener whenever this process has published changes. */
  onPublished(listener: () => void): void;
  /** Publishes all that waits now; returns at once where another process holds the lease and does it. */
  drain(): Promise<void>;
  /** Publishes what waits, gives the lease back and ends. */
  stop(): Promise<void>;
}

export interface RelayOptions {
  /** UTC epoch ms. */
  readonly clock: () => number;
  /** A monotonic clock in ms. */
  readonly elapsed: () => number;
  /** Changes with every write that anyone makes; `undefined` where each look for changes is to read. */
  readonly dataVersion: () => number | undefined;
  /** How many changes the feed keeps. */
  readonly changesKept: number;
  /** Hears when what is published lies ahead of the clock: it was wrong then, or it is now. */
  readonly onAhead: (byMs: number) => void;
  /** Hears of a run that failed; the next one tries again. */
  readonly onError: (error: unknown) => void;
}

/** So much the clocks of machines that share a database may differ. */
const CLOCKS_DIFFER_MS = 60_000;
/** Also finds what other processes wrote. */
const POLL_MS = 1_000;
/** Gathers the chunks of one import into few runs. */
const GATHER_MS = 50;
const LOOK_AGAIN_MS = 100;

type Drained = 'all' | 'leftToAnother';

export function startRelay(collections: BarsCollections, options: RelayOptions): Relay {
  const { changesKept, clock, elapsed, dataVersion, onAhead, onError } = options;
  const lease = relayLease(collections.leases, options);
  let running: Promise<Drained> | undefined;
  let isAhead = false;
  /** How often this process wrote chunks, and how many of these times are known to be published. */
  let written = 0;
  let settled = 0;
  /** The version of the data in which nothing waited. */
  let idleVersion: number | undefined;
  const listeners: (() => void)[] = [];

  /** A run that is under way may have passed what was just written, so that whoever asks gets one that starts later. */
  async function run(): Promise<Drained> {
    while (running !== undefined) await running.catch(() => undefined); // whoever started it hears of the error
    running = publishAll().finally(() => (running = undefined));
    return running;
  }

  /** Writes nothing where nothing waits: an idle process leaves the disk alone. */
  async function publishAll(): Promise<Drained> {
    for (;;) {
      const version = dataVersion();
      if (version !== undefined && version === idleVersion) return 'all';
      const writtenBefore = written;
      if (!(await isAnyPending(collections.chunks))) {
        idleVersion = version;
        settled = writtenBefore;
        return 'all';
      }
      if (!(await lease.hold())) return 'leftToAnother';
      const published = await publishOnce(collections);
      for (const listener of listeners) listener();
      if (published.length === 0) continue;
      noticeAhead(published[published.length - 1]);
      await forgetOldChanges(collections.changes, published, changesKept);
    }
  }

  function noticeAhead({ at }: PublishedChange): void {
    const byMs = at - clock();
    if (byMs > CLOCKS_DIFFER_MS && !isAhead) onAhead(byMs);
    isAhead = byMs > CLOCKS_DIFFER_MS;
  }

  /** A process that is about to end, and wrote, waits until a lease that a dead process left behind is over. */
  async function publishWhatIsOwed(): Promise<void> {
    const startedAt = elapsed();
    const holder = await lease.mark();
    while ((await run()) === 'leftToAnother' && settled < written) {
      const isAlive = (await lease.mark()) !== holder;
      if (isAlive || elapsed() - startedAt > 2 * RELAY_LEASE_MS) return;
      await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
    }
  }

  async function begin(): Promise<void> {
    const newest = await newestChange(collections.changes);
    if (newest !== undefined) noticeAhead(newest);
  }

  void begin().catch(onError);
  const loop = startLoop(run, { restMs: POLL_MS, gatherMs: GATHER_MS, onError, timer: backgroundTimer });
  return {
    wake() {
      written++;
      loop.wake();
    },
    onPublished: (listener) => void listeners.push(listener),
    async drain() {
      await run();
    },
    async stop() {
      await loop.stop();
      await publishWhatIsOwed();
      await lease.giveBack();
    },
  };
}

/** Another relay that took a seq first makes this one look again. */
async function publishOnce(collections: BarsCollections): Promise<readonly PublishedChange[]> {
  try {
    return await publishPending(collections);
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
    return publishPending(collections);
  }
}

async function isAnyPending(chunks: BarsCollections['chunks']): Promise<boolean> {
  return (await chunks.findOne({ pendingSince: { $gt: 0 } }, { projection: { _id: 1 } })) !== null;
}

async function forgetOldChanges(
  changes: BarsCollections['changes'],
  published: readonly PublishedChange[],
  kept: number,
): Promise<void> {
  const newest = published[published.length - 1]._id;
  const isTimeToLook = Math.floor(newest / 1_000) > Math.floor((published[0]._id - 1) / 1_000);
  if (isTimeToLook && newest > kept) await changes.deleteMany({ _id: { $lte: newest - kept } });
}
