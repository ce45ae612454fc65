import type { InstrumentId, QuoteUpdate, Span, Trade } from '../../market/index.ts';
import type { ProviderError } from '../../platform/errors/index.ts';
import type { RequestedInstrument } from './requested-instrument.ts';

/** What a vendor sends while it happens. */
export interface LiveData {
  /** What bars are made of: every trade, or the last price and the day's running volume as they change. */
  readonly kind: 'trades' | 'quotes';
  /** Most instruments of one connection. */
  readonly instrumentsPerConnection: number;
  /** With nothing heard for so long, ms, while a market is open, the connection counts as dead. */
  readonly silenceMs: number;
  /**
   * With no trade and no quote for so long, ms, of any instrument whose market never closes, the connection counts as
   * dead, though it has heartbeats; absent where nothing may happen for however long.
   */
  readonly quietMs?: number;
  /**
   * Opens one connection, ready for subscriptions. It never reconnects by itself: who opened it decides when.
   * @throws ProviderError if the vendor cannot be reached, or refuses the keys
   */
  connect(listener: LiveListener, signal: AbortSignal): Promise<LiveConnection>;
}

/** Hears of everything, in the order in which it came. None of it may throw or wait. */
export interface LiveListener {
  onTrade(trade: Trade): void;
  onQuote(update: QuoteUpdate): void;
  /** From now on everything of the instrument is told; the vendor has confirmed it, or has sent something of it. */
  onSubscribed(instrumentId: InstrumentId): void;
  /** What was told of this span is no longer true (a trade was corrected or cancelled): the vendor's history knows better. */
  onCorrected(instrumentId: InstrumentId, span: Span): void;
  /** The vendor does not know the instrument, or does not give it to this key. */
  onRefused(instrumentId: InstrumentId, error: ProviderError): void;
  /** Anything came in, a heartbeat too. */
  onHeard(): void;
}

export interface LiveConnection {
  /** Asks for more instruments, in batches within the vendor's limits. One that is subscribed already is left alone. */
  subscribe(instruments: readonly RequestedInstrument[]): void;
  /** Nothing more is heard of these, but for what is under way. */
  unsubscribe(instruments: readonly InstrumentId[]): void;
  /** Resolves, never rejects, when the connection is over, whoever ended it. */
  readonly ended: Promise<LiveEnd>;
  /** Closes it; resolves with `ended`. */
  close(): Promise<void>;
}

/** Why a connection is over. */
export interface LiveEnd {
  /** `closed` by us; `clean` by the vendor (a code of 1000 or 1001, a notice that it shuts down); `lost` otherwise. */
  readonly kind: 'closed' | 'clean' | 'lost';
  readonly error: ProviderError | undefined;
}
