import {
  BAR_INTERVALS,
  BarMachine,
  closeTimeOf,
  mergeQuote,
  openTimeAt,
  type BarInterval,
  type LiveBar,
  type OpenBar,
  type Quote,
  type QuoteUpdate,
  type Span,
  type Trade,
} from '../../../market/index.ts';
import { asPocketQuantError } from '../../../platform/errors/index.ts';
import { vendorNow } from '../../../providers/contract/index.ts';
import type { FeedError } from '../collections.ts';
import { seedBars, type Seeds } from './seed-bars.ts';
import { settleHistory, type FedInstrument, type HistoryTools } from './settle-history.ts';
import { WorkQueue } from './work-queue.ts';

export interface InstrumentTools extends Omit<HistoryTools, 'signal'> {
  /** A monotonic clock in ms. */
  readonly elapsed: () => number;
  /** What all instruments ask of history once they are connected waits here. */
  readonly asking: WorkQueue;
}

/** What a live instrument tells its feed. */
export interface InstrumentListener {
  /** A bar that is whole is over, or was repaired by late trades. */
  onBar(instrument: LiveInstrument, bar: LiveBar): void;
  /** History has been settled up to here, and no further. */
  onSettled(instrument: LiveInstrument, until: number): Promise<void>;
  /** History could not be had; it is tried again. */
  onTrouble(instrument: LiveInstrument, error: FeedError): void;
}

/** How long after the end of an interval a vendor's history is asked for it. */
const HISTORY_LATE_MS = 1_000;
const RETRY_MS = 1_000;
const LOOK_AGAIN_MS = 10_000;
/** A boundary that is later than it need be by no more is waited for. */
const CLOCK_SLACK_MS = 2_000;
const MOST_RETRIES = 5;
/** More than these while history is fetched, and it is begun anew from a later moment. */
const MOST_WAITING = 200_000;
const FORGET_EVERY_MS = 1_000;
const MACHINE_GRACE_MS = 2_000;
const LATENESS_MS = 60_000;

type Waiting = { readonly trade: Trade } | { readonly update: QuoteUpdate; readonly toldAt: number };

/**
 * One subscribed instrument while its feed is connected: live data in, bars out. What comes in after a connection was
 * made is kept until history has told what went before; so no bar that is stored is made of a part of its trades. Until
 * then open bars are made of what came in, marked as partial, to be looked at. What is over the vendor's clock decides.
 */
export class LiveInstrument {
  readonly fed: FedInstrument;
  /** When anything last came in, by `elapsed`. */
  heardMoment: number | undefined;
  /** The vendor does not give it, as its subscription says. */
  isRefused = false;
  /** Up to here stored bars are what history says, UTC epoch ms; `undefined` if none were asked for yet. */
  settledUntil: number | undefined;
  readonly #tools: InstrumentTools;
  readonly #listener: InstrumentListener;
  readonly #machine: BarMachine;
  /** What came in since history is asked for what went before; `undefined` when that is done. */
  #waiting: Waiting[] | undefined = [];
  #advancedAt = 0;
  #hasNews = false;
  /** Aborted when the connection is over: whoever works for it gives up. */
  #connection: AbortController | undefined;
  /** Received by `elapsed`. */
  #quote: Quote | undefined;
  /** Not in the quote yet. */
  #lastTrade: Trade | undefined;
  /** Newest event of the vendor's clock. */
  #newestEvent = -Infinity;
  /** One at a time, as each begins where the one before it ends. */
  readonly #settling = new WorkQueue(1);
  #isSettling = false;

