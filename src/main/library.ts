import {
  createBar,
  deleteBars,
  exportBars,
  getBars,
  getChanges,
  getLatestBar,
  getRevisions,
  importBars,
  streamBars,
  upsertBars,
  type BarsAnswer,
  type BarRevision,
  type ChangesAnswer,
  type DeleteOutcome,
  type ExportedBars,
  type ImportOutcome,
  type StreamedBars,
  type UpsertOutcome,
} from '../features/bars/index.ts';
import {
  getSymbol,
  getSymbols,
  registerSymbol,
  searchSymbols,
  unregisterSymbol,
  type InstrumentWithSeries,
  type SearchAnswer,
  type SymbolsAnswer,
} from '../features/instruments/index.ts';
import { getCoverage, type CoverageAnswer } from '../features/coverage/index.ts';
import {
  getAllQuotes,
  getCurrentBar,
  getFeeds,
  getLatestQuote,
  getSubscriptions,
  startFeed,
  stopFeed,
  subscribe,
  unsubscribe,
  type CurrentBar,
  type FeedStatus,
  type KnownQuote,
  type Subscription,
} from '../features/live/index.ts';
import { getJobs, getSyncStatus, syncBars, type SyncJob, type SyncStatus } from '../features/sync/index.ts';
import {
  epochMsOfInput,
  isLikeSeconds,
  isNearEpoch,
  type Bar,
  type ObservedBar,
  type TimeInput,
} from '../market/index.ts';
import { readField, StoreError } from '../platform/errors/index.ts';
import { openApplication, type Application } from './application.ts';

export {
  BAR_INTERVALS,
  BAR_STATES,
  barAt,
  barsOf,
  newBarColumns,
  type Bar,
  type BarColumns,
  type BarInterval,
  type BarState,
  type ObservedBar,
  type TimeInput,
} from '../market/index.ts';
export type {
  BarRevision,
  BarsAnswer,
  ChangesAnswer,
  Completeness,
  DeleteOutcome,
  ExportedBars,
  ImportOutcome,
  MissingRange,
  MissingReason,
  PublishedChange,
  RejectedBar,
  StreamedBars,
  UpsertOutcome,
} from '../features/bars/index.ts';
export type { CoverageAnswer } from '../features/coverage/index.ts';
export type { CurrentBar, FeedStatus, KnownQuote, Subscription } from '../features/live/index.ts';
export type { SyncJob, SyncStatus } from '../features/sync/index.ts';
export type {
  FoundSymbol,
  InstrumentWithSeries,
  SearchAnswer,
  StoredSeries,
  SymbolsAnswer,
} from '../features/instruments/index.ts';
export { PocketQuantError, type ErrorCode } from '../platform/errors/index.ts';

type InputOf<Make extends (input: never) => unknown> = Parameters<Make>[0];
/**
 * The same input with times as callers write them: ISO text (UTC where it names no zone), `Date` or epoch ms. A number
 * that looks like seconds is refused.
 */
type WithTimes<Input, Name extends keyof Input> = {
  readonly [K in keyof Input]: K extends Name ? Input[K] | TimeInput : Input[K];
};

export type UpsertBarsInput = Omit<WithTimes<InputOf<typeof upsertBars>, 'observedAt'>, 'epochNumbers' | 'vendorNow'>;
export type CreateBarInput = Omit<WithTimes<InputOf<typeof createBar>, 'observedAt'>, 'epochNumbers'>;
export type DeleteBarsInput = WithTimes<InputOf<typeof deleteBars>, 'from' | 'to'>;
export type GetBarsInput = WithTimes<InputOf<typeof getBars>, 'from' | 'to' | 'asOf'>;
export type ExportBarsInput = WithTimes<InputOf<typeof exportBars>, 'from' | 'to' | 'asOf'>;
export type GetLatestBarInput = WithTimes<InputOf<typeof getLatestBar>, 'asOf'>;
export type GetRevisionsInput = WithTimes<InputOf<typeof getRevisions>, 'openTime'>;
export type GetCoverageInput = WithTimes<InputOf<typeof getCoverage>, 'from' | 'to'>;
export type SyncBarsInput = WithTimes<InputOf<typeof syncBars>, 'from' | 'to'>;
export type RegisterSymbolInput = WithTimes<InputOf<typeof registerSymbol>, 'listedFrom' | 'listedTo'>;

export interface OpenOptions {
  /** `file:./data/pq.db` for the embedded database, or `mongodb://…`. */
  readonly database: string;
  /** How many changes the feed keeps; default 1,000,000. */
  readonly changesKept?: number;
  /** Hears of trouble in the background; what failed is tried again. Default: silence. */
  readonly onBackgroundError?: (error: unknown) => void;
}

