import type { InstrumentId, OpenBar, Quote } from '../../market/index.ts';
import { StoreError } from '../../platform/errors/index.ts';
import { ChangeFollower, type ChangeSource } from './change-follower.ts';
import { StreamClient, type ClientHome, type Transport } from './stream-client.ts';
import type { Latest, StreamedJob, StreamEvent } from './stream-event.ts';
import { barsTopic, JOBS_TOPIC, quotesTopic, topicsAsStored } from './topics.ts';
import { watchJobs, type JobSource } from './watch-jobs.ts';

/** Brings what happens to the clients that want to know of it. */
export interface Hub<Job extends StreamedJob = StreamedJob> {
  /** The latest quote of an instrument. Costs next to nothing where nobody wants it. */
  publishQuote(quote: Quote): void;
  /** How the running bar of a series stands; closed bars come from the change feed by themselves. */
  publishOpenBar(instrumentId: InstrumentId, bar: OpenBar): void;
  /** Whether anybody may want a topic, in this process or in another that hears of what is published here. */
  wants(topic: string): boolean;
  /** Gives this process' clients what another has published. */
  deliver(latest: Latest): void;
  /** Says that changes were published. */
  wake(): void;
  /** Takes a client in; a hub that is closed sends it away. @throws StoreError `TOO_MANY_CLIENTS` */
  join(transport: Transport<Job>): StreamClient;
  /** How many clients there are. */
  clientCount(): number;
  /** Sends all clients away. */
  close(): void;
}

export interface HubOptions<Job extends StreamedJob> {
  readonly changes: ChangeSource;
  readonly jobs: JobSource<Job>;
  /** The stored instrument that a name means. */
  readonly storedAs: (id: InstrumentId) => Promise<InstrumentId>;
  readonly mostClients: number;
  /** Tells other processes what is published here. */
  readonly share?: ((latest: Latest) => void) | undefined;
  /** UTC epoch ms. */
  readonly clock: () => number;
  /** Hears of trouble with the database; reading is tried again. */
  readonly onError: (error: unknown) => void;
}

/** Gathers what comes in a burst: of a quote that changes ten times in between one value is sent. */
const GATHER_MS = 5;
const HEARTBEAT_MS = 15_000;
const RETRY_AFTER_SECONDS = 30;

export function createHub<Job extends StreamedJob>(options: HubOptions<Job>): Hub<Job> {
  const { changes, jobs, storedAs, mostClients, share, clock, onError } = options;
  const clients = new Set<StreamClient>();
  const byTopic = new Map<string, Set<StreamClient>>();
  const waiting = new Set<StreamClient>();
  let flushTimer: NodeJS.Timeout | undefined;
  let heart: NodeJS.Timeout | undefined;
  let isClosed = false;
  let unwatchJobs: (() => void) | undefined;
  const home: ClientHome = {
    follower: new ChangeFollower(changes, onError),
    onError,
    flushSoon(client) {
      waiting.add(client);
      flushTimer ??= setTimeout(flushAll, GATHER_MS);
    },
    onTopic(client, topic, isWanted) {
      const listening = byTopic.get(topic) ?? new Set();
      if (isWanted) byTopic.set(topic, listening.add(client));
      else if (listening.delete(client) && listening.size === 0) byTopic.delete(topic);
      if (topic !== JOBS_TOPIC) return;
      if (byTopic.has(JOBS_TOPIC)) unwatchJobs ??= watchJobs(jobs, onJob, onError);
      else {
        unwatchJobs?.();
        unwatchJobs = undefined;
      }
    },
    asStored: (topics) => topicsAsStored(topics, storedAs),
    onLeave(client) {
      clients.delete(client);
      waiting.delete(client);
      if (clients.size > 0) return;
      clearInterval(heart);
      heart = undefined;
    },
  };

  function flushAll(): void {
    flushTimer = undefined;
    const ready = [...waiting];
    waiting.clear();
    for (const client of ready) client.flush();
  }

  function beat(): void {
    const now = clock();
    for (const client of clients) client.beat(now);
  }

  function tell(topic: string, key: string, make: () => StreamEvent): void {
    const listening = byTopic.get(topic);
    if (listening === undefined) return;
    const event = make();
    for (const client of listening) client.offer(key, event);
  }

  function deliver(latest: Latest): void {
    if (latest.kind === 'quote') {
      const { quote } = latest;
      const topic = quotesTopic(quote.instrumentId);
      tell(topic, topic, () => ({ type: 'quote', topic, quote }));
    } else {
      const { instrumentId, interval, bar } = latest;
      const topic = barsTopic(`${instrumentId}/${interval}`);
      tell(topic, topic, () => ({ type: 'openBar', topic, instrumentId, interval, bar }));
    }
  }

  function publish(latest: Latest): void {
    share?.(latest);
    deliver(latest);
  }

  function onJob(job: StreamedJob): void {
    tell(JOBS_TOPIC, `job/${job.id}`, () => ({ type: 'job', topic: JOBS_TOPIC, job }));
  }

  return {
    publishQuote: (quote) => publish({ kind: 'quote', quote }),
    publishOpenBar: (instrumentId, bar) => publish({ kind: 'openBar', instrumentId, interval: bar.interval, bar }),
    wants: (topic) => share !== undefined || byTopic.has(topic),
    deliver,
    wake: () => home.follower.wake(),
    join(transport) {
      if (!transport.isInProcess && clients.size >= mostClients)
        throw new StoreError('TOO_MANY_CLIENTS', `${mostClients} clients have streams open, more are not allowed`, {
          retryAfterSeconds: RETRY_AFTER_SECONDS,
        });
      const client = new StreamClient(home, transport);
      clients.add(client);
      heart ??= setInterval(beat, HEARTBEAT_MS).unref();
      if (isClosed) client.close();
      return client;
    },
    clientCount: () => clients.size,
    close() {
      isClosed = true;
      for (const client of clients) client.close();
    },
  };
}
