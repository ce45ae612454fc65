import { InvalidRequestError } from '../../../platform/errors/index.ts';
import { StreamMessage } from './stream-message.ts';
import { barsTopic, CHANGES_TOPIC } from './topics.ts';

/** A change of the feed as it is told: times as RFC 3339. */
export interface StreamedChange {
  readonly seq: number;
  /** `NASDAQ:AAPL/1m` */
  readonly series: string;
  /** openTime range that was touched: `[from, to)`. */
  readonly from: string;
  readonly to: string;
  readonly inserted: number;
  readonly changed: number;
  readonly deleted: number;
}

/** Where changes and the bars they touched come from. */
export interface ChangeSource {
  /** seq of the newest change; 0 where there is none. */
  newestSeq(): Promise<number>;
  /** At most `limit` changes after a seq, in order. @throws InvalidRequestError `CHANGES_EXPIRED` */
  changesAfter(seq: number, limit: number): Promise<readonly StreamedChange[]>;
  /** At most `limit` stored bars of the range of a change, as JSON, in order. */
  barsOf(change: StreamedChange, limit: number): Promise<readonly object[]>;
}

/** A change with the messages that tell of it. */
export interface ToldChange {
  readonly seq: number;
  readonly series: string;
  /** How many bars it may come to hold. */
  readonly mostBars: number;
  /** For the topic `changes`. */
  readonly message: StreamMessage;
  /** For the topic of its series; read when first wanted. */
  barMessages(): Promise<BarMessages>;
}

/** The messages of a change's bars, for whoever hears nothing more of this seq, and for whoever does. */
interface BarMessages {
  readonly atEnd: readonly StreamMessage[];
  readonly beforeMore: readonly StreamMessage[];
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
  #timer: NodeJS.Timeout | undefined;
  #isReading = false;
  #isNews = false;

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
    clearTimeout(this.#timer);
    this.#run = undefined;
    this.#forget();
  }

  /** Says that changes were published. */
  wake(): void {
    this.#isNews = true;
    this.#schedule(0);
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
      this.#schedule(POLL_MS);
    };
    const run = begin();
    return run;
  }

  #schedule(delayMs: number): void {
    clearTimeout(this.#timer);
    if (this.#readers.size === 0) return;
    this.#timer = setTimeout(() => void this.#follow(), delayMs);
    this.#timer.unref();
  }

  async #follow(): Promise<void> {
    if (this.#isReading) return;
    this.#isReading = true;
    try {
      do {
        this.#isNews = false;
        await this.#readOn();
      } while (this.#isNews);
    } catch (error) {
      this.#onError(error);
    } finally {
      this.#isReading = false;
      this.#schedule(POLL_MS);
    }
  }

  async #readOn(): Promise<void> {
    const run = this.#run;
    await run;
    try {
      const changes = await this.#source.changesAfter(this.#head, PAGE);
      if (changes.length === 0 || run === undefined || this.#run !== run) return;
      for (const change of changes) this.#keep(change);
      if (changes.length === PAGE) this.#isNews = true;
    } catch (error) {
      if (!(error instanceof InvalidRequestError)) throw error;
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

  #keep(change: StreamedChange): void {
    const told = this.#told(change);
    this.#head = told.seq;
    this.#tape.push(told);
    this.#barsKept += told.mostBars;
    while (this.#tape.length > CHANGES_KEPT || (this.#barsKept > BARS_KEPT && this.#tape.length > 1))
      this.#barsKept -= this.#tape.shift()?.mostBars ?? 0;
  }

  #told(change: StreamedChange): ToldChange {
    let reading: Promise<BarMessages> | undefined;
    const read = (): Promise<BarMessages> =>
      (reading ??= this.#barMessagesOf(change).catch((error: unknown) => {
        reading = undefined; // whoever asks again may be luckier
        throw error;
      }));
    return {
      seq: change.seq,
      series: change.series,
      mostBars: Math.min(change.inserted + change.changed, MOST_BARS),
      message: new StreamMessage('change', () => change, { topic: CHANGES_TOPIC, resumeFrom: change.seq }),
      barMessages: read,
    };
  }

  async #barMessagesOf(change: StreamedChange): Promise<BarMessages> {
    const isTooMany = change.inserted + change.changed > MOST_BARS;
    const bars = isTooMany || change.deleted > 0 ? undefined : await this.#source.barsOf(change, MOST_BARS + 1);
    const told = bars === undefined || bars.length > MOST_BARS ? undefined : bars;
    return { atEnd: tellBars(change, told, true), beforeMore: tellBars(change, told, false) };
  }
}

/**
 * Without bars the range is told. All but the last message say that more of the same seq follows, so that nobody resumes
 * from the middle of a change.
 */
function tellBars(
  change: StreamedChange,
  bars: readonly object[] | undefined,
  isEnd: boolean,
): readonly StreamMessage[] {
  const { seq } = change;
  const topic = barsTopic(change.series);
  const tell = (type: string, content: object, isLast: boolean): StreamMessage =>
    new StreamMessage(type, () => (isLast ? content : { ...content, more: true }), {
      topic,
      ...(isLast ? { resumeFrom: seq } : {}),
    });
  if (bars === undefined) return [tell('change', change, isEnd)];
  return bars.map((bar, place) => tell('bar', { seq, bar }, isEnd && place === bars.length - 1));
}
