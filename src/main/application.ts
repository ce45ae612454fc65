import type { ProviderConfig } from '../config/index.ts';
import { ChunkFormatError } from '../chunk/index.ts';
import { removeLeftSpooled } from '../barfiles/index.ts';
import { barsDocuments, type Relay, type UploadLoad, type WrittenBars } from '../features/bars/index.ts';
import { coverageDocuments } from '../features/coverage/index.ts';
import {
  createStoredNames,
  instrumentsDocuments,
  openInstrumentsCollections,
  registerInstruments,
} from '../features/instruments/index.ts';
import { liveDocuments, type FeedSupervisor } from '../features/live/index.ts';
import type { Hub } from '../features/streams/index.ts';
import { syncDocuments, type StoredJob } from '../features/sync/index.ts';
import { registerSystem, vendorState, type Setting } from '../features/system/index.ts';
import {
  createBus,
  repeating,
  reporting,
  translatingErrors,
  type Bus,
  type MessageReport,
} from '../platform/bus/index.ts';
import type { CacheState } from '../platform/cache/index.ts';
import {
  asStoreError,
  databaseDocuments,
  openDatabase,
  outlastFailover,
  type Database,
  type DocumentSchemas,
} from '../platform/database/index.ts';
import { createEnding, type Ending } from '../platform/ending/index.ts';
import { StoreError, type PocketQuantError } from '../platform/errors/index.ts';
import type { VendorHealth } from '../platform/http/index.ts';
import { createJobScheduler, timetableDocuments, type JobScheduler } from '../platform/scheduler/index.ts';
import type { MarketDataProvider } from '../providers/contract/index.ts';
import { openPageCache, type PageCacheOptions } from './page-cache.ts';
import { createProviders } from './providers.ts';
import { loadSchedules } from './schedules.ts';
import { connectBars } from './slices/bars.ts';
import type { Core } from './slices/core.ts';
import { connectCoverage } from './slices/coverage.ts';
import { connectLive } from './slices/live.ts';
import { namingAsStored } from './slices/stored-names.ts';
import { connectSync } from './slices/sync.ts';
import { openStreams } from './streams.ts';

/** The product without its doors: a database, a bus with every handler, and the relay that works behind them. */
export interface Application {
  readonly bus: Bus;
  readonly database: Database;
  readonly relay: Relay;
  readonly scheduler: JobScheduler;
  /** Imports of uploaded files that this process works on. */
  readonly uploads: UploadLoad;
  readonly feeds: FeedSupervisor;
  /** Where live data is published, and clients listen. */
  readonly hub: Hub<StoredJob>;
  vendors(): readonly VendorHealth[];
  /** Takes up jobs that wait, and keeps the tracked series complete, until it is closed. */
  startWork(): void;
  /** How the cache fares. */
  cacheState(): CacheState;
  /** Ends streams, feeds, the timetable and jobs; whoever waits for a job is answered. Messages are still handled. */
  endWork(ending: Ending): Promise<void>;
  /** The same, publishes what waits and closes the database. */
  end(ending: Ending): Promise<void>;
  /** The same, each part as long as it takes. @throws what the first part that failed has thrown, after all have ended */
  close(): Promise<void>;
}

export interface ApplicationOptions {
  readonly databaseUrl: string;
  /** How many changes the feed keeps. */
  readonly changesKept: number;
  /** Pages kept ready to be sent; without it none are. */
  readonly cache?: PageCacheOptions;
  /** Most clients that have streams open at a time; default: none. */
  readonly streamClients?: number;
  /** A folder of schedules beside those that ship. */
  readonly schedulesFolder?: string | undefined;
  /** Where vendors are, by name of the provider, where it is not their usual place. */
  readonly providers?: Readonly<Record<string, ProviderConfig>>;
  /** Providers beside those that ship; one of the same name replaces it. */
  readonly moreProviders?: readonly MarketDataProvider[];
  /** The configuration in force, without secrets; default: none is told. */
  readonly settings?: readonly Setting[];
  /** UTC epoch ms; default: the machine's. */
  readonly clock?: () => number;
  /** Hears when the clocks of this machine and of a vendor begin to differ; how far this one is ahead, ms. */
  readonly onClockSkew?: (provider: string, skewMs: number) => void;
  /** Hears when what is stored was written at a moment that lies ahead of this machine's clock; how far, ms. */
  readonly onClockBehind?: (byMs: number) => void;
  /** Hears how each message went. */
  readonly onMessage: (report: MessageReport) => void;
  /** Hears how many bars were stored by this process. */
  readonly onBarsWritten?: (bars: WrittenBars) => void;
  /** Hears of trouble in the background; what failed is tried again. */
  readonly onBackgroundError: (error: unknown) => void;
}

