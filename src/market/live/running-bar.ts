import type { EpochMs } from '../time/epoch-ms.ts';
import { sumOf } from '../bar/decimal-sum.ts';
import type { BarInterval } from '../interval/bar-interval.ts';
import type { Span } from '../time/span.ts';
import { BarSum } from './bar-sum.ts';
import type { BarSeed, LiveBar } from './live-bar.ts';

/** A bar that takes trades: it runs, or it is closed but late trades may still come. */
export class RunningBar {
  readonly openTime: number;
  readonly closeTime: number;
  /** What was traded before live trades counted; larger bars have it in their own. */
  readonly seed: BarSeed | undefined;
  readonly sum = new BarSum();
  isPartial: boolean;
  isClosed = false;
  /** The listener has heard of it: not while nothing in it has a price. */
  isTold = false;
  /** Late trades came in since it was last told of. */
  isChanged = false;

  constructor(openTime: number, span: Span, wholeFrom: number, seed?: BarSeed) {
    this.openTime = openTime;
    this.closeTime = span.to;
    this.seed = seed;
    this.isPartial = seed === undefined ? span.from < wholeFrom : (seed.isPartial ?? false);
  }

  /** Nothing in it has a price: it is no bar. */
  get isEmpty(): boolean {
    return this.seed === undefined && this.sum.isEmpty;
  }

  /** Trades of volume alone too, which count once one with a price comes late. */
  get holdsAnything(): boolean {
    return this.seed !== undefined || !Number.isNaN(this.sum.heldTime);
  }

  copy(): RunningBar {
    const copy = new RunningBar(this.openTime, { from: this.openTime, to: this.closeTime }, -Infinity, this.seed);
    copy.isPartial = this.isPartial;
    copy.sum.merge(this.sum);
    return copy;
  }

  toLiveBar(interval: BarInterval): LiveBar {
    const { seed, sum, openTime, closeTime, isPartial } = this;
    const volume = seed === undefined ? sum.volume : (seed.volume ?? NaN) + sum.volume;
    const trades = seed === undefined ? sum.trades : (seed.trades ?? NaN) + sum.trades;
    const turnover =
      seed === undefined ? sum.turnover : sumOf(Float64Array.of(seed.turnover ?? NaN, sum.turnover), 0, 2);
    return {
      interval,
      openTime: openTime as EpochMs,
      closeTime: closeTime as EpochMs,
      open: seed?.open ?? sum.open,
      high: seed === undefined ? sum.high : Math.max(seed.high, sum.high),
      low: seed === undefined ? sum.low : Math.min(seed.low, sum.low),
      close: seed !== undefined && sum.isEmpty ? seed.close : sum.close,
      ...(Number.isNaN(volume) ? {} : { volume }),
      ...(Number.isNaN(trades) ? {} : { trades }),
      ...(Number.isNaN(turnover) ? {} : { turnover }),
      state: this.isClosed ? 'provisional' : 'open',
      isPartial,
    };
  }
}
