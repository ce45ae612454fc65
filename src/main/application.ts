import { createHash } from 'node:crypto';
import type { ProviderConfig } from '../config/index.ts';
import {
  coverageDocuments,
  forgetCoverage,
  getLedger,
  noteBasis,
  recordCoverage,
  registerCoverage,
} from '../features/coverage/index.ts';
import {
  describeSymbol,
  getInstrument,
  instrumentsDocuments,
  noteListing,
  registerInstruments,
  registerSymbol,
} from '../features/instruments/index.ts';
import {
  barsDocuments,
  getBars,
  getCompleteness,
  registerBars,
  upsertBars,
  type InstrumentFacts,
  type Relay,
} from '../features/bars/index.ts';
import { getCurrentBar, liveDocuments, registerLive, type FeedSupervisor } from '../features/live/index.ts';
import type { Hub } from '../features/live/streaming/index.ts';
import { fetchRange, registerSync, syncBars, syncDocuments } from '../features/sync/index.ts';
import { registerSystem } from '../features/system/index.ts';
import { ChunkFormatError } from '../chunk/index.ts';
import {
  barInterval,
  defaultScheduleOf,
  epochMs,
  exchangeOf,
  expectedRuns,
  instrumentId,
  reverseColumns,
  type InstrumentId,
  type SessionSchedule,
} from '../market/index.ts';
import {
  createBus,
  repeating,
  reporting,
  translatingErrors,
  type Bus,
  type MessageReport,
} from '../platform/bus/index.ts';
import { createCache, openSharedCache, type Cache, type CacheState } from '../platform/cache/index.ts';
import {
  asStoreError,
  databaseDocuments,
  databaseId,
  openDatabase,
  outlastFailover,
  type Database,
  type DocumentSchemas,
} from '../platform/database/index.ts';
import { createEnding, type Ending } from '../platform/ending/index.ts';
import { NotFoundError, StoreError, type PocketQuantError } from '../platform/errors/index.ts';
import type { MarketDataProvider, ProviderState, VendorClock } from '../providers/contract/index.ts';
import { createJobScheduler, timetableDocuments, type JobScheduler } from '../platform/scheduler/index.ts';
import { createProviders } from './providers.ts';
import { loadSchedules } from './schedules.ts';
import { openStreams } from './streams.ts';
import { version } from './version.ts';

/** How requests to a vendor fare, and how its clock stands to ours. */
export interface VendorState extends ProviderState {
  readonly name: string;
  readonly clock: VendorClock['state'];
  readonly clockSkewMs: VendorClock['skewMs'];
}

/** The product without its doors: a database, a bus with every handler, and the relay that works behind them. */
export interface Application {
  readonly bus: Bus;
  readonly database: Database;
  readonly relay: Relay;
  readonly scheduler: JobScheduler;
  readonly feeds: FeedSupervisor;
  /** Where live data is published, and clients listen. */
  readonly hub: Hub;
  vendors(): readonly VendorState[];
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
  readonly cache?: { readonly maxBytes: number; readonly redisUrl?: string | undefined };
  /** Most clients that have streams open at a time; default: none. */
  readonly streamClients?: number;
  /** A folder of schedules beside those that ship. */
  readonly schedulesFolder?: string | undefined;
  /** Where vendors are, by name of the provider, where it is not their usual place. */
  readonly providers?: Readonly<Record<string, ProviderConfig>>;
  /** Providers beside those that ship; one of the same name replaces it. */
  readonly moreProviders?: readonly MarketDataProvider[];
  /** UTC epoch ms; default: the machine's. */
  readonly clock?: () => number;
  /** Hears when the clocks of this machine and of a vendor begin to differ; how far this one is ahead, ms. */
  readonly onClockSkew?: (provider: string, skewMs: number) => void;
  /** Hears when what is stored was written at a moment that lies ahead of this machine's clock; how far, ms. */
  readonly onClockBehind?: (byMs: number) => void;
  /** Hears how each message went. */
  readonly onMessage: (report: MessageReport) => void;
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
  const bus = createBus({
    clock,
    middlewares: [
      reporting(options.onMessage, () => performance.now()),
      translatingErrors(translate),
      repeating(outlastFailover),
    ],
  });
  const schedules = loadSchedules(options.schedulesFolder);
  const elapsed = options.clock ?? ((): number => performance.now());
  const providers = createProviders(
    options.providers ?? {},
    { clock, elapsed },
    options.onBackgroundError,
    options.moreProviders,
  );
  for (const { name, vendorClock } of providers.values())
    vendorClock?.whenSkewed((skewMs) => options.onClockSkew?.(name, skewMs));
  const scheduler = await createJobScheduler(database, {
    clock,
    elapsed,
    concurrency: JOBS_AT_A_TIME,
    onError: options.onBackgroundError,
  });

