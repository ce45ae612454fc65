import type { Change } from '../../chunk/index.ts';
import { parseSeriesId, type Bar } from '../../market/index.ts';
import { InvalidRequestError } from '../../platform/errors/index.ts';
import { backgroundTimer, startLoop, type Loop } from '../../platform/waiting/index.ts';
import type { FeedEvent } from './stream-event.ts';
import { barsTopic, CHANGES_TOPIC } from './topics.ts';

/** Where changes and the bars they touched come from. */
export interface ChangeSource {
  /** seq of the newest change; 0 where there is none. */
  newestSeq(): Promise<number>;
  /** At most `limit` changes after a seq, in order. @throws InvalidRequestError `CHANGES_EXPIRED` */
  changesAfter(seq: number, limit: number): Promise<readonly Change[]>;
  /** At most `limit` stored bars of the range of a change, in order. */
  barsOf(change: Change, limit: number): Promise<readonly Bar[]>;
}

/** A change with the events that tell of it. */
export interface ToldChange {
  readonly seq: number;
  readonly series: string;
  /** How many bars it may come to hold. */
  readonly mostBars: number;
  /** For the topic `changes`. */
  readonly event: FeedEvent;
  /** For the topic of its series; read when first wanted. */
  barEvents(): Promise<BarEvents>;
}

/** The events of a change's bars, for whoever hears nothing more of this seq, and for whoever does. */
interface BarEvents {
  readonly atEnd: readonly FeedEvent[];
  readonly beforeMore: readonly FeedEvent[];
}

export interface ChangeReader {
  /** Says that there may be changes to read. */
  wake(): void;
}

const POLL_MS = 250;
const PAGE = 200;
/** A change that touched more is told by its range; whoever wants its bars reads them by HTTP. */
const MOST_BARS = 1_000;
const CHANGES_KEPT = 1_000;
const BARS_KEPT = 20_000;

/**
 * Reads the change feed once for all clients, while there are any, and keeps the latest of it at hand; who is further
 * behind reads from the database.
 */
export class ChangeFollower {
  readonly #source: ChangeSource;
  readonly #onError: (error: unknown) => void;
  readonly #readers = new Set<ChangeReader>();
  /** The latest changes without holes, up to `#head`. */
  #tape: ToldChange[] = [];
  #barsKept = 0;
  #head = 0;
  /** Another one each time that the first reader comes; resolves when `#head` is known. */
  #run: Promise<void> | undefined;
  #loop: Loop | undefined;

  constructor(source: ChangeSource, onError: (error: unknown) => void) {
    this.#source = source;
    this.#onError = onError;
  }

  /** Wakes the reader whenever there is news, until it leaves. @returns the newest seq that is known here */
  async join(reader: ChangeReader): Promise<number> {
    this.#readers.add(reader);
    this.#run ??= this.#catchUp();
    try {
      await this.#run;
    } catch (error) {
      this.#run = undefined;
      this.leave(reader);
      throw error;
    }
    return this.#head;
  }

  leave(reader: ChangeReader): void {
    if (!this.#readers.delete(reader) || this.#readers.size > 0) return;
    void this.#loop?.stop();
    this.#loop = this.#run = undefined;
    this.#forget();
  }

  /** Says that changes were published. */
  wake(): void {
    this.#loop?.wake();
  }

  newestSeq(): Promise<number> {
    return this.#source.newestSeq();
  }

  /** Some of the changes after a seq, in order; none where there is no newer one. @throws `CHANGES_EXPIRED` */
  async read(after: number): Promise<readonly ToldChange[]> {
    if (after >= this.#head) return [];
    const place = after + 1 - (this.#tape.at(0)?.seq ?? Infinity);
    if (place >= 0) return this.#tape.slice(place, place + PAGE);
    return (await this.#source.changesAfter(after, PAGE)).map((change) => this.#told(change));
  }

  /** Starts from the newest change. */
  #catchUp(): Promise<void> {
    const begin = async (): Promise<void> => {
      const seq = await this.#source.newestSeq();
      if (this.#run !== run) return; // all readers left meanwhile
      this.#head = seq;
      const options = { restMs: POLL_MS, onError: this.#onError, timer: backgroundTimer };
      this.#loop ??= startLoop(() => this.#readOn(), options);
    };
    const run = begin();
    return run;
  }

  async #readOn(): Promise<void> {
    const run = this.#run;
    try {
      const changes = await this.#source.changesAfter(this.#head, PAGE);
      if (changes.length === 0 || this.#run !== run) return;
      for (const change of changes) this.#keep(change);
      if (changes.length === PAGE) this.wake();
    } catch (error) {
      if (!(error instanceof InvalidRequestError)) throw error;
      if (this.#run !== run) return;
      // Expired while this process slept: each reader will be told so about its own place.
      this.#forget();
      this.#run = this.#catchUp();
      await this.#run;
    }
    for (const reader of this.#readers) reader.wake();
  }

  #forget(): void {
    this.#tape = [];
    this.#barsKept = 0;
  }

  #keep(change: Change): void {
    const told = this.#told(change);
    this.#head = told.seq;
    this.#tape.push(told);
    this.#barsKept += told.mostBars;
    while (this.#tape.length > CHANGES_KEPT || (this.#barsKept > BARS_KEPT && this.#tape.length > 1))
      this.#barsKept -= this.#tape.shift()?.mostBars ?? 0;
  }

  #told(change: Change): ToldChange {
    const { seq, series, inserted, changed } = change;
    let reading: Promise<BarEvents> | undefined;
    const barEvents = (): Promise<BarEvents> =>
      (reading ??= this.#barEventsOf(change).catch((error: unknown) => {
        reading = undefined; // whoever asks again may be luckier
        throw error;
      }));
    return {
      seq,
      series,
      mostBars: Math.min(inserted + changed, MOST_BARS),
      event: { type: 'change', topic: CHANGES_TOPIC, change, seq },
      barEvents,
    };
  }

  async #barEventsOf(change: Change): Promise<BarEvents> {
    const isTooMany = change.inserted + change.changed > MOST_BARS;
    const bars = isTooMany || change.deleted > 0 ? undefined : await this.#source.barsOf(change, MOST_BARS + 1);
    const beforeMore = tellBars(change, bars === undefined || bars.length > MOST_BARS ? undefined : bars);
    const atEnd = beforeMore.map((event, place) =>
      place === beforeMore.length - 1 ? { ...event, seq: change.seq } : event,
    );
    return { atEnd, beforeMore };
  }
}

/** Without bars the range is told. */
function tellBars(change: Change, bars: readonly Bar[] | undefined): readonly FeedEvent[] {
  const { seq: changeSeq, series } = change;
  const topic = barsTopic(series);
  if (bars === undefined) return [{ type: 'change', topic, change }];
  const parsed = parseSeriesId(series);
  return bars.map((bar) => ({ type: 'bar', topic, ...parsed, bar, changeSeq }));
}
