import {
  createBar,
  deleteBars,
  exportBars,
  getBars,
  getChanges,
  getCorrections,
  getLatestBar,
  getManyBars,
  getQuarantine,
  getRevisions,
  importBars,
  importFiles,
  readBarFile,
  readBarFiles,
  streamBars,
  upsertBars,
  upsertManyBars,
  type BarFilePreview,
  type BarsAnswer,
  type BarRevision,
  type ChangesAnswer,
  type CorrectionsAnswer,
  type DeleteOutcome,
  type ExportedBars,
  type ImportedFiles,
  type ImportFilesProgress,
  type ImportOutcome,
  type ImportProgress,
  type ManyBars,
  type PreviewedFile,
  type QuarantineAnswer,
  type StreamedBars,
  type UpsertManyOutcome,
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
import { getCoverage, getManyCoverages, type CoverageAnswer, type ManyCoverages } from '../features/coverage/index.ts';
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
import { follow, type FollowInput } from '../features/streams/index.ts';
import {
  getJobs,
  getSyncStatus,
  syncBars,
  untrackSeries,
  type JobsAnswer,
  type SyncJob,
  type SyncStatus,
} from '../features/sync/index.ts';
import { getProviders, type ProviderStatus } from '../features/system/index.ts';
import { epochMsOfInput, isLikeSeconds, isNearEpoch, type Bar, type ObservedBar } from '../market/index.ts';
import type { Message } from '../platform/bus/index.ts';
import { readField, StoreError } from '../platform/errors/index.ts';
import { openApplication, type Application } from './application.ts';
import type {
  CreateBarInput,
  DeleteBarsInput,
  ExportBarsInput,
  GetBarsInput,
  GetChangesInput,
  GetCorrectionsInput,
  GetCoverageInput,
  GetSymbolsInput,
  GetJobsInput,
  GetLatestBarInput,
  GetManyBarsInput,
  GetManyCoveragesInput,
  GetQuarantineInput,
  GetRevisionsInput,
  ImportBarsInput,
  ImportFilesInput,
  ReadBarFileInput,
  ReadBarFilesInput,
  InstrumentInput,
  ProviderInput,
  RegisterSymbolInput,
  SearchSymbolsInput,
  SeriesInput,
  StoredSeriesInput,
  SubscribeInput,
  SyncBarsInput,
  UpsertBarsInput,
  UpsertManyBarsInput,
} from './library-inputs.ts';
import type { FollowEvent } from './streams.ts';

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
  Change,
  ChangesAnswer,
  ColumnsInput,
  Completeness,
  CorrectionsAnswer,
  DeleteOutcome,
  ExportedBars,
  ImportedFile,
  ImportedFiles,
  ImportFilesProgress,
  ImportOutcome,
  ImportProgress,
  ManyBars,
  MissingRange,
  MissingReason,
  PreviewedFile,
  QuarantineAnswer,
  RefusedBar,
  RefusedSeries,
  RejectedBar,
  SeriesOutcome,
  StreamedBars,
  UpsertManyOutcome,
  UpsertOutcome,
} from '../features/bars/index.ts';
export type { CoverageAnswer, ManyCoverages, SeriesCoverage } from '../features/coverage/index.ts';
export type { CurrentBar, FeedStatus, KnownQuote, Subscription } from '../features/live/index.ts';
export type { FollowInput, StreamTopic } from '../features/streams/index.ts';
export type { FollowEvent } from './streams.ts';
export type { JobsAnswer, StoredJob, SyncJob, SyncStatus } from '../features/sync/index.ts';
export type { ProviderStatus } from '../features/system/index.ts';
export type {
  FoundSymbol,
  InstrumentWithSeries,
  SearchAnswer,
  StoredSeries,
  SymbolsAnswer,
} from '../features/instruments/index.ts';
export { PocketQuantError, type ErrorCode } from '../platform/errors/index.ts';

export type * from './library-inputs.ts';

export interface OpenOptions {
  /** `file:./data/pq.db` for the embedded database, or `mongodb://…`. */
  readonly database: string;
  /** How many changes the feed keeps; default 1,000,000. */
  readonly changesKept?: number;
  /** Hears of trouble in the background; what failed is tried again. Default: silence. */
  readonly onBackgroundError?: (error: unknown) => void;
}