  async function findInstrument(instrumentId: InstrumentId): Promise<InstrumentFacts> {
    const details = await bus.ask(getInstrument({ instrumentId }));
    const name = details?.schedule ?? defaultScheduleOf(exchangeOf(instrumentId));
    return {
      isRegistered: details !== undefined,
      schedule: name === undefined ? undefined : schedules.get(name),
      sessions: details?.sessions ?? 'regular',
      listedFrom: details?.listedFrom,
      listedTo: details?.listedTo,
    };
  }

  const cache = await openCache(options, database, schedules);
  const aliasesOf = async (id: string): Promise<readonly string[]> =>
    (await bus.ask(getInstrument({ instrumentId: id })))?.aliases ?? [];
  registerInstruments({ bus, database, schedules, providers });
  const relay = await registerBars({
    bus,
    database,
    knowledge: {
      findInstrument,
      async findLedger(series, { from, to }, asOf) {
        const [instrument, interval] = series.split('/');
        const { claims, basis, rebasedUntil } = await bus.ask(
          getLedger({
            instrumentId: instrument,
            interval: barInterval(interval),
            from,
            to,
            ...(asOf === undefined ? {} : { asOf }),
          }),
        );
        return { asked: claims, basis: rebasedUntil === undefined ? basis : 'mixed' };
      },
      async findOpenBar(id, interval) {
        try {
          return await bus.ask(getCurrentBar({ instrumentId: id, interval }));
        } catch (error) {
          if (error instanceof NotFoundError) return undefined;
          throw error;
        }
      },
    },
    cache,
    // What a file's prices mean is not declared with it, whatever provider it names.
    recordFetched: (entry) => bus.execute(recordCoverage({ ...entry, result: 'fetched' })),
    forgetFetched: (span) => bus.execute(forgetCoverage(span)),
    relay: {
      clock,
      elapsed,
      changesKept: options.changesKept,
      onAhead: options.onClockBehind ?? (() => undefined),
      onError: options.onBackgroundError,
    },
  });
  async function expectedRunsOf({ instrumentId: id, interval, from, to }: Parameters<typeof getLedger>[0]) {
    const { schedule, sessions } = await findInstrument(instrumentId(id));
    return schedule && expectedRuns(schedule, { from: epochMs(from), to: epochMs(to) }, interval, sessions);
  }

  registerCoverage({
    bus,
    database,
    knowledge: {
      async completenessOf(question) {
        const completeness = await bus.ask(getCompleteness(question));
        // Parts that derived bars lack are no bars of this interval.
        return { ...completeness, missing: completeness.missing.filter(({ bars }) => bars > 0) };
      },
      expectedRunsOf,
    },
  });
  /** What a provider's prices mean is noted with what it was asked for. */
  function noteCoverage(entry: Parameters<typeof recordCoverage>[0]): Promise<void> {
    const basis = providers.get(entry.provider)?.basis;
    return bus.execute(recordCoverage({ ...entry, ...(basis === undefined ? {} : { basis }) }));
  }

