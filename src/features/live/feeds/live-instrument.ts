import {
  BarMachine,
  type BarInterval,
  type LiveBar,
  type OpenBar,
  type Quote,
  type QuoteUpdate,
  type Span,
  type Trade,
} from '../../../market/index.ts';
import { vendorNow } from '../../../providers/contract/index.ts';
import { timeOf, vendorTimeOf, type FeedTools } from './feed-tools.ts';
import { LatestQuote } from './latest-quote.ts';
import type { Seeds } from './seed-bars.ts';
import type { FedInstrument } from './settle-history.ts';
import { SettledHistory } from './settled-history.ts';
import { takeOver, type TakeOverTools } from './take-over.ts';

export type InstrumentTools = Pick<FeedTools, 'provider' | 'port' | 'clock' | 'elapsed'> &
  Pick<TakeOverTools, 'asking'>;

/** What a live instrument tells its feed. */
export interface InstrumentListener {
  /** A bar that is whole is over, or was repaired by late trades. */
  onBar(instrument: LiveInstrument, bar: LiveBar): void;
  /** History has been settled up to here, and no further. */
  onSettled(instrument: LiveInstrument, until: number): Promise<void>;
  /** History could not be had; it is tried again. */
  onTrouble(instrument: LiveInstrument, error: unknown): void;
}

/** More than these while history is fetched, and it is begun anew from a later moment. */
const MOST_WAITING = 200_000;
const FORGET_EVERY_MS = 1_000;
const MACHINE_GRACE_MS = 2_000;
const LATENESS_MS = 60_000;

type Waiting = { readonly trade: Trade } | { readonly update: QuoteUpdate; readonly toldAt: number };

/** The connection is aborted when it is over: whoever works for it gives up. */
type State =
  | { readonly name: 'off' }
  /** What comes in waits until history has told what went before. */
  | { readonly name: 'catchingUp'; readonly connection: AbortController; readonly waiting: Waiting[] }
  | { readonly name: 'live'; readonly connection: AbortController };

const OFF: State = { name: 'off' };

/**
 * One subscribed instrument while its feed is connected: live data in, bars out. What comes in after a connection was
 * made is kept until history has told what went before; so no bar that is stored is made of a part of its trades. Until
 * then open bars are made of what came in, marked as partial, to be looked at. What is over the vendor's clock decides.
 */
export class LiveInstrument {
  readonly fed: FedInstrument;
  /** The vendor does not give it, as its subscription says. */
  isRefused = false;
  readonly #tools: InstrumentTools;
  readonly #listener: InstrumentListener;
  readonly #machine: BarMachine;
  readonly #settled: SettledHistory;
  readonly #latest = new LatestQuote();
  #state: State = OFF;
  #advancedAt = 0;
  #hasNews = false;

  constructor(
    fed: FedInstrument,
    settledUntil: number | undefined,
    tools: InstrumentTools,
    listener: InstrumentListener,
  ) {
    this.fed = fed;
    this.#tools = tools;
    this.#listener = listener;
    this.#settled = new SettledHistory(fed, settledUntil, tools, (until) => listener.onSettled(this, until));
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
    return this.#state.name === 'live';
  }

  /** Up to here stored bars are what history says, UTC epoch ms; `undefined` if none were asked for yet. */
  get settledUntil(): number | undefined {
    return this.#settled.until;
  }

  /** When anything last came in, by `elapsed`. */
  get heardMoment(): number | undefined {
    return this.#latest.heardMoment;
  }

