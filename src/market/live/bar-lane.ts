import type { BarInterval } from '../interval/bar-interval.ts';
import type { BarGrid } from '../session/bar-grid.ts';
import { BarSum } from './bar-sum.ts';
import type { BarListener, BarSeed } from './live-bar.ts';
import { RunningBar } from './running-bar.ts';

/**
 * The bars of one interval. A bar is handed on to the lanes of larger intervals when it closes, and what repairs it
 * later as it comes. So a trade touches one bar, of the smallest interval.
 */
export class BarLane {
  readonly interval: BarInterval;
  /** When the next bar is to be closed, or a change to be told: UTC epoch ms. */
  nextDue = Infinity;
  /** Where its bars lie. */
  readonly grid: BarGrid;
  readonly #source: BarLane | undefined;
  readonly #fed: BarLane[] = [];
  readonly #graceMs: number;
  /** Bars that began before it lack trades. */
  #wholeFrom = -Infinity;
  /** Ascending by openTime. */
  #bars: RunningBar[] = [];
  // The bar of the last trade, and a span that lies in it.
  #bar: RunningBar | undefined;
  #from = NaN;
  #to = NaN;

  /** @param source the lane whose bars these are made of; without one they are made of trades */
  constructor(interval: BarInterval, grid: BarGrid, graceMs: number, source: BarLane | undefined) {
    this.interval = interval;
    this.grid = grid;
    this.#graceMs = graceMs;
    this.#source = source;
    if (source !== undefined) source.#fed.push(this);
  }

  /** Begins anew. Without seeds, bars that began before `since` are partial; with them, all is known up to then. */
  startFrom(since: number, seeds: readonly BarSeed[] | undefined): void {
    this.#wholeFrom = seeds === undefined ? since : -Infinity;
    this.#bars = [];
    this.#from = NaN;
    this.nextDue = Infinity;
    for (const seed of seeds ?? [])
      this.#insert(new RunningBar(seed.openTime, this.grid.spanOf(seed.openTime), -Infinity, seed));
  }

  /** @param trades how many it stands for; `NaN`: unknown */
  add(time: number, id: number, price: number, size: number, trades: number): void {
    const bar = this.#barFor(time);
    if (bar === undefined) return;
    bar.sum.add(time, id, price, size, trades);
    if (!bar.isClosed) return;
    const late = new BarSum();
    late.add(time, id, price, size, trades);
    this.#repaired(bar, late);
  }

  addVolume(time: number, price: number, size: number): void {
    const bar = this.#barFor(time);
    if (bar === undefined) return;
    bar.sum.addVolume(time, price, size);
    if (!bar.isClosed) return;
    const late = new BarSum();
    late.addVolume(time, price, size);
    this.#repaired(bar, late);
  }

  /** Closes what is due at `now`, tells of it and of repaired bars, and lets go of those that closed by `horizon`. */
  advance(now: number, horizon: number, listener: BarListener | undefined): void {
    if (now < this.nextDue) return;
    for (const bar of this.#bars) {
      if (!bar.isClosed && this.#dueOf(bar) <= now) this.#close(bar, listener);
      else if (bar.isChanged) {
        bar.isChanged = false;
        this.#tell(bar, listener);
      }
    }
    // One that stayed empty was only marked as partial, and is no bar.
    this.#bars = this.#bars.filter((bar) => !bar.isClosed || (bar.closeTime > horizon && bar.holdsAnything));
    this.#from = NaN;
    this.nextDue = Infinity;
    for (const bar of this.#bars) if (!bar.isClosed) this.nextDue = Math.min(this.nextDue, this.#dueOf(bar));
  }

  /** Bars that are not closed, ascending, with what the smaller ones that run have for them; in memory of their own. */
  running(): RunningBar[] {
    const running = this.#bars.filter(({ isClosed }) => !isClosed).map((bar) => bar.copy());
    for (const { sum } of this.#source?.running() ?? []) {
      const place = Number.isNaN(sum.heldTime) ? undefined : this.grid.placeAt(sum.heldTime);
      if (place === undefined || this.#find(place.openTime)?.isClosed === true) continue;
      let bar = running.find(({ openTime }) => openTime === place.openTime);
      if (bar === undefined) running.push((bar = this.#newBar(place.openTime)));
      bar.sum.merge(sum);
    }
    return running.filter(({ holdsAnything }) => holdsAnything).sort((a, b) => a.openTime - b.openTime);
  }

  /** A trade of this moment is lost to the running bar that holds it, if there is one. */
  markPartial(time: number, now: number): void {
    const place = this.grid.placeAt(time);
    if (place === undefined || this.grid.spanOf(place.openTime).to + this.#graceMs <= now) return;
    const bar = this.#barAt(time);
    if (bar !== undefined) bar.isPartial = true;
  }

  #dueOf(bar: RunningBar): number {
    return bar.closeTime + this.#graceMs;
  }

  #close(bar: RunningBar, listener: BarListener | undefined): void {
    bar.isClosed = true;
    for (const lane of this.#fed) lane.#absorb(bar.sum);
    this.#tell(bar, listener);
  }

  #tell(bar: RunningBar, listener: BarListener | undefined): void {
    if (bar.isEmpty) return;
    listener?.[bar.isTold ? 'onChanged' : 'onClosed'](bar.toLiveBar(this.interval));
    bar.isTold = true;
  }

  #absorb(part: BarSum): void {
    const bar = Number.isNaN(part.heldTime) ? undefined : this.#barAt(part.heldTime);
    if (bar === undefined) return;
    bar.sum.merge(part);
    if (bar.isClosed) this.#repaired(bar, part);
  }

  #repaired(bar: RunningBar, late: BarSum): void {
    bar.isChanged = true;
    this.nextDue = Math.min(this.nextDue, this.#dueOf(bar));
    for (const lane of this.#fed) lane.#absorb(late);
  }

  #barFor(time: number): RunningBar | undefined {
    return time >= this.#from && time < this.#to ? this.#bar : this.#barAt(time);
  }

  #barAt(time: number): RunningBar | undefined {
    const place = this.grid.placeAt(time);
    if (place === undefined) return undefined;
    this.#bar = this.#find(place.openTime) ?? this.#insert(this.#newBar(place.openTime));
    this.#from = place.from;
    this.#to = place.to;
    return this.#bar;
  }

  #find(openTime: number): RunningBar | undefined {
    return this.#bars.findLast((bar) => bar.openTime === openTime);
  }

  #newBar(openTime: number): RunningBar {
    return new RunningBar(openTime, this.grid.spanOf(openTime), this.#wholeFrom);
  }

  #insert(bar: RunningBar): RunningBar {
    this.#bars.splice(this.#bars.findLastIndex(({ openTime }) => openTime < bar.openTime) + 1, 0, bar);
    this.nextDue = Math.min(this.nextDue, this.#dueOf(bar));
    return bar;
  }
}