  const timetable = registerSync({
    schedules,
    scheduleNameOf: async (id) => (await findInstrument(instrumentId(id))).schedule?.name,
    onError: options.onBackgroundError,
    bus,
    database,
    scheduler,
    clock,
    knowledge: {
      providers,
      completenessOf: (question) => bus.ask(getCompleteness({ ...question, derive: false })),
      expectedRunsOf,
      ledgerOf: (question) => bus.ask(getLedger(question)),
      recordCoverage: noteCoverage,
      noteBasis: (entry) => bus.execute(noteBasis(entry)),
      upsertBars: (input) => bus.execute(upsertBars(input)),
      barsAtEdge: async ({ order, ...question }) => {
        const { columns } = await bus.ask(getBars({ ...question, order, derive: false }));
        return order === 'asc' ? columns : reverseColumns(columns);
      },
      barsIn: async (question) => (await bus.ask(getBars(question))).columns,
      currencyOf: async (id) => (await bus.ask(getInstrument({ instrumentId: id })))?.currency,
      registerInstrument: (id) => bus.execute(registerSymbol({ instrumentId: id })),
      describeInstrument: (id, ask) => bus.execute(describeSymbol({ instrumentId: id, ask })),
      noteListing: (id, ask) => bus.execute(noteListing({ instrumentId: id, ask })),
      aliasesOf,
    },
  });
  const streams = await openStreams({
    bus,
    database,
    mostClients: options.streamClients ?? 0,
    redisUrl: options.cache?.redisUrl,
    clock,
    onError: options.onBackgroundError,
  });
  relay.onPublished(() => streams.hub.wake());
  const feeds = await registerLive({
    bus,
    database,
    clock,
    elapsed,
    onError: options.onBackgroundError,
    audience: streams.hub,
    knowledge: {
      providers,
      findInstrument: (id) => findInstrument(instrumentId(id)),
      aliasesOf,
      registerInstrument: (id) => bus.execute(registerSymbol({ instrumentId: id })),
      upsertBars: (input) => bus.execute(upsertBars(input)),
      async storedBars(question) {
        const { columns } = await bus.ask(getBars({ ...question, derive: false }));
        const { expected, missing } = await bus.ask(getCompleteness({ ...question, derive: false }));
        const unexplained = missing.filter(({ reason }) => reason !== 'noTrades');
        return { columns, missing: expected === undefined ? undefined : unexplained };
      },
      recordFetched: (entry) => noteCoverage({ ...entry, result: 'fetched' }),
      fetchRange: (order) => bus.execute(fetchRange(order)),
      orderSync: (order) => bus.execute(syncBars(order)),
    },
  });
  registerSystem({ bus, database, documents: STORED_DOCUMENTS, settle: () => relay.drain() });
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
    feeds,
    hub: streams.hub,
    vendors: () => [...providers.values()].flatMap((provider) => vendorState(provider) ?? []),
    cacheState: () => cache.state(),
    startWork() {
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

/** What is asked without a limit of ours waits for nothing. */
const UNLIMITED: ProviderState = { breaker: 'closed', queued: 0, pausedUntil: undefined };

/** `undefined` where there is no vendor: files, and what is made up. */
function vendorState({ name, state, vendorClock }: MarketDataProvider): VendorState | undefined {
  if (state === undefined && vendorClock === undefined) return undefined;
  const clock = vendorClock?.state ?? 'unknown';
  return { name, ...(state?.() ?? UNLIMITED), clock, clockSkewMs: vendorClock?.skewMs };
}

async function openCache(
  { cache, onBackgroundError }: ApplicationOptions,
  database: Database,
  schedules: ReadonlyMap<string, SessionSchedule>,
): Promise<Cache> {
  if (cache?.redisUrl === undefined) return createCache(cache?.maxBytes ?? 0);
  // Pages depend on these beside the data, and another release may write them otherwise.
  const known = JSON.stringify([...schedules.values()], (_key, value: unknown) =>
    value instanceof Map || value instanceof Set ? [...(value as Iterable<unknown>)] : value,
  );
  const scope = createHash('sha256')
    .update(`${version} ${await databaseId(database)} ${known}`)
    .digest('base64url');
  return createCache(
    cache.maxBytes,
    await openSharedCache({ url: cache.redisUrl, scope: `pocketquant:${scope}`, onError: onBackgroundError }),
  );
}

/** Errors of the layers below that are nobody's bug. */
function translate(thrown: unknown): PocketQuantError | undefined {
  if (!(thrown instanceof ChunkFormatError)) return asStoreError(thrown);
  return new StoreError(
    'CHUNK_DAMAGED',
    `A chunk cannot be read: ${thrown.message}; "pocketquant doctor" tells which and what to do`,
    { cause: thrown },
  );
}
