import { getInstrument, registerInstruments } from '../features/instruments/index.ts';
import { registerBars, type Relay } from '../features/bars/index.ts';
import { registerSystem } from '../features/system/index.ts';
import { ChunkFormatError } from '../chunk/index.ts';
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

/** The product without its doors: a database, a bus with every handler, and the relay that works behind them. */
export interface Application {
  readonly bus: Bus;
  readonly database: Database;
  readonly relay: Relay;
  /** Publishes what waits and closes the database. */
  close(): Promise<void>;
}

export interface ApplicationOptions {
  readonly databaseUrl: string;
  /** How many changes the feed keeps. */
  readonly changesKept: number;
  /** Hears how each message went. */
  readonly onMessage: (report: MessageReport) => void;
  /** Hears of trouble in the background; what failed is tried again. */
  readonly onBackgroundError: (error: unknown) => void;
}

/** @throws StoreError if the database cannot be opened */
export async function openApplication(options: ApplicationOptions): Promise<Application> {
  const database = await openDatabase(options.databaseUrl);
  const clock = (): number => Date.now();
  const bus = createBus({
    clock,
    middlewares: (schemas) => [
      reporting(options.onMessage, () => performance.now()),
      translatingErrors(translate),
      validating(schemas),
    ],
  });
  registerInstruments({ bus, database });
  const relay = await registerBars({
    bus,
    database,
    findInstrument: async (instrumentId) => {
      const details = await bus.ask(getInstrument({ instrumentId }));
      return details && { schedule: details.schedule, listedFrom: details.listedFrom, listedTo: details.listedTo };
    },
    relay: {
      clock,
      changesKept: options.changesKept,
      onError: options.onBackgroundError,
    },
  });
  registerSystem({ bus, database, settle: () => relay.drain() });
  return {
    bus,
    database,
    relay,
    async close() {
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
