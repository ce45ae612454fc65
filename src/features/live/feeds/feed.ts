import type { BarInterval } from '../../../market/index.ts';
import type { Update } from '../../../platform/database/index.ts';
import { asPocketQuantError } from '../../../platform/errors/index.ts';
import { startLoop, type Loop } from '../../../platform/waiting/index.ts';
import type { LiveListener } from '../../../providers/contract/index.ts';
import { subscriptionId, type FeedError, type SubscriptionDocument } from '../collections.ts';
import { BarWriter } from './bar-writer.ts';
import { alwaysOpenHeardAt, deadBecause } from './dead-connection.ts';
import { fedInstrument } from './fed-instrument.ts';
import type { FeedReport } from './feed-lease.ts';
import { timeOf, vendorTimeOf, type FeedTools } from './feed-tools.ts';
import { inTurns } from './in-turns.ts';
import { LiveInstrument, type InstrumentListener } from './live-instrument.ts';
import { RunningBars } from './running-bars.ts';
import { requestedOf } from './settle-history.ts';
import { StandingConnection } from './standing-connection.ts';
import { WorkQueue } from './work-queue.ts';

/** A bar closes within its grace and this. */
const TICK_MS = 100;
/**
 * Where a vendor's clock turns out to be off by more, or ours is set and is all that is known, all is begun anew; less is
 * made good by trades that may come late.
 */
const CLOCK_STEP_MS = 5_000;
const FLUSH_MS = 1_000;
const PUBLISH_MS = 10;
const SETTLE_EVERY_MS = 10_000;
/** Of so much time history is asked for at once. */
const SETTLED_AT_ONCE_MS = 300_000;
const SETTLED_AT_A_TIME = 4;
const SEAMS_AT_A_TIME = 8;
const LONGEST_MESSAGE = 500;

/** A provider's live stream, held by this process: connected as long as it is open, whatever happens on the way. */
export class Feed {
  readonly #tools: FeedTools;
  readonly #instruments = new Map<string, LiveInstrument>();
  readonly #running: RunningBars;
  readonly #writer: BarWriter;
  readonly #seams = new WorkQueue(SEAMS_AT_A_TIME);
  readonly #connection: StandingConnection;
  readonly #loops: readonly Loop[];
  /** The latest trouble, whatever came right since. */
  #error: FeedError | undefined;
  /** When data last came of markets that never close, or none of them was followed, by `elapsed`. */
  #livelyAt = -Infinity;
  /** How far the vendor's clock was ahead of `elapsed` when bars were last closed, ms. */
  #vendorLead: number;

