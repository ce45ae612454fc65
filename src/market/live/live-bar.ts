import type { Bar } from '../bar/bar.ts';
import type { BarInterval } from '../interval/bar-interval.ts';
import type { EpochMs } from '../time/epoch-ms.ts';
import type { Span } from '../time/span.ts';

/** A bar made of live data: `open` while it runs, `provisional` once it is closed. */
export interface LiveBar extends Bar {
  readonly interval: BarInterval;
  /** Exclusive end, UTC epoch ms; for `1d 1w 1M` the end of the last tracked session, where the exchange closes. */
  readonly closeTime: EpochMs;
  /** Trades are known to be missing: it began before we listened, or one came too late. History has to tell it instead. */
  readonly isPartial: boolean;
}

/** A bar whose interval still runs, as live data makes it. */
export interface OpenBar extends Omit<Bar, 'state' | 'openTime'> {
  readonly interval: BarInterval;
  /** UTC epoch ms. */
  readonly openTime: number;
  /** Trades are missing in it. */
  readonly isPartial: boolean;
}

/** What history, or an earlier {@link LiveBar}, tells of a running bar up to the moment from which live trades count. */
export interface BarSeed extends Omit<Bar, 'state'> {
  /** Default `false`. */
  readonly isPartial?: boolean;
}

/** Hears of bars while the machine advances, of smaller intervals first, and must not call the machine back. */
export interface BarListener {
  /** The bar's interval and the grace after it are over. */
  onClosed(bar: LiveBar): void;
  /** A closed bar with late trades in it; once for all that came since the last advance. */
  onChanged(bar: LiveBar): void;
  /**
   * A trade came after the time for late ones was over, and is in no bar. `span`: the smallest bar that should have had
   * it, UTC epoch ms. Called at once, for each such trade.
   */
  onTooLate(span: Span): void;
}