/** An open store. Every method throws a {@link PocketQuantError} whose `code` is explained in the error reference. */
export interface PocketQuant {
  /** Stores bars; repeating a call changes nothing. A bad bar is rejected in the outcome and never stops the others. */
  upsertBars(input: UpsertBarsInput): Promise<UpsertOutcome>;
  /** Stores one new bar. @throws `BAR_EXISTS` */
  createBar(input: CreateBarInput): Promise<Bar>;
  /** Removes the bars of `[from, to)` with their history, for retention; a sync of the range fetches them again. */
  deleteBars(input: DeleteBarsInput): Promise<DeleteOutcome>;
  /** Bars as columns, in one piece. @throws `INSTRUMENT_NOT_FOUND`, `INVALID_RANGE`, `INVALID_CURSOR`, `CURSOR_MISMATCH`, `NO_SCHEDULE`, `NO_SUITABLE_INTERVAL` */
  getBars(input: GetBarsInput): Promise<BarsAnswer>;
  /** The same bars a batch at a time, with flat memory. */
  streamBars(input: GetBarsInput): Promise<StreamedBars>;
  /** Stores the bars of a file; bad rows are rejected with their line numbers. @throws `FILE_DAMAGED` and its kin */
  importBars(input: InputOf<typeof importBars>): Promise<ImportOutcome>;
  /** The same bars as the bytes of a file. */
  exportBars(input: ExportBarsInput): Promise<ExportedBars>;
  /** The newest bar, as known at `asOf`. @throws `BAR_NOT_FOUND` */
  getLatestBar(input: GetLatestBarInput): Promise<ObservedBar>;
  /** Every value ever believed of one bar, oldest first. @throws `BAR_NOT_FOUND` */
  getRevisions(input: GetRevisionsInput): Promise<readonly BarRevision[]>;
  /** What changed after a seq, in order. @throws `CHANGES_EXPIRED` */
  getChanges(input?: InputOf<typeof getChanges>): Promise<ChangesAnswer>;
  /** What is held of a series day by day, what is missing and why. @throws `INSTRUMENT_NOT_FOUND` */
  getCoverage(input: GetCoverageInput): Promise<CoverageAnswer>;
  /**
   * Brings a series up to its provider and answers with the job when it has ended, or when `signal` stops it;
   * `verifyEmpty` also asks again for all that counts as empty.
   * @throws `UNKNOWN_PROVIDER`, `PROVIDER_INTERVAL_UNKNOWN`, `INVALID_RANGE`
   */
  syncBars(input: SyncBarsInput, signal?: AbortSignal): Promise<SyncJob>;
  /** Jobs, the newest first. */
  getJobs(input?: InputOf<typeof getJobs>): Promise<readonly SyncJob[]>;
  /** How the tracked series stand. */
  getSyncStatus(input?: InputOf<typeof getSyncStatus>): Promise<readonly SyncStatus[]>;
  /** Has bars made of an instrument's live data, beside those that are made already. @throws `PROVIDER_HAS_NO_FEED` */
  subscribe(input: InputOf<typeof subscribe>): Promise<Subscription>;
  /** Ends a subscription; what was stored stays. */
  unsubscribe(input: InputOf<typeof unsubscribe>): Promise<void>;
  getSubscriptions(input?: InputOf<typeof getSubscriptions>): Promise<readonly Subscription[]>;
  /** Has a provider's feed run, in whichever process runs feeds. @throws `UNKNOWN_PROVIDER`, `PROVIDER_HAS_NO_FEED` */
  startFeed(input: InputOf<typeof startFeed>): Promise<void>;
  stopFeed(input: InputOf<typeof stopFeed>): Promise<void>;
  /** Runs the feeds that were started and that no other process holds, in this one until it closes. */
  runFeeds(): void;
  /** How the feeds fare. */
  getFeeds(): Promise<readonly FeedStatus[]>;
  getAllQuotes(): Promise<readonly KnownQuote[]>;
  /** @throws `QUOTE_NOT_FOUND` */
  getLatestQuote(input: InputOf<typeof getLatestQuote>): Promise<KnownQuote>;
  /** The bar whose interval runs now. @throws `CURRENT_BAR_NOT_FOUND` */
  getCurrentBar(input: InputOf<typeof getCurrentBar>): Promise<CurrentBar>;
  /** Declares an instrument or changes what is declared. */
  registerSymbol(input: RegisterSymbolInput): Promise<InstrumentWithSeries>;
  /** Forgets an instrument without bars. @throws `INSTRUMENT_HAS_BARS`, `INSTRUMENT_NOT_FOUND` */
  unregisterSymbol(input: InputOf<typeof unregisterSymbol>): Promise<void>;
  /** Instruments with their series. */
  getSymbols(input?: InputOf<typeof getSymbols>): Promise<SymbolsAnswer>;
  /** Instruments that a provider has. @throws `UNKNOWN_PROVIDER`, `PROVIDER_HAS_NO_SEARCH` */
  searchSymbols(input: InputOf<typeof searchSymbols>): Promise<SearchAnswer>;
  /** One instrument with its series. @throws `INSTRUMENT_NOT_FOUND` */
  getSymbol(input: InputOf<typeof getSymbol>): Promise<InstrumentWithSeries>;
  /** Waits until all that was written is in the change feed and the series' heads. */
  settle(): Promise<void>;
  /** Finishes what runs and closes the database. */
  close(): Promise<void>;
}

