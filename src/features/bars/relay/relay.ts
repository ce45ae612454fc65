import { randomUUID } from 'node:crypto';
import { isDuplicateKey } from '../../../platform/database/index.ts';
import type { PublishedChange } from '../../../chunk/index.ts';
import type { BarsCollections } from '../collections.ts';
import { publishPending } from './publish-pending.ts';

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
  /** How many changes the feed keeps. */
  readonly changesKept: number;
  /** Hears of a run that failed; the next one tries again. */
  readonly onError: (error: unknown) => void;
}

const LEASE_ID = 'relay';
const LEASE_MS = 5_000;
/** Also finds what other processes wrote. */
const POLL_MS = 1_000;
/** Gathers the chunks of one import into few runs. */
const GATHER_MS = 50;

export function startRelay(collections: BarsCollections, options: RelayOptions): Relay {
  const holder = randomUUID();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;
  let isStopped = false;
  const listeners: (() => void)[] = [];

  function schedule(delayMs: number): void {
    if (isStopped) return;
    clearTimeout(timer);
    timer = setTimeout(() => void runThenRest(), delayMs);
    timer.unref();
  }

  async function runThenRest(): Promise<void> {
    await drain().catch(options.onError);
    schedule(POLL_MS);
  }

  /** A run that is under way may have passed what was just written, so that whoever asks gets one that starts later. */
  async function drain(): Promise<void> {
    while (running !== undefined) await running.catch(() => undefined); // whoever started it hears of the error
    running = publishAll().finally(() => (running = undefined));
    await running;
  }

  async function publishAll(): Promise<void> {
    while (await holdLease(collections.leases, holder, options.clock())) {
      const published = await publishOnce(collections);
      if (published.length === 0) return;
      for (const listener of listeners) listener();
      await forgetOldChanges(collections.changes, published, options.changesKept);
    }
  }

  schedule(0);
  return {
    wake: () => schedule(GATHER_MS),
    onPublished: (listener) => void listeners.push(listener),
    drain,
    async stop() {
      isStopped = true;
      clearTimeout(timer);
      await drain();
      await collections.leases.deleteOne({ _id: LEASE_ID, holder });
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

/** @returns whether this holder has the lease now, for `LEASE_MS` more */
async function holdLease(leases: BarsCollections['leases'], holder: string, now: number): Promise<boolean> {
  try {
    const { matchedCount, upsertedCount } = await leases.updateOne(
      { _id: LEASE_ID, $or: [{ holder }, { until: { $lt: now } }] },
      { $set: { holder, until: now + LEASE_MS } },
      { upsert: true },
    );
    return matchedCount + upsertedCount > 0;
  } catch (error) {
    if (isDuplicateKey(error)) return false; // the lease is there, and another's
    throw error;
  }
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