  constructor(tools: FeedTools) {
    const { live, elapsed, onError } = tools;
    this.#tools = tools;
    this.#vendorLead = vendorTimeOf(tools) - elapsed();
    this.#running = new RunningBars(tools);
    this.#writer = new BarWriter(tools);
    this.#loops = [
      startLoop(() => this.#advance(), { restMs: TICK_MS, onError }),
      startLoop(async () => this.#running.publish(), { restMs: PUBLISH_MS, onError }),
      startLoop(() => this.#running.flush(), { restMs: FLUSH_MS, onError }),
      startLoop(() => this.#settle(), { restMs: SETTLE_EVERY_MS, onError }),
    ];
    this.#connection = new StandingConnection({
      live,
      elapsed,
      listener: this.#listener,
      onOpened: () => this.#subscribe(this.#all),
      onOver: (failure) => {
        for (const instrument of this.#all) instrument.disconnected();
        if (failure !== undefined) this.#error = this.#errorOf(failure);
      },
      deadBecause: (openedAt) => this.#deadBecause(openedAt),
    });
  }

  /** How it is, for whoever asks. */
  get report(): FeedReport {
    const { state, heardAt } = this.#connection;
    return {
      state: state.name,
      since: timeOf(this.#tools, state.since),
      heardAt: timeOf(this.#tools, heardAt),
      ...(this.#error === undefined ? {} : { error: this.#error }),
    };
  }

  instrument(instrumentId: string): LiveInstrument | undefined {
    return this.#instruments.get(instrumentId);
  }

  /** Makes these the instruments that it follows. */
  async follow(subscriptions: readonly SubscriptionDocument[]): Promise<void> {
    const wanted = new Map(subscriptions.map((one) => [one.instrumentId, one]));
    for (const instrument of this.#all)
      if (!isSame(instrument.fed.intervals, wanted.get(instrument.fed.instrumentId)?.intervals))
        await this.#forget(instrument);
    const added: LiveInstrument[] = [];
    for (const subscription of subscriptions) {
      const known = this.#instruments.get(subscription.instrumentId);
      if (known === undefined) added.push(await this.#takeUp(subscription));
      else if (known.isRefused && subscription.refused === undefined) {
        known.isRefused = false; // the user asks again
        added.push(known);
      }
    }
    this.#subscribe(added);
  }

  /** Closes the connection and stores what there is. */
  async close(): Promise<void> {
    const ended = [this.#connection.close(), ...this.#loops.map((loop) => loop.stop())];
    for (const instrument of this.#all) this.#running.outdated(instrument);
    await this.#running.flush().catch(this.#tools.onError);
    await Promise.all([...ended, this.#writer.flush()]);
  }

  get #all(): readonly LiveInstrument[] {
    return [...this.#instruments.values()];
  }

  readonly #listener: Omit<LiveListener, 'onHeard'> = {
    onTrade: (trade) => {
      const instrument = this.#instruments.get(trade.instrumentId);
      if (instrument === undefined) return;
      instrument.onTrade(trade);
      this.#running.stirred(instrument);
    },
    onQuote: (update) => {
      const instrument = this.#instruments.get(update.instrumentId);
      if (instrument === undefined) return;
      instrument.onQuote(update);
      this.#running.stirred(instrument);
    },
    onCorrected: (id, span) => this.#instruments.get(id)?.unsettle(span),
    onSubscribed: (id) => {
      const instrument = this.#instruments.get(id);
      void instrument?.connected().catch(this.#tools.onError);
      if (instrument?.isRefused !== true) return;
      instrument.isRefused = false;
      void this.#note(id, { $unset: { refused: '' } }).catch(this.#tools.onError);
    },
    onRefused: (id, error) => void this.#refuse(id, error).catch(this.#tools.onError),
  };

  readonly #instrumentListener: InstrumentListener = {
    onBar: ({ fed }, bar) => this.#writer.add(fed.instrumentId, bar),
    onSettled: ({ fed }, settledUntil) => this.#note(fed.instrumentId, { $set: { settledUntil } }),
    onTrouble: (_instrument, error) => {
      this.#error = this.#errorOf(error);
    },
  };

  #subscribe(instruments: readonly LiveInstrument[]): void {
    if (instruments.length > 0) this.#connection.current?.subscribe(instruments.map(({ fed }) => requestedOf(fed)));
  }

  async #takeUp(subscription: SubscriptionDocument): Promise<LiveInstrument> {
    const fed = await fedInstrument(subscription, this.#tools.provider, this.#tools.port);
    const tools = { ...this.#tools, asking: this.#seams };
    const instrument = new LiveInstrument(fed, subscription.settledUntil, tools, this.#instrumentListener);
    instrument.isRefused = subscription.refused !== undefined;
    this.#instruments.set(fed.instrumentId, instrument);
    return instrument;
  }

  async #forget(instrument: LiveInstrument): Promise<void> {
    const { instrumentId } = instrument.fed;
    this.#connection.current?.unsubscribe([instrumentId]);
    instrument.disconnected();
    this.#instruments.delete(instrumentId);
    await this.#running.forget(instrument);
    await this.#writer.flush();
  }

  async #refuse(instrumentId: string, error: unknown): Promise<void> {
    await this.#note(instrumentId, { $set: { refused: this.#errorOf(error) } });
    const instrument = this.#instruments.get(instrumentId);
    if (instrument !== undefined) instrument.isRefused = true;
  }

  /** Writes down something of a subscription. */
  async #note(instrumentId: string, change: Update<SubscriptionDocument>): Promise<void> {
    const { collections, provider } = this.#tools;
    await collections.subscriptions.updateOne({ _id: subscriptionId(provider.name, instrumentId) }, change);
  }

  #deadBecause(openedAt: number): string | undefined {
    const now = this.#tools.elapsed();
    const carried = this.#all;
    this.#livelyAt = Math.max(this.#livelyAt, openedAt, alwaysOpenHeardAt(carried) ?? now);
    const [silentForMs, quietForMs] = [now - this.#connection.heardAt, now - this.#livelyAt];
    return deadBecause(this.#tools.live, { silentForMs, quietForMs, now: vendorTimeOf(this.#tools) }, carried);
  }

  async #advance(): Promise<void> {
    const now = vendorTimeOf(this.#tools);
    const lead = now - this.#tools.elapsed();
    const steppedBy = lead - this.#vendorLead;
    this.#vendorLead = lead;
    if (Math.abs(steppedBy) > CLOCK_STEP_MS)
      for (const instrument of this.#all) void instrument.beginAnew().catch(this.#tools.onError);
    const due = this.#all.filter((instrument) => instrument.isDue(now));
    await inTurns(due, (instrument) => {
      instrument.advance(now);
      this.#running.outdated(instrument); // what closed is not open any more
    });
  }

  async #settle(): Promise<void> {
    const now = vendorTimeOf(this.#tools);
    const queue = new WorkQueue(SETTLED_AT_A_TIME);
    const settleOne = async (instrument: LiveInstrument): Promise<void> => {
      if (!this.#connection.isClosing) await instrument.settle(now, SETTLED_AT_ONCE_MS);
    };
    await Promise.all(this.#all.map((instrument) => queue.run(() => settleOne(instrument))));
  }

  #errorOf(thrown: unknown): FeedError {
    const { code, message } = asPocketQuantError(thrown);
    return { code, message: message.slice(0, LONGEST_MESSAGE), at: this.#tools.clock() };
  }
}

function isSame(intervals: readonly BarInterval[], others: readonly BarInterval[] = []): boolean {
  return intervals.length === others.length && intervals.every((interval) => others.includes(interval));
}