const DEFAULT_CHANGES_KEPT = 1_000_000;

/** @throws StoreError if the database cannot be opened */
export async function open({ database, changesKept, onBackgroundError }: OpenOptions): Promise<PocketQuant> {
  const application = await openApplication({
    databaseUrl: database,
    changesKept: changesKept ?? DEFAULT_CHANGES_KEPT,
    onMessage: () => undefined,
    onBackgroundError: onBackgroundError ?? (() => undefined),
  });
  const { warning } = application.database;
  if (warning !== undefined) onBackgroundError?.(new StoreError('DATABASE_DAMAGED', warning));
  return libraryOf(application);
}

const NEVER = new AbortController().signal;

function libraryOf({ bus, relay, scheduler, feeds, close }: Application): PocketQuant {
  return {
    async upsertBars(input) {
      requireMilliseconds(input.columns?.openTime);
      return bus.execute(upsertBars(withEpochMs(input, ['observedAt'])));
    },
    createBar: async (input) => bus.execute(createBar(withEpochMs(input, ['observedAt']))),
    deleteBars: async (input) => bus.execute(deleteBars(withEpochMs(input, ['from', 'to']))),
    getBars: async (input) => bus.ask(getBars(withEpochMs(input, ['from', 'to', 'asOf']))),
    streamBars: async (input) => bus.ask(streamBars(withEpochMs(input, ['from', 'to', 'asOf']))),
    importBars: async (input) => bus.execute(importBars(input)),
    exportBars: async (input) => bus.ask(exportBars(withEpochMs(input, ['from', 'to', 'asOf']))),
    getLatestBar: async (input) => bus.ask(getLatestBar(withEpochMs(input, ['asOf']))),
    getRevisions: async (input) => bus.ask(getRevisions(withEpochMs(input, ['openTime']))),
    getChanges: async (input = {}) => bus.ask(getChanges(input)),
    getCoverage: async (input) => bus.ask(getCoverage(withEpochMs(input, ['from', 'to']))),
    async syncBars(input, signal = NEVER) {
      const { _id } = await bus.execute(syncBars(withEpochMs(input, ['from', 'to'])));
      return (await scheduler.runToEnd(_id, signal)) as SyncJob;
    },
    getJobs: async (input = {}) => bus.ask(getJobs(input)),
    getSyncStatus: async (input = {}) => bus.ask(getSyncStatus(input)),
    subscribe: async (input) => bus.execute(subscribe(input)),
    unsubscribe: async (input) => bus.execute(unsubscribe(input)),
    getSubscriptions: async (input = {}) => bus.ask(getSubscriptions(input)),
    startFeed: async (input) => bus.execute(startFeed(input)),
    stopFeed: async (input) => bus.execute(stopFeed(input)),
    runFeeds: () => feeds.start(),
    getFeeds: async () => bus.ask(getFeeds({})),
    getAllQuotes: async () => bus.ask(getAllQuotes({})),
    getLatestQuote: async (input) => bus.ask(getLatestQuote(input)),
    getCurrentBar: async (input) => bus.ask(getCurrentBar(input)),
    registerSymbol: async (input) => bus.execute(registerSymbol(withEpochMs(input, ['listedFrom', 'listedTo']))),
    unregisterSymbol: async (input) => bus.execute(unregisterSymbol(input)),
    getSymbols: async (input = {}) => bus.ask(getSymbols(input)),
    searchSymbols: async (input) => bus.ask(searchSymbols(input)),
    getSymbol: async (input) => bus.ask(getSymbol(input)),
    settle: () => relay.drain(),
    close,
  };
}

type EpochMsOf<Input, Name extends keyof Input> = {
  [K in keyof Input]: K extends Name ? Exclude<Input[K], string | Date> : Input[K];
};

/** @throws InvalidRequestError `INVALID_REQUEST` if a field names no moment */
function withEpochMs<Input extends object, Name extends keyof Input & string>(
  input: Input,
  names: readonly Name[],
): EpochMsOf<Input, Name> {
  const read = { ...input } as Record<string, unknown>;
  for (const name of names)
    if (input[name] !== undefined) read[name] = readField(name, input[name] as TimeInput, epochMsOfInput);
  return read as EpochMsOf<Input, Name>;
}

/**
 * Columns have no other way to name a time, so the column as a whole is judged: real bars of 1970 rarely come without
 * others beside them.
 * @throws InvalidRequestError `INVALID_REQUEST` if the column holds epoch seconds
 */
function requireMilliseconds(openTimes: unknown): void {
  if (!(openTimes instanceof Float64Array) || !openTimes.every(isNearEpoch)) return; // the schema sees to the rest
  const seconds = openTimes.find(isLikeSeconds);
  if (seconds === undefined) return;
  readField('columns.openTime', seconds, epochMsOfInput);
}