  /** When anything last came in, UTC epoch ms. */
  get heardAt(): number | undefined {
    return this.heardMoment === undefined ? undefined : timeOf(this.#tools, this.heardMoment);
  }

  /** Latest known prices; those of trades too. */
  get quote(): Quote | undefined {
    const { quote } = this.#latest;
    return quote && { ...quote, receivedAt: timeOf(this.#tools, quote.receivedAt) };
  }

  onTrade(trade: Trade): void {
    this.#latest.onTrade(trade, this.#tools.elapsed());
    this.#hasNews = true;
    this.#machine.onTrade(trade);
    if (this.#state.name === 'catchingUp') this.#wait(this.#state.waiting, { trade });
  }

  onQuote(update: QuoteUpdate): void {
    const { provider, clock, elapsed } = this.#tools;
    const receivedAt = clock();
    this.#latest.onQuote(update, elapsed());
    if (provider.live?.kind !== 'quotes') return;
    this.#hasNews = true;
    const toldAt = vendorNow(provider, receivedAt);
    this.#machine.onQuote(update, toldAt);
    if (this.#state.name === 'catchingUp') this.#wait(this.#state.waiting, { update, toldAt });
  }

  /** What was told of this span is not true: history is asked again. */
  unsettle(span: Span): void {
    this.#settled.unsettle(span).catch(this.#onTrouble);
  }

  /** Closes what is over at `now`, by the vendor's clock as all moments here. */
  advance(now: number): void {
    if (this.#state.name === 'off') return;
    this.#advancedAt = now;
    this.#hasNews = false;
    this.#machine.advance(now);
  }

  /** Whether a bar is over; and now and then, as the machine forgets old trades only when it is advanced. */
  isDue(now: number): boolean {
    if (this.#state.name === 'off') return false;
    return this.#machine.nextDue <= now || (this.#hasNews && now - this.#advancedAt > FORGET_EVERY_MS);
  }

  /** The connection is gone: nothing is closed any more, as nobody knows what is missing. */
  disconnected(): void {
    if (this.#state.name !== 'off') this.#state.connection.abort();
    this.#state = OFF;
  }

  /** Everything is sent from now on. Fetches what went before, then goes on with what came in meanwhile. */
  async connected(): Promise<void> {
    this.disconnected();
    const connection = new AbortController();
    const waiting: Waiting[] = [];
    this.#state = { name: 'catchingUp', connection, waiting };
    this.#startFrom(vendorTimeOf(this.#tools));
    const { signal } = connection;
    const tools = { ...this.#tools, signal, settled: this.#settled, onTrouble: this.#onTrouble };
    const begin = await takeOver(this.fed, this.#latest.newestEvent, tools);
    if (begin === undefined || signal.aborted) return;
    this.#state = { name: 'live', connection };
    this.#startFrom(begin.since, begin.seeds);
    for (const what of waiting)
      if ('trade' in what) this.#machine.onTrade(what.trade);
      else this.#machine.onQuote(what.update, what.toldAt);
  }

  /** The vendor's clock is another one than was thought: what was closed by it may lack trades, which history knows. */
  async beginAnew(): Promise<void> {
    this.#latest.forgetTimes();
    if (this.#state.name !== 'off') await this.connected();
  }

  /** Asks history for what it can tell by now of the time since it was last asked. */
  async settle(now: number, leastMs: number): Promise<void> {
    if (this.#state.name !== 'live') return;
    const { signal } = this.#state.connection;
    try {
      await this.#settled.settleKnown(now, leastMs, signal);
    } catch (error) {
      if (!signal.aborted) this.#onTrouble(error);
    }
  }

  openBars(): OpenBar[] {
    return this.fed.intervals.flatMap((interval) => this.#machine.openBars(interval).map(openBarOf));
  }

  openBar(interval: BarInterval): OpenBar | undefined {
    const bar = this.#machine.openBars(interval).at(-1);
    return bar && openBarOf(bar);
  }

  readonly #onTrouble = (error: unknown): void => this.#listener.onTrouble(this, error);

  #tell(bar: LiveBar): void {
    if (this.isLive && !bar.isPartial) this.#listener.onBar(this, bar);
  }

  #wait(waiting: Waiting[], what: Waiting): void {
    waiting.push(what);
    if (waiting.length > MOST_WAITING) void this.connected();
  }

  /** Running totals of quotes begin again as well. */
  #startFrom(since: number, seeds?: Seeds): void {
    this.#machine.startFrom(since, seeds);
    this.#machine.rebase();
    this.#advancedAt = -Infinity;
    this.#hasNews = true; // other bars run now
  }
}

function openBarOf({ state: _, closeTime: __, ...bar }: LiveBar): OpenBar {
  return bar;
}