export interface ImportOptions<Progress = ImportProgress> {
  /** Stops the import between two batches; the outcome then says `stopped`. */
  readonly signal?: AbortSignal;
  readonly onProgress?: (progress: Progress) => void;
}

/** An open store. Every method throws a {@link PocketQuantError} whose `code` is explained in the error reference. */
export interface PocketQuant {
  /** Stores bars; repeating a call changes nothing. A bad bar is rejected in the outcome and never stops the others. */
  upsertBars(input: UpsertBarsInput): Promise<UpsertOutcome>;
  /**
   * Stores bars of many series of one interval in one call, each with its own account; one that fails does not stop the
   * others. Repeating a call changes nothing, also one that was interrupted.
   */
  upsertManyBars(input: UpsertManyBarsInput): Promise<UpsertManyOutcome>;
  /** Stores one new bar. @throws `BAR_EXISTS` */
  createBar(input: CreateBarInput): Promise<Bar>;
  /** Removes the bars of `[from, to)` with their history, for retention; a sync of the range fetches them again. */
  deleteBars(input: DeleteBarsInput): Promise<DeleteOutcome>;
  /** Bars as columns, in one piece. @throws `INSTRUMENT_NOT_FOUND`, `INVALID_RANGE`, `INVALID_CURSOR`, `CURSOR_MISMATCH`, `NO_SCHEDULE`, `NO_SUITABLE_INTERVAL` */
  getBars(input: GetBarsInput): Promise<BarsAnswer>;
  /**
   * Bars of many series: of `ids`, of an `exchange` or of a `glob`, one answer a series, which is read when it is asked
   * for. Series of which nothing is known, or that cannot be answered, are told by `end()`.
   * @throws `INSTRUMENT_NOT_FOUND` if an exchange or a glob has no instrument; `INVALID_RANGE`, `INVALID_CURSOR`, `CURSOR_MISMATCH`
   * @example
   * const week = await pq.getManyBars({ exchange: 'NASDAQ', interval: '1d', from: '2024-06-03', to: '2024-06-08' });
   * for await (const { instrumentId, columns, completeness } of week.answers) console.log(instrumentId, columns.close);
   */
  getManyBars(input: GetManyBarsInput): Promise<ManyBars>;
  /** The same bars a batch at a time, with flat memory. */
  streamBars(input: GetBarsInput): Promise<StreamedBars>;
  /** Stores the bars of a file; bad rows are rejected with their line numbers. @throws `FILE_DAMAGED` and its kin */
  importBars(input: ImportBarsInput, options?: ImportOptions): Promise<ImportOutcome>;
  /**
   * The same of all files of a zip, or of one, whose names say what they hold; one that is refused does not stop the
   * others. @throws `NAME_TEMPLATE_INVALID`, `FILE_DAMAGED` and its kin of the zip itself
   */
  importFiles(input: ImportFilesInput, options?: ImportOptions<ImportFilesProgress>): Promise<ImportedFiles>;
  /** Says how a file would be read, with its first rows as understood; nothing is stored. */
  readBarFile(input: ReadBarFileInput): Promise<BarFilePreview>;
  /** The same of all files of a zip, or of one, by their names. */
  readBarFiles(input: ReadBarFilesInput): Promise<readonly PreviewedFile[]>;
  /** The same bars as the bytes of a file. */
  exportBars(input: ExportBarsInput): Promise<ExportedBars>;
  /** The newest bar, as known at `asOf`. @throws `BAR_NOT_FOUND` */
  getLatestBar(input: GetLatestBarInput): Promise<ObservedBar>;
  /** All revisions of one bar, oldest first. @throws `BAR_NOT_FOUND` */
  getRevisions(input: GetRevisionsInput): Promise<readonly BarRevision[]>;
  /** All revisions of the bars of a range that were ever corrected. @throws `INVALID_RANGE` */
  getCorrections(input: GetCorrectionsInput): Promise<CorrectionsAnswer>;
  /** Rejected bars, the newest first. */
  getQuarantine(input?: GetQuarantineInput): Promise<QuarantineAnswer>;
  /** What changed after a seq, in order. @throws `CHANGES_EXPIRED` */
  getChanges(input?: GetChangesInput): Promise<ChangesAnswer>;
  /** What is held of a series day by day, what is missing and why. @throws `INSTRUMENT_NOT_FOUND` */
  getCoverage(input: GetCoverageInput): Promise<CoverageAnswer>;
  /** The same by day of all stored and tracked series of an interval, 100 a page. @throws `INVALID_RANGE` */
  getManyCoverages(input: GetManyCoveragesInput): Promise<ManyCoverages>;
  /**
   * Brings a series up to its provider and answers with the job when it has ended, or when `signal` stops it;
   * `verifyEmpty` also asks again for all that counts as empty.
   * @throws `UNKNOWN_PROVIDER`, `PROVIDER_INTERVAL_UNKNOWN`, `INVALID_RANGE`
   */
  syncBars(input: SyncBarsInput, signal?: AbortSignal): Promise<SyncJob>;
  /** Jobs, the newest first. */
  getJobs(input?: GetJobsInput): Promise<JobsAnswer>;
  /** Ends the tracking of a series; what was stored stays. */
  untrackSeries(input: StoredSeriesInput): Promise<void>;
  /** How the tracked series stand. */
  getSyncStatus(input?: Partial<InstrumentInput>): Promise<readonly SyncStatus[]>;
  /** Has bars made of an instrument's live data, beside those that are made already. @throws `PROVIDER_HAS_NO_FEED` */
  subscribe(input: SubscribeInput): Promise<Subscription>;
  /** Ends a subscription; what was stored stays. */
  unsubscribe(input: { readonly id: string }): Promise<void>;
  getSubscriptions(input?: Partial<ProviderInput>): Promise<readonly Subscription[]>;
  /** Has a provider's feed run, in whichever process runs feeds. @throws `UNKNOWN_PROVIDER`, `PROVIDER_HAS_NO_FEED` */
  startFeed(input: ProviderInput): Promise<void>;
  stopFeed(input: ProviderInput): Promise<void>;
  /** Runs the feeds that were started and that no other process holds, in this one until it closes. */
  runFeeds(): void;
  /** Feed status. */
  getFeeds(): Promise<readonly FeedStatus[]>;
  getAllQuotes(): Promise<readonly KnownQuote[]>;
  /** @throws `QUOTE_NOT_FOUND` */
  getLatestQuote(input: InstrumentInput): Promise<KnownQuote>;
  /** The current bar of a series. @throws `CURRENT_BAR_NOT_FOUND` */
  getCurrentBar(input: SeriesInput): Promise<CurrentBar>;
  /**
   * What happens to topics, an event at a time: `subscribed` first, then `bar`, `openBar`, `change`, `quote` and `job`.
   * Values are as the other methods give them, times UTC epoch ms. Nothing is told before the first event is asked for.
   *
   * Bars and changes are numbered: however slow the loop is, none is dropped, in order. Keep the `seq` of the last event
   * that has one; with it as `after` the next loop misses none and hears none twice, but for the bars of a change that
   * the last one was left in the middle of. Of quotes, open bars and jobs only the latest waits.
   *
   * Ends when the loop is left, `signal` is aborted or the store is closed.
   * @throws `INVALID_REQUEST` if a topic is not known or nothing has the seq `after` yet; `CHANGES_EXPIRED` if changes
   * after it are no longer kept, also when the loop has fallen so far behind: read the bars anew, follow without `after`
   * @example
   * for await (const event of pq.follow({ topics: ['bars:COINBASE:BTCUSD/1m', 'quotes:COINBASE:BTCUSD'], after })) {
   *   if (event.type === 'bar') console.log(event.bar.openTime, event.bar.close);
   *   if ('seq' in event) after = event.seq;
   * }
   */
  follow(input: FollowInput): AsyncGenerator<FollowEvent, void, undefined>;
  /** Declares an instrument or changes what is declared. */
  registerSymbol(input: RegisterSymbolInput): Promise<InstrumentWithSeries>;
  /** Forgets an instrument without bars. @throws `INSTRUMENT_HAS_BARS`, `INSTRUMENT_NOT_FOUND` */
  unregisterSymbol(input: InstrumentInput): Promise<void>;
  /** Instruments with their series. */
  getSymbols(input?: GetSymbolsInput): Promise<SymbolsAnswer>;
  /** Instruments that a provider has. @throws `UNKNOWN_PROVIDER`, `PROVIDER_HAS_NO_SEARCH` */
  searchSymbols(input: SearchSymbolsInput): Promise<SearchAnswer>;
  /** One instrument with its series. @throws `INSTRUMENT_NOT_FOUND` */
  getSymbol(input: InstrumentInput): Promise<InstrumentWithSeries>;
  /** Every provider: what it can do, and how it does. */
  getProviders(): Promise<readonly ProviderStatus[]>;
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

function libraryOf({ bus, relay, scheduler, feeds, hub, close }: Application): PocketQuant {
  async function ask<Input, Result>(make: (input: Input) => Message<'query', Result>, input: Input): Promise<Result> {
    requireMilliseconds(input);
    return bus.ask(make(input));
  }

  async function execute<Input, Result>(
    make: (input: Input) => Message<'command', Result>,
    input: Input,
  ): Promise<Result> {
    requireMilliseconds(input);
    return bus.execute(make(input));
  }

  return {
    upsertBars: (input) => execute(upsertBars, input),
    upsertManyBars: (input) => execute(upsertManyBars, input),
    createBar: (input) => execute(createBar, input),
    deleteBars: (input) => execute(deleteBars, input),
    getBars: (input) => ask(getBars, input),
    getManyBars: (input) => ask(getManyBars, input),
    streamBars: (input) => ask(streamBars, input),
    importBars: async (input, options) => bus.execute(importBars(input), options),
    importFiles: async (input, options) => bus.execute(importFiles(input), options),
    readBarFile: async (input) => bus.ask(readBarFile(input)),
    readBarFiles: async (input) => bus.ask(readBarFiles(input)),
    exportBars: (input) => ask(exportBars, input),
    getLatestBar: (input) => ask(getLatestBar, input),
    getRevisions: (input) => ask(getRevisions, input),
    getCorrections: (input) => ask(getCorrections, input),
    getQuarantine: (input = {}) => ask(getQuarantine, input),
    getChanges: (input = {}) => ask(getChanges, input),
    getCoverage: (input) => ask(getCoverage, input),
    getManyCoverages: (input) => ask(getManyCoverages, input),
    async syncBars(input, signal = NEVER) {
      const { id } = await execute(syncBars, input);
      return (await scheduler.runToEnd(id, signal)) as SyncJob;
    },
    getJobs: (input = {}) => ask(getJobs, input),
    untrackSeries: (input) => execute(untrackSeries, input),
    getSyncStatus: (input = {}) => ask(getSyncStatus, input),
    subscribe: (input) => execute(subscribe, input),
    unsubscribe: (input) => execute(unsubscribe, input),
    getSubscriptions: (input = {}) => ask(getSubscriptions, input),
    startFeed: (input) => execute(startFeed, input),
    stopFeed: (input) => execute(stopFeed, input),
    runFeeds: () => feeds.start(),
    getFeeds: () => ask(getFeeds, {}),
    getAllQuotes: () => ask(getAllQuotes, {}),
    getLatestQuote: (input) => ask(getLatestQuote, input),
    getCurrentBar: (input) => ask(getCurrentBar, input),
    follow: (input) => follow(hub, input),
    registerSymbol: (input) => execute(registerSymbol, input),
    unregisterSymbol: (input) => execute(unregisterSymbol, input),
    getSymbols: (input = {}) => ask(getSymbols, input),
    searchSymbols: (input) => ask(searchSymbols, input),
    getSymbol: (input) => ask(getSymbol, input),
    getProviders: () => ask(getProviders, {}),
    settle: () => relay.drain(),
    close,
  };
}

const TIMES = ['from', 'to', 'asOf', 'observedAt', 'openTime', 'listedFrom', 'listedTo'] as const;

/**
 * Programs that think in seconds are told so. Columns have no other way to name a time, so the column as a whole is
 * judged: real bars of 1970 rarely come without others beside them.
 * @throws InvalidRequestError `INVALID_REQUEST` if a number that should be epoch ms looks like seconds
 */
function requireMilliseconds(input: unknown): void {
  const fields = (input ?? {}) as Readonly<Record<string, unknown>>;
  for (const name of TIMES) {
    const time = fields[name];
    if (typeof time === 'number' && isLikeSeconds(time)) readField(name, time, epochMsOfInput);
  }
  if (Array.isArray(fields.series)) for (const one of fields.series) requireMilliseconds(one);
  const { openTime } = (fields.columns ?? {}) as { readonly openTime?: unknown };
  if (!(openTime instanceof Float64Array) || !openTime.every(isNearEpoch)) return; // the schema sees to the rest
  const seconds = openTime.find(isLikeSeconds);
  if (seconds !== undefined) readField('columns.openTime', seconds, epochMsOfInput);
}
