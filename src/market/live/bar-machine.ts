import type { BarInterval } from '../interval/bar-interval.ts';
import type { QuoteUpdate, Trade } from '../quote/quote.ts';
import { QuoteTrades } from '../quote/quote-trades.ts';
import type { SessionSchedule, TrackedSessions } from '../session/session-schedule.ts';
import type { BarLane } from './bar-lane.ts';
import { barLanes } from './bar-lanes.ts';
import type { BarListener, BarSeed, LiveBar } from './live-bar.ts';
import { SeenTrades } from './seen-trades.ts';

export interface BarMachineOptions {
  readonly intervals: readonly BarInterval[];
  readonly listener: BarListener;
  /** When the exchange trades; without one, trading days are UTC days. */
  readonly schedule?: SessionSchedule;
  /** Sessions whose trades make bars of a day and more. Default `regular`. */
  readonly sessions?: TrackedSessions;
  /** How long after its interval a bar closes, ms. Default 2,000. */
  readonly graceMs?: number;
  /** How long after it happened a trade may still come, ms; not less than `graceMs`. Default 60,000. */
  readonly latenessMs?: number;
}

/**
 * Makes the bars of one instrument of its trades or quotes, for all intervals at once, by the time they happened.
 *
 * Trades come in whatever order; a bar closes when {@link advance} says that its interval and the grace are over, and
 * never because of a later trade. An interval without trades has no bar. Trades that belong to no bar (outside of the
 * tracked sessions, where all intervals follow these) are left out. It knows no clock: whoever owns it advances it at
 * {@link nextDue}, and every second or so while trades come, as it forgets their ids then.
 */
export class BarMachine {
  readonly #listener: BarListener;
  readonly #latenessMs: number;
  readonly #lanes: readonly BarLane[];
  readonly #first: BarLane;
  /** Lanes of the intervals that were asked for. */
  readonly #wanted: ReadonlyMap<BarInterval, BarLane>;
  readonly #seen = new SeenTrades();
  readonly #quoteTrades = new QuoteTrades();
  #now = -Infinity;
  /** Trades before it come too late. */
  #horizon = -Infinity;
  #since = -Infinity;
  #ignored = 0;

  /** @throws RangeError if there is no interval, or `latenessMs` is less than `graceMs` */
  constructor(options: BarMachineOptions) {
    const { intervals, listener, schedule, sessions = 'regular' } = options;
    const { graceMs = 2_000, latenessMs = 60_000 } = options;
    if (!(graceMs >= 0 && latenessMs >= graceMs))
      throw new RangeError(`Trades may come late for ${latenessMs} ms, but bars close after ${graceMs} ms`);
    this.#listener = listener;
    this.#latenessMs = latenessMs;
    this.#lanes = barLanes(intervals, { schedule, sessions }, graceMs);
    this.#first = this.#lanes[0];
    const wanted = this.#lanes.filter(({ interval }) => intervals.includes(interval));
    this.#wanted = new Map(wanted.map((lane) => [lane.interval, lane]));
  }

  /** When to call {@link advance} next, UTC epoch ms; a moment of the past: at once; `Infinity`: nothing runs. */
  get nextDue(): number {
    let nextDue = Infinity;
    for (const lane of this.#lanes) if (lane.nextDue < nextDue) nextDue = lane.nextDue;
    return nextDue;
  }

  /** How many trades and quotes were left out, as a number in them was none, infinite or negative where it must not be. */
  get ignored(): number {
    return this.#ignored;
  }

  /**
   * Begins anew. Trades before `since` (UTC epoch ms) are ignored from now on, without a word: history has them. Bars
   * that ran so far, and late trades of closed ones, are forgotten, and so is how far it was advanced.
   * @param seeds what is known of each interval's running bars up to `since`; {@link openBars} of an earlier machine
   *   may be such. An empty list says that nothing was traded; an interval without a list has a partial first bar
   */
  startFrom(since: number, seeds: ReadonlyMap<BarInterval, readonly BarSeed[]> = new Map()): void {
    this.#since = since;
    this.#now = -Infinity;
    this.#horizon = -Infinity;
    this.#seen.clear();
    for (const lane of this.#lanes)
      lane.startFrom(since, this.#wanted.has(lane.interval) ? seeds.get(lane.interval) : undefined);
  }

  onTrade({ eventTime, tradeId, price, size, trades = 1, isVolumeOnly = false }: Trade): void {
    if (!(size >= 0 && size < Infinity)) this.#ignored++;
    else if (!this.#isTaken(eventTime, tradeId, price)) return;
    else if (isVolumeOnly) this.#first.addVolume(eventTime, price, size);
    else this.#first.add(eventTime, typeof tradeId === 'number' ? tradeId : NaN, price, size, trades);
  }

  /** @param receivedAt UTC epoch ms: when it happened, if the update does not say */
  onQuote(update: QuoteUpdate, receivedAt: number): void {
    const trade = this.#quoteTrades;
    if (!isSound(update)) this.#ignored++;
    else if (trade.isTrade(update, receivedAt) && this.#isTaken(trade.eventTime, undefined, trade.price))
      this.#first.add(trade.eventTime, NaN, trade.price, trade.size, NaN);
  }

  /** To be called when quotes come from a new connection: its first only tells where things stand, and is no trade. */
  rebase(): void {
    this.#quoteTrades.rebase();
  }

  /** Closes every bar whose interval and grace are over at `now` (UTC epoch ms), and tells the listener. */
  advance(now: number): void {
    if (!(now >= this.#now)) return;
    this.#now = now;
    this.#horizon = now - this.#latenessMs;
    this.#seen.forgetBefore(this.#horizon, this.#latenessMs);
    if (now < this.nextDue) return;
    for (const lane of this.#lanes)
      lane.advance(now, this.#horizon, this.#wanted.has(lane.interval) ? this.#listener : undefined);
  }

  /** Bars of the interval that are not closed, ascending: more than one only while one waits for late trades. */
  openBars(interval: BarInterval): LiveBar[] {
    const running = this.#wanted.get(interval)?.running() ?? [];
    return running.filter(({ isEmpty }) => !isEmpty).map((bar) => bar.toLiveBar(interval));
  }

  #isTaken(time: number, id: Trade['tradeId'], price: number): boolean {
    if (!Number.isFinite(price) || !Number.isFinite(time)) this.#ignored++;
    else if (time < this.#since) return false;
    else if (time < this.#horizon) this.#tooLate(time);
    else return id === undefined || this.#seen.isNew(id, time);
    return false;
  }

  #tooLate(time: number): void {
    const place = this.#first.grid.placeAt(time);
    if (place === undefined) return;
    for (const lane of this.#lanes) lane.markPartial(time, this.#now);
    this.#listener.onTooLate({ from: place.from, to: place.to });
  }
}

function isSound({ eventTime = 0, last = 0, lastSize = 0, dayVolume = 0 }: QuoteUpdate): boolean {
  return (
    Number.isFinite(eventTime + last) && lastSize >= 0 && lastSize < Infinity && dayVolume >= 0 && dayVolume < Infinity
  );
}
