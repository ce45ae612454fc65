import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { isTrading, type BarInterval, type LiveBar } from '../../../market/index.ts';
import type { BulkWriteOperation } from '../../../platform/database/index.ts';
import { asPocketQuantError, ProviderError } from '../../../platform/errors/index.ts';
import { vendorNow, type LiveConnection, type LiveData, type LiveListener } from '../../../providers/contract/index.ts';
import {
  subscriptionId,
  type CurrentBarsDocument,
  type FeedError,
  type LiveCollections,
  type SubscriptionDocument,
} from '../collections.ts';
import type { LiveAudience } from '../port.ts';
import { BarWriter } from './bar-writer.ts';
import { fedInstrument } from './fed-instrument.ts';
import type { FeedReport } from './feed-lease.ts';
import { LiveInstrument, type InstrumentListener } from './live-instrument.ts';
import { Backoff } from './reconnecting.ts';
import { requestedOf, type HistoryTools } from './settle-history.ts';
import { WorkQueue } from './work-queue.ts';

export interface FeedTools extends Omit<HistoryTools, 'signal'> {
  readonly live: LiveData;
  readonly collections: LiveCollections;
  readonly audience: LiveAudience;
  /** A monotonic clock in ms. */
  readonly elapsed: () => number;
  readonly onError: (error: unknown) => void;
}

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
const FLUSHED_AT_ONCE = 100;
/** A few milliseconds of work: others get their turn in between. */
const INSTRUMENTS_A_TURN = 50;
const SETTLED_AT_A_TIME = 4;
const SEAMS_AT_A_TIME = 8;

async function inTurns(
  instruments: readonly LiveInstrument[],
  work: (instrument: LiveInstrument) => void,
): Promise<void> {
  for (const [index, instrument] of instruments.entries()) {
    if (index % INSTRUMENTS_A_TURN === INSTRUMENTS_A_TURN - 1) await nextTurn();
    work(instrument);
  }
}

/** A provider's live stream, held by this process: connected as long as it is open, whatever happens on the way. */
export class Feed {
  readonly #tools: FeedTools;
  readonly #instruments = new Map<string, LiveInstrument>();
  /** Those of which something came in since it was last passed on. */
  readonly #stirred = new Set<LiveInstrument>();
  /** Those of which something came in since they were last flushed. */
  readonly #unflushed = new Set<LiveInstrument>();
  readonly #writer: BarWriter;
  readonly #backoff = new Backoff();
  readonly #closing = new AbortController();
  readonly #seams = new WorkQueue(SEAMS_AT_A_TIME);
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #running: Promise<void>;
  #connection: LiveConnection | undefined;
  #report: FeedReport;
  /** By `elapsed`, as what follows. */
  #heardAt = 0;
  #since = 0;
  /** How far the vendor's clock was ahead of `elapsed` when bars were last closed, ms. */
  #vendorLead: number;
  /** Instruments that the vendor does not give, as their subscriptions say. */
  readonly #refused = new Set<string>();
  readonly #work = new Set<Promise<void>>();

  constructor(tools: FeedTools) {
    this.#tools = tools;
    this.#report = { state: 'connecting' };
    this.#since = tools.elapsed();
    this.#vendorLead = this.#vendorNow() - tools.elapsed();
    this.#writer = new BarWriter(tools.provider.name, tools.port, () => this.#vendorNow(), tools.onError);
    this.#everyAfter(TICK_MS, () => this.#advance());
    this.#every(PUBLISH_MS, () => this.#publish());
    this.#everyAfter(FLUSH_MS, () => this.#flush());
    this.#everyAfter(SETTLE_EVERY_MS, () => this.#settle());
    this.#running = this.#run();
  }

