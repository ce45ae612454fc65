import type { BarColumns, BarGrid, BarInterval, InstrumentId, PriceBasis, TimeRange } from '../../market/index.ts';
import type { LiveData } from './live-connection.ts';
import type { RequestedInstrument } from './requested-instrument.ts';
import type { VendorClock } from './vendor-clock.ts';

/** A vendor we fetch bars from. Every implementation passes `test/support/provider-contract.ts`. */
export interface MarketDataProvider {
  /** Lower case, such as `binance`; stands as `provider` at every bar that came from here. */
  readonly name: string;
  /** Made up, and to be labelled so wherever it is shown. */
  readonly isSynthetic: boolean;
  /** What prices mean: as traded, or adjusted for splits by the vendor. */
  readonly basis: PriceBasis;
  /** Intervals whose bars the vendor gives on our grid; others are derived from these. */
  readonly intervals: readonly BarInterval[];
  /**
   * Intervals below a day of which the vendor gives bars that begin with trading, as `BarsRequest.grid` says; absent
   * where it gives none.
   */
  readonly sessionIntervals?: readonly BarInterval[];
  /** Most bars that one request of the vendor answers with: work is cut into ranges of so many intervals. */
  readonly barsPerRequest: number;
  /** How long after its closeTime a bar may still change, in ms. */
  finalityDelayMs(interval: BarInterval): number;
  /** The oldest openTime that the vendor gives at `now` (UTC epoch ms); `undefined` where there is no bound. */
  reachOf(interval: BarInterval, now: number): number | undefined;
  /**
   * The closed bars of a range, a page at a time, in whatever order the vendor pages.
   * @throws ProviderError with the reason; what was yielded before stands
   */
  fetchBars(request: BarsRequest): AsyncIterable<BarsPage>;
  /** Instruments whose code or name contains a text; absent where the vendor has no search. */
  searchInstruments?(text: string, signal: AbortSignal): Promise<readonly ProviderInstrument[]>;
  /** What the vendor says of one instrument. @throws ProviderError `PROVIDER_SYMBOL_UNKNOWN` */
  describeInstrument?(instrument: RequestedInstrument, signal: AbortSignal): Promise<ProviderInstrument>;
  /**
   * The openTime of the first bar of an interval that the vendor has of an instrument, UTC epoch ms: it was not listed
   * before. `undefined` if the vendor does not know; absent where no vendor's answer proves it.
   * @throws ProviderError
   */
  firstOpenTime?(
    instrument: RequestedInstrument,
    interval: BarInterval,
    signal: AbortSignal,
  ): Promise<number | undefined>;
  /** Splits and dividends whose ex-day lies in the range, oldest first; absent where the vendor has none. */
  fetchCorporateActions?(
    instrument: RequestedInstrument,
    range: TimeRange,
    signal: AbortSignal,
  ): Promise<readonly CorporateAction[]>;
  /** What the vendor sends while it happens; absent where it only has history. */
  readonly live?: LiveData;
  /** What the vendor says of its time, which decides what is closed and final; absent where this machine's clock is all there is. */
  readonly vendorClock?: VendorClock;
  /** What a key is for, and whether there is one; absent where the vendor takes none. */
  readonly key?: ProviderKey;
  /** How requests to the vendor fare; absent where there are none. */
  state?(): ProviderState;
  /** Ends connections that are kept open. */
  close(): Promise<void>;
}

export interface ProviderKey {
  /** `needed`: some of what the vendor has is not given without. */
  readonly need: 'optional' | 'needed';
  readonly isSet: boolean;
}

export interface ProviderState {
  /** `open` after many failures in a row: the vendor is left alone for a while; `halfOpen` while one request tries it. */
  readonly breaker: 'closed' | 'open' | 'halfOpen';
  /** Requests that wait for their turn. */
  readonly queued: number;
  /** How many requests of weight 1 the vendor allows in any span of `windowMs`, and how many of them now. */
  readonly room?: { readonly windowMs: number; readonly most: number; readonly left: number };
  /** UTC epoch ms; `undefined` where the vendor asks for no pause. */
  readonly pausedUntil: number | undefined;
}

export interface BarsRequest extends RequestedInstrument {
  /** One of the provider's `intervals`, with a grid of its `sessionIntervals`. */
  readonly interval: BarInterval;
  /** Where bars begin that begin with trading; absent: on the UTC clock. */
  readonly grid?: BarGrid;
  /** Half-open `[from, to)` of openTimes, UTC epoch ms. */
  readonly range: TimeRange;
  /** UTC epoch ms: bars whose interval ends later are not over and not answered, whatever the vendor sends. */
  readonly now: number;
  /** Ends the fetch; every wait also has a deadline of its own. */
  readonly signal: AbortSignal;
}

export interface BarsPage {
  /**
   * Ascending by openTime, inside `covered`, closed by `now`. An openTime stands here twice only where one answer told
   * different values of its bar: all of them, so that they are refused as `duplicateInBatch` and none is taken for
   * right. `state` has no meaning here.
   */
  readonly columns: BarColumns;
  /** Of this part of the range the answer is whole: an interval without a bar had no trades. */
  readonly covered: TimeRange;
  /** What the vendor says that these prices are in, such as `GBX` for pence; absent where it says nothing. */
  readonly currency?: string;
}

export interface ProviderInstrument {
  readonly instrumentId: InstrumentId;
  /** The vendor's own code. */
  readonly symbol: string;
  readonly name: string | undefined;
  readonly assetType: string | undefined;
  readonly currency: string | undefined;
  readonly priceDecimals: number | undefined;
}

/** A split multiplies the number of shares by `numerator / denominator`; a dividend is paid in cash per share. */
export type CorporateAction =
  | { readonly kind: 'split'; readonly exDay: number; readonly numerator: number; readonly denominator: number }
  | { readonly kind: 'dividend'; readonly exDay: number; readonly amount: number };