  constructor(
    fed: FedInstrument,
    settledUntil: number | undefined,
    tools: InstrumentTools,
    listener: InstrumentListener,
  ) {
    this.fed = fed;
    this.settledUntil = settledUntil;
    this.#tools = tools;
    this.#listener = listener;
    this.#machine = new BarMachine({
      intervals: fed.intervals,
      graceMs: MACHINE_GRACE_MS,
      latenessMs: LATENESS_MS,
      sessions: fed.sessions,
      ...(fed.schedule === undefined ? {} : { schedule: fed.schedule }),
      listener: {
        onClosed: (bar) => this.#tell(bar),
        onChanged: (bar) => this.#tell(bar),
        onTooLate: (span) => this.unsettle(span),
      },
    });
  }

  /** Whether what comes in makes bars now. */
  get isLive(): boolean {
    return this.#connection !== undefined && this.#waiting === undefined;
  }

  /** When anything last came in, UTC epoch ms. */
  get heardAt(): number | undefined {
    return this.heardMoment === undefined ? undefined : this.#timeOf(this.heardMoment);
  }

  /** Latest known prices; those of trades too. */
  get quote(): Quote | undefined {
    const quote = this.#mergedQuote();
    return quote && { ...quote, receivedAt: this.#timeOf(quote.receivedAt) };
  }

  onTrade(trade: Trade): void {
    if (trade.eventTime > this.#newestEvent) this.#newestEvent = trade.eventTime;
    this.heardMoment = this.#tools.elapsed();
    this.#hasNews = true;
    if (trade.isVolumeOnly !== true) this.#lastTrade = trade;
    this.#machine.onTrade(trade);
    if (this.#waiting !== undefined) this.#wait({ trade });
  }

  onQuote(update: QuoteUpdate): void {
    const receivedAt = this.#tools.clock();
    const { kind } = this.#tools.provider.live ?? {};
    this.heardMoment = this.#tools.elapsed();
    this.#quote = mergeQuote(this.#mergedQuote(), update, this.heardMoment);
    if (kind !== 'quotes') return;
    this.#hasNews = true;
    const toldAt = vendorNow(this.#tools.provider, receivedAt);
    this.#machine.onQuote(update, toldAt);
    if (this.#waiting !== undefined) this.#wait({ update, toldAt });
  }

  /** What was told of this span is not true: history is asked again. */
  unsettle({ from }: Span): void {
    const { base } = this.fed;
    const since = base === undefined ? from : openTimeAt(from, base);
    if (this.settledUntil === undefined || since >= this.settledUntil) return;
    this.settledUntil = since;
    this.#listener.onSettled(this, since).catch((error: unknown) => this.#complain(error));
  }

  /** Closes what is over at `now`, by the vendor's clock as all moments here. */
  advance(now: number): void {
    if (this.#connection === undefined) return;
    this.#advancedAt = now;
    this.#hasNews = false;
    this.#machine.advance(now);
  }

  /** Whether a bar is over; and now and then, as the machine forgets old trades only when it is advanced. */
  isDue(now: number): boolean {
    if (this.#connection === undefined) return false;
    return this.#machine.nextDue <= now || (this.#hasNews && now - this.#advancedAt > FORGET_EVERY_MS);
  }

  /** The connection is gone: nothing is closed any more, as nobody knows what is missing. */
  disconnected(): void {
    this.#connection?.abort();
    this.#connection = undefined;
  }

  /** Everything is sent from now on. Fetches what went before, then goes on with what came in meanwhile. */
  async connected(): Promise<void> {
    this.#connection?.abort();
    const { signal } = (this.#connection = new AbortController());
    this.#waiting = [];
    this.#startFrom(this.#vendorNow());
    const now = this.#tools.clock();
    const heardOf = this.#newestEvent;
    /** The latest that this moment was at the vendor, by what is known by then: what happened before was not sent. */
    const begunBy = (): number => now + this.#latestAhead();
    for (let failures = 0; !signal.aborted;) {
      const since = this.#boundaryAfter(Math.max(begunBy(), heardOf));
      const isStillRight = (): boolean =>
        since >= begunBy() && since <= this.#boundaryAfter(Math.max(begunBy() + CLOCK_SLACK_MS, heardOf));
      await this.#until(since + HISTORY_LATE_MS, signal, isStillRight);
      if (!isStillRight()) continue;
      const seeds = await this.#tools.asking.run(() =>
        signal.aborted ? Promise.resolve(undefined) : this.#historyUntil(since, failures, signal),
      );
      if (!isStillRight()) continue;
      if (seeds !== undefined && !signal.aborted) return this.#goOn(since, seeds);
      failures++;
      await this.#until(this.#vendorNow() + RETRY_MS, signal, isStillRight);
    }
  }

  /** The vendor's clock is another one than was thought: what was closed by it may lack trades, which history knows. */
  async beginAnew(): Promise<void> {
    const quote = this.#mergedQuote();
    // What comes now is newer, whatever it says.
    if (quote !== undefined) this.#quote = withoutEventTime(quote);
    this.#newestEvent = -Infinity;
    if (this.#connection !== undefined) await this.connected();
  }

  /** Asks history for what it can tell by now of the time since it was last asked. */
  async settle(now: number, leastMs: number): Promise<void> {
    const { base } = this.fed;
    if (base === undefined || this.#connection === undefined || !this.isLive || this.#isSettling) return;
    if (this.settledUntil === undefined) return;
    const until = openTimeAt(now - this.#tools.provider.finalityDelayMs(base) - HISTORY_LATE_MS, base);
    if (until - this.settledUntil < leastMs) return;
    const { signal } = this.#connection;
    try {
      await this.#settleUntil(until, signal);
    } catch (error) {
      if (!signal.aborted) this.#complain(error);
    }
  }

  openBars(): OpenBar[] {
    return this.fed.intervals.flatMap((interval) => this.#machine.openBars(interval).map(openBarOf));
  }

  openBar(interval: BarInterval): OpenBar | undefined {
    const bar = this.#machine.openBars(interval).at(-1);
    return bar && openBarOf(bar);
  }

  #tell(bar: LiveBar): void {
    if (this.isLive && !bar.isPartial) this.#listener.onBar(this, bar);
  }

  #wait(what: Waiting): void {
    this.#waiting?.push(what);
    if ((this.#waiting?.length ?? 0) > MOST_WAITING) void this.connected();
  }

  #mergedQuote(): Quote | undefined {
    if (this.#lastTrade !== undefined) {
      const { instrumentId, eventTime, price, size } = this.#lastTrade;
      const update = { instrumentId, eventTime, last: price, lastSize: size };
      this.#quote = mergeQuote(this.#quote, update, this.heardMoment ?? this.#tools.elapsed());
      this.#lastTrade = undefined;
    }
    return this.#quote;
  }

  /** A moment of `elapsed` by this machine's clock as it is now: whatever it was set to meanwhile, the age is right. */
  #timeOf(moment: number): number {
    return Math.round(this.#tools.clock() - this.#tools.elapsed() + moment);
  }

  #vendorNow(): number {
    return vendorNow(this.#tools.provider, this.#tools.clock());
  }

  /** How far the vendor's clock is ahead of ours at the most, ms. */
  #latestAhead(): number {
    const now = this.#tools.clock();
    return (this.#tools.provider.vendorClock?.latestAt(now) ?? now) - now;
  }

  /** A long interval is not waited for: history knows the minutes of it. */
  #boundaryAfter(moment: number): number {
    const base = this.fed.base ?? this.fed.intervals[0];
    const isLong = BAR_INTERVALS.indexOf(base) > BAR_INTERVALS.indexOf('1m');
    const step = isLong && this.#tools.provider.intervals.includes('1m') ? '1m' : base;
    return closeTimeOf(openTimeAt(moment, step), step);
  }

  /** @returns what runs at `since` by history; without any if it cannot be had; `undefined` to try again */
  async #historyUntil(since: number, failures: number, signal: AbortSignal): Promise<Seeds | undefined> {
    try {
      const { base } = this.fed;
      await this.#settleUntil(base === undefined ? since : openTimeAt(since, base), signal);
      return await seedBars(this.fed, since, { ...this.#tools, signal });
    } catch (error) {
      if (signal.aborted) return undefined;
      this.#complain(error);
      return failures < MOST_RETRIES ? undefined : new Map();
    }
  }

  #settleUntil(until: number, signal: AbortSignal): Promise<void> {
    return this.#settling.run(async () => {
      this.#isSettling = true;
      try {
        const from = this.settledUntil ?? until;
        this.settledUntil = until;
        try {
          const finalUntil = await settleHistory(this.fed, { from, until }, { ...this.#tools, signal });
          this.settledUntil = Math.min(finalUntil, this.settledUntil);
        } catch (error) {
          this.settledUntil = Math.min(from, this.settledUntil);
          throw error;
        }
        // A span that was found to be wrong meanwhile stays to be settled.
        await this.#listener.onSettled(this, this.settledUntil);
      } finally {
        this.#isSettling = false;
      }
    });
  }

  /** Running totals of quotes begin again as well. */
  #startFrom(since: number, seeds?: Seeds): void {
    this.#machine.startFrom(since, seeds);
    this.#machine.rebase();
    this.#advancedAt = -Infinity;
    this.#hasNews = true; // other bars run now
  }

  #goOn(since: number, seeds: Seeds): void {
    const waited = this.#waiting ?? [];
    this.#waiting = undefined;
    this.#startFrom(since, seeds);
    for (const what of waited)
      if ('trade' in what) this.#machine.onTrade(what.trade);
      else this.#machine.onQuote(what.update, what.toldAt);
  }

  #complain(thrown: unknown): void {
    const { code, message } = asPocketQuantError(thrown);
    this.#listener.onTrouble(this, { code, message, at: this.#tools.clock() });
  }

  /** Waits in steps: what is known of the vendor's clock may change, and make it pointless. */
  async #until(time: number, signal: AbortSignal, isWorthIt: () => boolean): Promise<void> {
    const leftMs = (): number => time - this.#vendorNow();
    while (leftMs() > 0 && isWorthIt() && !signal.aborted) {
      const { promise, resolve } = Promise.withResolvers<void>();
      const end = (): void => resolve();
      const timer = setTimeout(end, Math.min(leftMs(), LOOK_AGAIN_MS));
      signal.addEventListener('abort', end);
      await promise;
      signal.removeEventListener('abort', end);
      clearTimeout(timer);
    }
  }
}

function withoutEventTime({ eventTime: _unknown, ...quote }: Quote): Quote {
  return quote;
}

function openBarOf({ interval, openTime, open, high, low, close, volume, isPartial }: LiveBar): OpenBar {
  return { interval, openTime, open, high, low, close, isPartial, ...(volume === undefined ? {} : { volume }) };
}
