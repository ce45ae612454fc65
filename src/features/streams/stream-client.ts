import { InvalidRequestError, asPocketQuantError, type PocketQuantError } from '../../platform/errors/index.ts';
import type { ChangeFollower } from './change-follower.ts';
import { ChangeTail, type TailListener } from './change-tail.ts';
import { ClientQueue } from './client-queue.ts';
import type { FeedEvent, StreamedJob, StreamEvent } from './stream-event.ts';
import { isNumbered, MOST_TOPICS } from './topics.ts';

/** The connection to one client. */
export interface Transport<Job extends StreamedJob = StreamedJob> {
  /** A loop of this process may take as long as it likes, and is none of the clients that are limited in number. */
  readonly isInProcess?: true;
  /** Sends, or keeps to be sent; never fails. */
  send(event: StreamEvent<Job>): void;
  /** Whether so much is kept that no more should be given; `StreamClient.flush` is called when that has changed. */
  isFull(): boolean;
  /** Whether the client still answers; called at each heartbeat. */
  isAlive(): boolean;
  /** Ends the connection, with what the client did wrong; without it the server ends. */
  close(error?: PocketQuantError): void;
}

/** What a client needs of the hub that it belongs to. */
export interface ClientHome {
  readonly follower: ChangeFollower;
  /** Sends what waits, in a moment. */
  flushSoon(client: StreamClient): void;
  onTopic(client: StreamClient, topic: string, isWanted: boolean): void;
  onLeave(client: StreamClient): void;
  /** The topics as their messages name them. */
  asStored(topics: readonly string[]): Promise<readonly string[]>;
  onError(error: unknown): void;
}

const QUEUE_CAPACITY = 1_000;
/** What comes from the feed waits there when it has taken so much of the queue; the rest is left for latest values. */
const FEED_SHARE = QUEUE_CAPACITY / 2;
/** A client that takes nothing for so long while the feed waits for it is slow. */
const SLOW_AFTER_MS = 5_000;

/** One client: its topics, its place in the change feed, and the bounded queue of what waits for it. */
export class StreamClient implements TailListener {
  readonly #home: ClientHome;
  readonly #transport: Transport;
  readonly #queue: ClientQueue;
  readonly #topics = new Set<string>();
  readonly #tails = new Set<ChangeTail>();
  #room = Promise.withResolvers<void>();
  #slowTimer: NodeJS.Timeout | undefined;
  #isGone = false;

  constructor(home: ClientHome, transport: Transport) {
    this.#home = home;
    this.#transport = transport;
    this.#queue = new ClientQueue(transport.isInProcess ? Infinity : QUEUE_CAPACITY);
  }

