import type {
  BarColumns,
  BarInterval,
  InstrumentId,
  OpenBar,
  Quote,
  SessionSchedule,
  Span,
  TrackedSessions,
} from '../../market/index.ts';
import type { MarketDataProvider } from '../../providers/contract/index.ts';

interface Series {
  readonly instrumentId: string;
  readonly interval: BarInterval;
}

interface Range extends Series {
  readonly from: number;
  readonly to: number;
}

/** What this slice needs of others. Times are UTC epoch ms, ranges `[from, to)`. */
export interface LivePort {
  readonly providers: ReadonlyMap<string, MarketDataProvider>;
  readonly findInstrument: (instrumentId: string) => Promise<{
    readonly schedule: SessionSchedule | undefined;
    readonly sessions: TrackedSessions;
  }>;
  /** Other names of the instrument: `yahoo:^GSPC` names a vendor's own code. */
  readonly aliasesOf: (instrumentId: string) => Promise<readonly string[]>;
  /** Makes the instrument known before its first bar. */
  readonly registerInstrument: (instrumentId: string) => Promise<unknown>;
  readonly upsertBars: (
    input: Series & { readonly provider: string; readonly vendorNow: number; readonly columns: BarColumns },
  ) => Promise<unknown>;
  /** Stored bars, and where some are missing though something may have traded; `undefined` if nobody knows. */
  readonly storedBars: (
    question: Range,
  ) => Promise<{ readonly columns: BarColumns; readonly missing: readonly Span[] | undefined }>;
  /** Notes that a range is as the provider has it: where there is no bar, nothing traded. */
  readonly recordFetched: (entry: Range & { readonly provider: string }) => Promise<unknown>;
  /**
   * Fetches a range from the provider and stores it.
   * @returns for which parts the answer was whole
   * @throws ProviderError; `CANCELLED` when `signal` ends it
   */
  readonly fetchRange: (order: Range & { readonly provider: string }, signal: AbortSignal) => Promise<readonly Span[]>;
  /** Has a range fetched in the background. */
  readonly orderSync: (order: Range & { readonly provider: string }) => Promise<unknown>;
}

/** Hears of what changes while it runs, to pass it on to clients. Must not wait. */
export interface LiveAudience {
  /** Whether anyone listens; if not, nothing needs to be told. */
  wants(topic: string): boolean;
  publishQuote(quote: Quote): void;
  publishOpenBar(instrumentId: InstrumentId, bar: OpenBar): void;
}
