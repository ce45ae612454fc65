import { InvalidRequestError } from '../../platform/errors/index.ts';
import type { ChangeFollower, ChangeReader, ToldChange } from './change-follower.ts';
import type { FeedEvent } from './stream-event.ts';
import { barsTopic, CHANGES_TOPIC } from './topics.ts';

/** Where a tail's messages go. */
export interface TailListener {
  /** Takes an event as soon as there is room for it; false if the client is gone. */
  push(event: FeedEvent): Promise<boolean> | boolean;
  /** The tail has come to a place that is no longer kept: it ends here. */
  onExpired(tail: ChangeTail, error: InvalidRequestError): void;
  /** Reading failed; it is tried again. */
  onTrouble(error: unknown): void;
}

const RETRY_MS = 1_000;

/** One client's place in the change feed, for the topics that were subscribed from there, read at the client's own pace. */
export class ChangeTail implements ChangeReader {
  readonly topics: Set<string>;
  readonly #follower: ChangeFollower;
  readonly #listener: TailListener;
  #seq = 0;
  #hasBegun = false;
  #isRunning = false;
  #isNews = false;

  constructor(follower: ChangeFollower, listener: TailListener, topics: Iterable<string>) {
    this.#follower = follower;
    this.#listener = listener;
    this.topics = new Set(topics);
  }

  /**
   * Finds the place to start from; nothing is told before `begin`, so that the client hears of it first.
   * @param after the seq to go on from; the newest one if left out
   * @returns that seq
   * @throws InvalidRequestError `CHANGES_EXPIRED`; `INVALID_REQUEST` if there is no such seq yet
   */
  async start(after: number | undefined): Promise<number> {
    const head = await this.#follower.join(this);
    this.#seq = after ?? head;
    if (this.#seq > head) {
      const newest = await this.#follower.newestSeq(); // another process may be a moment ahead of us
      if (this.#seq > newest)
        throw new InvalidRequestError('INVALID_REQUEST', `after is ${after}, but the newest change is ${newest}`);
    }
    await this.#follower.read(this.#seq);
    return this.#seq;
  }

  /** Takes up another topic from the place where the tail is, if it has told all that is known so far. */
  admit(topics: Iterable<string>, after: number): boolean {
    if (this.#isRunning || this.#isNews || this.#seq !== after) return false;
    for (const topic of topics) this.topics.add(topic);
    return true;
  }

  begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.wake();
  }

  wake(): void {
    this.#isNews = true;
    if (this.#hasBegun && !this.#isRunning) void this.#run();
  }

  end(): void {
    this.topics.clear();
    this.#follower.leave(this);
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    try {
      while (this.#isNews && this.topics.size > 0) {
        this.#isNews = false;
        for (const told of await this.#follower.read(this.#seq)) {
          if (!(await this.#tell(told))) return;
          this.#seq = told.seq;
          this.#isNews = true;
        }
      }
    } catch (error) {
      if (error instanceof InvalidRequestError) this.#listener.onExpired(this, error);
      else {
        this.#listener.onTrouble(error);
        setTimeout(() => this.wake(), RETRY_MS).unref();
      }
    } finally {
      this.#isRunning = false;
    }
  }

  /** @returns whether to go on */
  async #tell(told: ToldChange): Promise<boolean> {
    const isChangeWanted = this.topics.has(CHANGES_TOPIC);
    if (this.topics.has(barsTopic(told.series))) {
      const { atEnd, beforeMore } = await told.barEvents();
      if (!(await this.#push(isChangeWanted ? beforeMore : atEnd))) return false;
    }
    return isChangeWanted ? this.#push([told.event]) : this.topics.size > 0;
  }

  async #push(events: readonly FeedEvent[]): Promise<boolean> {
    for (const event of events) {
      if (!this.topics.has(event.topic)) continue; // unsubscribed meanwhile
      const pushed = this.#listener.push(event);
      if (!(typeof pushed === 'boolean' ? pushed : await pushed)) return false;
    }
    return true;
  }
}
