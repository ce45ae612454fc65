import type { BarColumns, BarGrid, BarInterval, PriceBasis, Span } from '../../market/index.ts';
import type { MarketDataProvider, ProviderInstrument } from '../../providers/contract/index.ts';
import type { SyncGap } from './syncing/sync-progress.ts';

interface Series {
  readonly instrumentId: string;
  readonly interval: BarInterval;
  /** Absent where bars are aligned to the clock. */
  readonly align?: 'session';
}

/** What a sync is to bring up to date. Times are UTC epoch ms, `[from, to)`; without `to` it goes up to now. */
export interface SyncTask extends Series {
  readonly provider: string;
  readonly from: number;
  readonly to?: number;
  /** The vendor's own code, where the instrument's aliases name it. */
  readonly symbol?: string;
  /** A person says that prices or volumes may jump by a factor of 100. */
  readonly acceptJump?: boolean;
  /** Asks again for all that counts as empty. */
  readonly verifyEmpty?: boolean;
}

interface Range extends Series, Span {}

/** What became of the bars that were stored. */
export interface StoredCounts {
  readonly inserted: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly skippedStale: number;
  readonly rejected: readonly unknown[];
}

/** What this slice needs of others. */
export interface SyncPort {
  readonly completenessOf: (question: Range) => Promise<{
    readonly expected: number | undefined;
    readonly returned: number;
    readonly missing: readonly SyncGap[];
  }>;
  /** Where the bars of a series begin. @throws InvalidRequestError `NO_SCHEDULE`, `NO_SESSIONS` */
  readonly gridOf: (series: Series) => Promise<BarGrid>;
  /** Runs of expected openTimes; `undefined` where no schedule is known. */
  readonly expectedRunsOf: (question: Range) => Promise<readonly Span[] | undefined>;
  readonly ledgerOf: (question: Range) => Promise<{
    readonly basis: PriceBasis | undefined;
    readonly currency: string | undefined;
    readonly refusal: object | undefined;
    readonly rebasedUntil: number | undefined;
    readonly asked: readonly (Span & {
      readonly result: 'fetched' | 'doubtful' | 'unanswered' | 'failed';
      readonly lookAgainAt?: number;
    })[];
  }>;
  readonly recordCoverage: (
    entry: Range & {
      readonly provider: string;
      readonly result: 'fetched' | 'confirmed' | 'unanswered' | 'failed';
      readonly currency?: string;
      /** Parts of what was fetched that prove nothing yet. */
      readonly doubtful?: Span[];
      readonly code?: string;
      readonly message?: string;
    },
  ) => Promise<void>;
  /** Writes down how the basis of a series stands; `null` removes what was written. */
  readonly noteBasis: (
    entry: Series & {
      readonly refusal?: { readonly code: string; readonly message: string } | null;
      readonly rebasedUntil?: number | null;
    },
  ) => Promise<void>;
  readonly upsertBars: (
    input: Series & { readonly provider: string; readonly vendorNow: number; readonly columns: BarColumns },
  ) => Promise<StoredCounts>;
  /** The oldest or the newest stored bars of a series, ascending in either case. */
  readonly barsAtEdge: (
    question: Series & { readonly limit: number; readonly order: 'asc' | 'desc' },
  ) => Promise<BarColumns>;
  readonly barsIn: (question: Range) => Promise<BarColumns>;
  /** What the instrument's prices are declared to be in. */
  readonly currencyOf: (instrumentId: string) => Promise<string | undefined>;
  /** Other names of the instrument: `yahoo:^GSPC` names a vendor's own code. */
  readonly aliasesOf: (instrumentId: string) => Promise<readonly string[]>;
  /** Makes the instrument known before its first bar. */
  readonly registerInstrument: (instrumentId: string) => Promise<unknown>;
  /** Fills in what a provider says of an instrument, where nobody has said anything of it; only then does it ask. */
  readonly describeInstrument: (
    instrumentId: string,
    ask: () => Promise<ProviderInstrument | undefined>,
  ) => Promise<void>;
  /** Notes when an instrument was listed, where nobody has said so; only then does it ask. */
  readonly noteListing: (instrumentId: string, ask: () => Promise<number | undefined>) => Promise<void>;
  readonly providers: ReadonlyMap<string, MarketDataProvider>;
}

/** What a sync of one request works with. */
export interface SyncTools {
  readonly provider: MarketDataProvider;
  readonly port: SyncPort;
  /** Where the bars of the series begin. */
  readonly grid: BarGrid;
  /** UTC epoch ms. */
  readonly clock: () => number;
}