  /** How it is, for whoever asks. */
  get report(): FeedReport {
    const heard = this.#heardAt === 0 ? {} : { heardAt: this.#timeOf(this.#heardAt) };
    return { ...this.#report, since: this.#timeOf(this.#since), ...heard };
  }

  instrument(instrumentId: string): LiveInstrument | undefined {
    return this.#instruments.get(instrumentId);
  }

  /** Makes these the instruments that it follows. */
  async follow(subscriptions: readonly SubscriptionDocument[]): Promise<void> {
    const wanted = new Map(subscriptions.map((one) => [one.instrumentId, one]));
    const gone = [...this.#instruments.values()].filter(
      ({ fed }) => !isSame(fed.intervals, wanted.get(fed.instrumentId)?.intervals),
    );
    for (const instrument of gone) await this.#forget(instrument);
    const added: LiveInstrument[] = [];
    const tools = { ...this.#tools, asking: this.#seams };
    for (const subscription of subscriptions) {
      const { instrumentId: id, refused } = subscription;
      const known = this.#instruments.get(id);
      if (known !== undefined) {
        if (refused === undefined && this.#refused.delete(id)) added.push(known); // the user asks again
        continue;
      }
      if (refused !== undefined) this.#refused.add(id);
      const fed = await fedInstrument(subscription, this.#tools.provider, this.#tools.port);
      const instrument = new LiveInstrument(fed, subscription.settledUntil, tools, this.#instrumentListener);
      this.#instruments.set(fed.instrumentId, instrument);
      added.push(instrument);
    }
    this.#subscribe(added);
  }

  /** Closes the connection and stores what there is. */
  async close(): Promise<void> {
    this.#closing.abort();
    for (const timer of this.#timers) clearInterval(timer);
    for (const instrument of this.#instruments.values()) this.#unflushed.add(instrument);
    await this.#flush().catch(this.#tools.onError);
    for (const instrument of this.#instruments.values()) instrument.disconnected();
    await this.#connection?.close();
    await Promise.all([this.#running, ...this.#work, this.#writer.flush()]);
  }

  /** One connection after the other. */
  async #run(): Promise<void> {
    const { elapsed, live } = this.#tools;
    while (!this.#closing.signal.aborted) {
      this.#tell({ state: 'connecting' });
      const openedAt = elapsed();
      this.#heardAt = openedAt;
      let failure: FeedError | undefined;
      try {
        const connection = await live.connect(this.#listener, this.#closing.signal);
        this.#connection = connection;
        if (this.#closing.signal.aborted) void connection.close();
        this.#tell({ state: 'live' });
        this.#subscribe([...this.#instruments.values()]);
        let silence: ProviderError | undefined;
        let livelyAt = openedAt;
        const watch = setInterval(() => {
          livelyAt = Math.max(livelyAt, this.#alwaysOpenHeardAt() ?? elapsed());
          const isQuiet = elapsed() - livelyAt >= (live.quietMs ?? Infinity);
          if (!isQuiet && !this.#isSilent()) return;
          const what = isQuiet
            ? `Only heartbeats came in for ${live.quietMs}`
            : `Nothing came in for ${live.silenceMs}`;
          silence = new ProviderError('PROVIDER_TIMEOUT', `${what} ms`);
          void connection.close();
        }, live.silenceMs / 4);
        const { error = silence } = await connection.ended;
        clearInterval(watch);
        failure = error && this.#errorOf(error);
      } catch (error) {
        if (!this.#closing.signal.aborted) failure = this.#errorOf(error);
      }
      this.#connection = undefined;
      for (const instrument of this.#instruments.values()) instrument.disconnected();
      if (this.#closing.signal.aborted) return;
      this.#tell({ state: 'disconnected', ...(failure === undefined ? {} : { error: failure }) });
      await this.#pause(this.#backoff.next(this.#heardAt - openedAt, Math.random()));
    }
  }

  readonly #listener: LiveListener = {
    onTrade: (trade) => {
      const instrument = this.#instruments.get(trade.instrumentId);
      if (instrument === undefined) return;
      instrument.onTrade(trade);
      this.#stirred.add(instrument);
    },
    onQuote: (update) => {
      const instrument = this.#instruments.get(update.instrumentId);
      if (instrument === undefined) return;
      instrument.onQuote(update);
      this.#stirred.add(instrument);
    },
    onCorrected: (id, span) => this.#instruments.get(id)?.unsettle(span),
    onSubscribed: (id) => {
      void this.#instruments.get(id)?.connected().catch(this.#tools.onError);
      if (this.#refused.delete(id)) void this.#given(id).catch(this.#tools.onError);
    },
    onRefused: (id, error) => void this.#refuse(id, error).catch(this.#tools.onError),
    onHeard: () => {
      this.#heardAt = this.#tools.elapsed();
    },
  };

  readonly #instrumentListener: InstrumentListener = {
    onBar: ({ fed }, bar: LiveBar) => this.#writer.add(fed.instrumentId, bar),
    onSettled: async ({ fed }, settledUntil) => {
      const _id = subscriptionId(this.#tools.provider.name, fed.instrumentId);
      await this.#tools.collections.subscriptions.updateOne({ _id }, { $set: { settledUntil } });
    },
    onTrouble: (_instrument, error) => this.#tell({ error }),
  };

  #subscribe(instruments: readonly LiveInstrument[]): void {
    if (instruments.length > 0) this.#connection?.subscribe(instruments.map(({ fed }) => requestedOf(fed)));
  }

  async #forget(instrument: LiveInstrument): Promise<void> {
    const { instrumentId } = instrument.fed;
    this.#connection?.unsubscribe([instrumentId]);
    instrument.disconnected();
    this.#instruments.delete(instrumentId);
    this.#stirred.delete(instrument);
    this.#unflushed.delete(instrument);
    this.#refused.delete(instrumentId);
    await this.#writer.flush();
    const _id = subscriptionId(this.#tools.provider.name, instrumentId);
    await this.#tools.collections.currentBars.deleteOne({ _id });
  }

  async #refuse(instrumentId: string, error: ProviderError): Promise<void> {
    const _id = subscriptionId(this.#tools.provider.name, instrumentId);
    await this.#tools.collections.subscriptions.updateOne({ _id }, { $set: { refused: this.#errorOf(error) } });
    this.#refused.add(instrumentId);
  }

  async #given(instrumentId: string): Promise<void> {
    const _id = subscriptionId(this.#tools.provider.name, instrumentId);
    await this.#tools.collections.subscriptions.updateOne({ _id }, { $unset: { refused: '' } });
  }

  /** A connection on which nothing moves while a market is open all the time is dead, whatever the socket says. */
  #isSilent(): boolean {
    const { silenceMs } = this.#tools.live;
    if (this.#heardAt > this.#tools.elapsed() - silenceMs) return false;
    const now = this.#vendorNow();
    const since = now - silenceMs;
    return [...this.#instruments.values()].some(
      ({ fed: { schedule, sessions } }) =>
        schedule === undefined || (isTrading(schedule, sessions, since) && isTrading(schedule, sessions, now)),
    );
  }

  /** What decides of bars. */
  #vendorNow(): number {
    return vendorNow(this.#tools.provider, this.#tools.clock());
  }

  /** A moment of `elapsed` by our clock as it is now, UTC epoch ms: whatever it was set to meanwhile, the age is right. */
  #timeOf(moment: number): number {
    return Math.round(this.#tools.clock() - this.#tools.elapsed() + moment);
  }

  /** When data last came of markets that never close, by `elapsed`; `undefined` where there is none to wait for. */
  #alwaysOpenHeardAt(): number | undefined {
    const heard = [...this.#instruments.values()].flatMap(
      ({ fed: { instrumentId, schedule }, heardMoment = -Infinity }) =>
        schedule?.neverCloses === true && !this.#refused.has(instrumentId) ? [heardMoment] : [],
    );
    return heard.length === 0 ? undefined : Math.max(...heard);
  }

  async #advance(): Promise<void> {
    const now = this.#vendorNow();
    const lead = now - this.#tools.elapsed();
    const steppedBy = lead - this.#vendorLead;
    this.#vendorLead = lead;
    if (Math.abs(steppedBy) > CLOCK_STEP_MS)
      for (const instrument of this.#instruments.values()) void instrument.beginAnew().catch(this.#tools.onError);
    const due = [...this.#instruments.values()].filter((instrument) => instrument.isDue(now));
    await inTurns(due, (instrument) => {
      instrument.advance(now);
      this.#unflushed.add(instrument); // what closed is not open any more
    });
  }

  /** Passes on what clients listen to. */
  #publish(): void {
    const { audience } = this.#tools;
    for (const instrument of this.#stirred) {
      this.#unflushed.add(instrument);
      const { instrumentId, intervals } = instrument.fed;
      if (audience.wants(`quotes:${instrumentId}`) && instrument.quote !== undefined)
        audience.publishQuote(instrument.quote);
      for (const interval of intervals) {
        if (!audience.wants(`bars:${instrumentId}/${interval}`)) continue;
        const bar = instrument.openBar(interval);
        if (bar !== undefined) audience.publishOpenBar(instrumentId, bar);
      }
    }
    this.#stirred.clear();
  }

  /** Writes down what runs, for other processes and for who asks later. */
  async #flush(): Promise<void> {
    const { clock, collections, provider } = this.#tools;
    const flushed = [...this.#unflushed];
    this.#unflushed.clear();
    const at = clock();
    const vendorAt = this.#vendorNow();
    const operations: BulkWriteOperation<CurrentBarsDocument>[] = [];
    await inTurns(flushed, (instrument) => {
      const { instrumentId } = instrument.fed;
      const { quote } = instrument;
      const current = { instrumentId, provider: provider.name, at, vendorAt, bars: instrument.openBars() };
      operations.push({
        updateOne: {
          filter: { _id: subscriptionId(provider.name, instrumentId) },
          update: { $set: quote === undefined ? current : { ...current, quote } },
          upsert: true,
        },
      });
    });
    for (let i = 0; i < operations.length; i += FLUSHED_AT_ONCE)
      await collections.currentBars.bulkWrite(operations.slice(i, i + FLUSHED_AT_ONCE), { ordered: false });
  }

  async #settle(): Promise<void> {
    const now = this.#vendorNow();
    const queue = new WorkQueue(SETTLED_AT_A_TIME);
    await Promise.all(
      [...this.#instruments.values()].map((instrument) =>
        queue.run(() =>
          this.#closing.signal.aborted ? Promise.resolve() : instrument.settle(now, SETTLED_AT_ONCE_MS),
        ),
      ),
    );
  }

  #tell(report: FeedReport): void {
    if (report.state !== undefined && report.state !== this.#report.state) this.#since = this.#tools.elapsed();
    this.#report = { ...this.#report, ...report };
  }

  #errorOf(thrown: unknown): FeedError {
    const { code, message } = asPocketQuantError(thrown);
    return { code, message: message.slice(0, 500), at: this.#tools.clock() };
  }

  #every(ms: number, work: () => void): void {
    this.#timers.push(setInterval(work, ms));
  }

  /** As {@link #every}, but never twice at once. */
  #everyAfter(ms: number, work: () => Promise<void>): void {
    let isBusy = false;
    this.#every(ms, () => {
      if (isBusy) return;
      isBusy = true;
      const mine = work()
        .catch(this.#tools.onError)
        .finally(() => {
          isBusy = false;
          this.#work.delete(mine);
        });
      this.#work.add(mine);
    });
  }

  async #pause(ms: number): Promise<void> {
    await sleep(ms, undefined, { signal: this.#closing.signal }).catch(() => undefined); // closing ends it early
  }
}

function isSame(intervals: readonly BarInterval[], others: readonly BarInterval[] = []): boolean {
  return intervals.length === others.length && intervals.every((interval) => others.includes(interval));
}