  /**
   * Subscribes to topics; those of the change feed go on after the seq `after`, or start with what is new.
   * @throws InvalidRequestError `CHANGES_EXPIRED`, `INVALID_REQUEST`; then nothing was subscribed
   */
  async subscribe(wanted: readonly string[], after?: number): Promise<void> {
    if (this.#isGone) return;
    const topics = new Set(await this.#home.asStored(wanted));
    if (this.#isGone) return;
    if (new Set([...this.#topics, ...topics]).size > MOST_TOPICS)
      throw new InvalidRequestError('INVALID_REQUEST', `A client may have ${MOST_TOPICS} topics, not more`);
    const isToRead = (topic: string): boolean => isNumbered(topic) && (after !== undefined || !this.#topics.has(topic));
    const read = [...topics].filter(isToRead);
    const seq = read.length === 0 ? undefined : await this.#follow(read, after);
    if (this.#isGone) return;
    for (const topic of topics) {
      this.#topics.add(topic);
      this.#home.onTopic(this, topic, true);
    }
    this.#say({ type: 'subscribed', topics: [...topics], ...(seq === undefined ? {} : { seq }) });
    for (const tail of this.#tails) tail.begin();
  }

  async unsubscribe(wanted: readonly string[]): Promise<void> {
    const topics = await this.#home.asStored(wanted);
    for (const topic of topics) this.#drop(topic);
    this.#say({ type: 'unsubscribed', topics });
  }

  /** Gives the latest value under a key; an earlier one that still waits is not sent. */
  offer(key: string, event: StreamEvent): void {
    this.#add(() => this.#queue.put(key, event));
  }

  push(event: FeedEvent): Promise<boolean> | boolean {
    if (this.#isGone) return false;
    if (this.#queue.size >= FEED_SHARE) this.flush();
    if (this.#queue.size >= FEED_SHARE) return this.#pushLater(event);
    this.#queue.append(event);
    this.#home.flushSoon(this);
    return true;
  }

  /** Tells what is wrong with one message or subscription. */
  tell(thrown: unknown, topic?: string): void {
    const error = asPocketQuantError(thrown);
    if (error.httpStatus >= 500) this.#home.onError(thrown);
    this.#say({ type: 'error', error, ...(topic === undefined ? {} : { topic }) });
  }

  beat(now: number): void {
    if (this.#transport.isAlive()) this.offer('heartbeat', { type: 'heartbeat', time: now });
    else this.close(new InvalidRequestError('SLOW_CLIENT', 'The client answered no heartbeat'));
  }

  /** Gives the connection what waits, as much as it takes. */
  flush(): void {
    const before = this.#queue.size;
    for (const event of this.#queue.take(() => !this.#transport.isFull())) this.#transport.send(event);
    if (this.#queue.size < before) this.#slowTimer?.refresh();
    if (this.#queue.size < FEED_SHARE) {
      clearTimeout(this.#slowTimer);
      this.#slowTimer = undefined;
      this.#room.resolve();
      this.#room = Promise.withResolvers();
    }
  }

  /** Ends the connection. */
  close(error?: PocketQuantError): void {
    if (this.#isGone) return;
    this.leave();
    this.#transport.close(error);
  }

  /** The connection has ended. */
  leave(): void {
    if (this.#isGone) return;
    this.#isGone = true;
    clearTimeout(this.#slowTimer);
    this.#queue.clear();
    for (const topic of this.#topics) this.#home.onTopic(this, topic, false);
    for (const tail of this.#tails) tail.end();
    this.#tails.clear();
    this.#room.resolve();
    this.#home.onLeave(this);
  }

  onExpired(tail: ChangeTail, error: InvalidRequestError): void {
    for (const topic of tail.topics) {
      this.#drop(topic);
      this.tell(error, topic);
    }
  }

  onTrouble(error: unknown): void {
    this.#home.onError(error);
  }

  /** @returns the seq from which these topics are told */
  async #follow(topics: readonly string[], after: number | undefined): Promise<number | undefined> {
    const tail = new ChangeTail(this.#home.follower, this, topics);
    try {
      const seq = await tail.start(after);
      if (this.#isGone) {
        tail.end();
        return undefined;
      }
      for (const topic of topics) this.#dropFromTails(topic);
      if ([...this.#tails].some((other) => other.admit(topics, seq))) tail.end();
      else this.#tails.add(tail);
      return seq;
    } catch (error) {
      tail.end();
      if (this.#isGone) return undefined; // nobody is left to hear of it
      throw error;
    }
  }

  #drop(topic: string): void {
    if (!this.#topics.delete(topic)) return;
    this.#home.onTopic(this, topic, false);
    this.#dropFromTails(topic);
    this.#queue.remove(topic);
  }

  #dropFromTails(topic: string): void {
    for (const tail of this.#tails)
      if (tail.topics.delete(topic) && tail.topics.size === 0) {
        tail.end();
        this.#tails.delete(tail);
      }
  }

  async #pushLater(event: FeedEvent): Promise<boolean> {
    while (this.#queue.size >= FEED_SHARE && !this.#isGone) {
      if (!this.#transport.isInProcess) this.#slowTimer ??= setTimeout(() => this.#endAsSlow(), SLOW_AFTER_MS).unref();
      await this.#room.promise;
    }
    return this.push(event);
  }

  /** What the client caused itself, so that one that sends and never reads is slow. */
  #say(event: StreamEvent): void {
    this.#add(() => this.#queue.append(event));
  }

  /** What finds no place, though the connection was offered all that waits, is too much. */
  #add(tryTo: () => boolean): void {
    if (this.#isGone) return;
    if (!tryTo()) {
      this.flush();
      if (!tryTo()) return this.#endAsSlow();
    }
    this.#home.flushSoon(this);
  }

  #endAsSlow(): void {
    this.close(
      new InvalidRequestError(
        'SLOW_CLIENT',
        `The client did not read its waiting messages: ${this.#queue.size} messages`,
      ),
    );
  }
}