const JOBS_AT_A_TIME = 4;

const STORED_DOCUMENTS: DocumentSchemas = {
  ...barsDocuments,
  ...instrumentsDocuments,
  ...coverageDocuments,
  ...syncDocuments,
  ...liveDocuments,
  ...timetableDocuments,
  ...databaseDocuments,
};

/** @throws StoreError if the database cannot be opened; InvalidRequestError `INVALID_CONFIG` */
export async function openApplication(options: ApplicationOptions): Promise<Application> {
  const database = await openDatabase(options.databaseUrl);
  const clock = options.clock ?? ((): number => Date.now());
  const instruments = await openInstrumentsCollections(database);
  const names = createStoredNames(instruments);
  const bus = createBus({
    clock,
    middlewares: [
      reporting(options.onMessage, () => performance.now()),
      translatingErrors(translate),
      repeating(outlastFailover),
      namingAsStored(names),
    ],
  });
  const schedules = loadSchedules(options.schedulesFolder);
  const elapsed = options.clock ?? ((): number => performance.now());
  const onError = options.onBackgroundError;
  const providers = createProviders(options.providers ?? {}, { clock, elapsed }, onError, options.moreProviders);
  for (const { name, vendorClock } of providers.values())
    vendorClock?.whenSkewed((skewMs) => options.onClockSkew?.(name, skewMs));
  const core: Core = { bus, database, names, schedules, providers, clock, elapsed, onError };

  registerSystem({ ...core, settings: options.settings ?? [] });
  registerInstruments({ ...core, instruments });
  connectCoverage(core);
  const cache = await openPageCache(options.cache ?? { maxBytes: 0 }, database, schedules, onError);
  const onAhead = options.onClockBehind ?? ((): void => undefined);
  const { changesKept, onBarsWritten = () => undefined } = options;
  const scheduler = await createJobScheduler(database, { clock, elapsed, concurrency: JOBS_AT_A_TIME, onError });
  const uploads: UploadLoad = { jobs: 0 };
  const documents = STORED_DOCUMENTS;
  const relay = await connectBars(core, {
    documents,
    cache,
    scheduler,
    uploads,
    changesKept,
    onAhead,
    onBarsWritten,
  });
  const timetable = connectSync(core, scheduler);
  const mostClients = options.streamClients ?? 0;
  const streams = await openStreams({ ...core, mostClients, redisUrl: options.cache?.redisUrl });
  relay.onPublished(() => streams.hub.wake());
  const feeds = await connectLive(core, streams.hub);
  let workEnded: Promise<void> | undefined;

  function endWork(ending: Ending): Promise<void> {
    return (workEnded ??= Promise.all([
      ending.end('streams', () => streams.close()),
      ending.end('feeds', () => feeds.stop()),
      ending.end('timetable', () => timetable.stop()),
      ending.end('jobs', () => scheduler.stop()),
    ]).then(() => undefined));
  }

  async function end(ending: Ending): Promise<void> {
    await endWork(ending);
    await ending.end('providers', () => Promise.all([...providers.values()].map((provider) => provider.close())));
    await ending.end('publishing', () => relay.stop());
    await ending.end('cache', () => cache.close());
    await ending.end('database', () => database.close());
  }

  return {
    bus,
    database,
    relay,
    scheduler,
    uploads,
    feeds,
    hub: streams.hub,
    vendors: () => [...providers.values()].flatMap((provider) => vendorState(provider) ?? []),
    cacheState: () => cache.state(),
    startWork() {
      void removeLeftSpooled(clock()).catch(onError);
      scheduler.start();
      timetable.start();
      feeds.start();
    },
    endWork,
    end,
    async close() {
      const ending = createEnding(Infinity, elapsed);
      await end(ending);
      for (const { error } of ending.unfinished) throw error;
    },
  };
}

/** Errors of the layers below that are nobody's bug. */
function translate(thrown: unknown): PocketQuantError | undefined {
  if (!(thrown instanceof ChunkFormatError)) return asStoreError(thrown);
  return new StoreError(
    'CHUNK_DAMAGED',
    `A chunk cannot be read: ${thrown.message}; "pocketquant doctor" says which and what to do`,
    { cause: thrown },
  );
}
