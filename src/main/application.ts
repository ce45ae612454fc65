import type { ProviderConfig } from '../config/index.ts';
import { getLedger, recordCoverage, registerCoverage } from '../features/coverage/index.ts';
import { getInstrument, registerInstruments, registerSymbol } from '../features/instruments/index.ts';
import {
  getBars,
  getCompleteness,
  registerBars,
  upsertBars,
  type InstrumentFacts,
  type Relay,
} from '../features/bars/index.ts';
import { registerSync } from '../features/sync/index.ts';
import { registerSystem } from '../features/system/index.ts';
import { ChunkFormatError } from '../chunk/index.ts';
import {
  barInterval, defaultScheduleOf, epochMs, exchangeOf, expectedRuns, instrumentId, reverseColumns, type InstrumentId,
} from '../market/index.ts'; // prettier-ignore
import {
  createBus,
  reporting,
  translatingErrors,
  validating,
  type Bus,
  type MessageReport,
} from '../platform/bus/index.ts';
import { asStoreError, openDatabase, type Database } from '../platform/database/index.ts';
import { StoreError, type PocketQuantError } from '../platform/errors/index.ts';
import type { MarketDataProvider, ProviderState } from '../providers/contract/index.ts';
import { createJobScheduler, type JobScheduler } from '../platform/scheduler/index.ts';
import { createProviders } from './providers.ts';
import { loadSchedules } from './schedules.ts';

/** The product without its doors: a database, a bus with every handler, and the relay that works behind them. */
export interface Application {
  readonly bus: Bus;
  readonly database: Database;
  readonly relay: Relay;
  readonly scheduler: JobScheduler;
  /** How requests to the providers fare. */
  vendors(): readonly (ProviderState & { readonly name: string })[];
  /** Takes up jobs that wait, and keeps the tracked series complete, until it is closed. */
  startWork(): void;
  /** Publishes what waits and closes the database. */
  close(): Promise<void>;
}

export interface ApplicationOptions {
  readonly databaseUrl: string;
  /** How many changes the feed keeps. */
  readonly changesKept: number;
  /** A folder of schedules beside those that ship. */
  readonly schedulesFolder?: string | undefined;
  /** Where vendors are, by name of the provider, where it is not their usual place. */
  readonly providers?: Readonly<Record<string, ProviderConfig>>;
  /** Providers beside those that ship; one of the same name replaces it. */
  readonly moreProviders?: readonly MarketDataProvider[];
  /** UTC epoch ms; default: the machine's. */
  readonly clock?: () => number;
  /** Hears how each message went. */
  readonly onMessage: (report: MessageReport) => void;
  /** Hears of trouble in the background; what failed is tried again. */
  readonly onBackgroundError: (error: unknown) => void;
}

const JOBS_AT_A_TIME = 4;

/** @throws StoreError if the database cannot be opened; InvalidRequestError `INVALID_CONFIG` */
export async function openApplication(options: ApplicationOptions): Promise<Application> {
  const database = await openDatabase(options.databaseUrl);
  const clock = options.clock ?? ((): number => Date.now());
  const bus = createBus({
    clock,
    middlewares: (schemas) => [
      reporting(options.onMessage, () => performance.now()),
      translatingErrors(translate),
      validating(schemas),
    ],
  });
  const schedules = loadSchedules(options.schedulesFolder);
  const providers = createProviders(options.providers ?? {}, clock, options.moreProviders);
  const scheduler = await createJobScheduler(database, {
    clock,
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

  registerInstruments({ bus, database, schedules });
  const relay = await registerBars({
    bus,
    database,
    knowledge: {
      findInstrument,
      findLedger: (series, { from, to }, asOf) => {
        const [instrument, interval] = series.split('/');
        return bus.ask(
          getLedger({
            instrumentId: instrument,
            interval: barInterval(interval),
            from,
            to,
            ...(asOf === undefined ? {} : { asOf }),
          }),
        );
      },
    },
    relay: {
      clock,
      changesKept: options.changesKept,
      onError: options.onBackgroundError,
    },
  });
  registerCoverage({
    bus,
    database,
    knowledge: {
      completenessOf: (question) => bus.ask(getCompleteness(question)),
      async expectedRunsOf({ instrumentId: id, interval, from, to }) {
        const { schedule, sessions } = await findInstrument(instrumentId(id));
        return schedule && expectedRuns(schedule, { from: epochMs(from), to: epochMs(to) }, interval, sessions);
      },
    },
  });
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
      completenessOf: (question) => bus.ask(getCompleteness(question)),
      ledgerOf: (question) => bus.ask(getLedger(question)),
      recordCoverage(entry) {
        const basis = providers.get(entry.provider)?.basis;
        return bus.execute(recordCoverage({ ...entry, ...(basis === undefined ? {} : { basis }) }));
      },
      upsertBars: (input) => bus.execute(upsertBars(input)),
      barsAtEdge: async ({ order, ...question }) => {
        const { columns } = await bus.ask(getBars({ ...question, order }));
        return order === 'asc' ? columns : reverseColumns(columns);
      },
      registerInstrument: (id) => bus.execute(registerSymbol({ instrumentId: id })),
      aliasesOf: async (id) => (await bus.ask(getInstrument({ instrumentId: id })))?.aliases ?? [],
    },
  });
  registerSystem({ bus, database, settle: () => relay.drain() });
  return {
    bus,
    database,
    relay,
    scheduler,
    vendors: () =>
      [...providers.values()].flatMap(({ name, state }) => (state === undefined ? [] : [{ name, ...state() }])),
    startWork() {
      scheduler.start();
      timetable.start();
    },
    async close() {
      await timetable.stop();
      await scheduler.stop();
      await Promise.all([...providers.values()].map((provider) => provider.close()));
      await relay.stop();
      await database.close();
    },
  };
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
