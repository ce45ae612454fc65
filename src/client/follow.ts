import { Places, type ClientMessage } from './places.ts';
import { PocketQuantProblem } from './problem.ts';
import { eventOf, isNumbered, type FollowEvent, type StreamMessage, type StreamTopic } from './stream-events.ts';

/** `lost`: it was or could not be connected, and is tried again. */
export type StreamState = 'connecting' | 'live' | 'lost';

export interface FollowInput {
  /** More can be had later by `subscribe`. */
  readonly topics?: readonly StreamTopic[] | undefined;
  /**
   * Bars and changes are told after this seq: that of the last event that had one, or 0 for all that is kept. Default:
   * what happens from now on.
   */
  readonly after?: number | undefined;
  /** Ends the loop when it is aborted, without an error. */
  readonly signal?: AbortSignal | undefined;
  /** Hears how the connection stands, each time it changes. */
  readonly onState?: ((state: StreamState) => void) | undefined;
}

/** What happens to topics, over one connection. Its topics may change while it is read. */
export interface Following extends AsyncIterableIterator<FollowEvent, undefined> {
  /** Adds topics; those that are followed already stay where they are, unless `after` is given. */
  subscribe(topics: readonly StreamTopic[], after?: number): void;
  unsubscribe(topics: readonly StreamTopic[]): void;
  /** Ends it, as leaving the loop does. */
  return(): Promise<IteratorReturnResult<undefined>>;
}

const FIRST_RETRY_MS = 250;
const LAST_RETRY_MS = 10_000;
/** The server is heard every 15 s. */
const SILENCE_MS = 40_000;
/** Waiting events after which the connection is given up until the loop has taken them. */
const MOST_WAITING = 10_000;
const CALLER_AT_FAULT = { from: 4400, to: 4499 } as const;
const DONE = { done: true, value: undefined } as const;

/** Follows topics over a WebSocket at `url`, which is opened when the first event is asked for. */
export function follow(url: string, input: FollowInput): Following {
  return new SocketLoop(url, input);
}

class SocketLoop implements Following {
  readonly #url: string;
  readonly #signal: AbortSignal | undefined;
  readonly #onState: (state: StreamState) => void;
  readonly #places = new Places();
  /** By a number, or by what only the latest value of matters of. */
  readonly #waiting = new Map<number | string, FollowEvent>();
  #count = 0;
  #news = Promise.withResolvers<void>();
  #socket: WebSocket | undefined;
  #state: StreamState | undefined;
  #failures = 0;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #silence: ReturnType<typeof setTimeout> | undefined;
  #end: { readonly error?: PocketQuantProblem } | undefined;

  constructor(url: string, { topics = [], after, signal, onState = () => undefined }: FollowInput) {
    this.#url = url;
    this.#signal = signal;
    this.#onState = onState;
    this.#places.add(topics, after);
    signal?.addEventListener('abort', this.#onAbort);
    if (signal?.aborted === true) this.#finish({});
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<FollowEvent, undefined>> {
    for (;;) {
      for (const [key, value] of this.#waiting) {
        this.#waiting.delete(key);
        return { done: false, value };
      }
      if (this.#end !== undefined) {
        const { error } = this.#end;
        this.#end = {};
        if (error !== undefined) throw error;
        return DONE;
      }
      if (this.#socket === undefined && this.#retry === undefined) this.#connect();
      await this.#news.promise;
    }
  }

  return(): Promise<IteratorReturnResult<undefined>> {
    this.#waiting.clear();
    this.#finish({});
    return Promise.resolve(DONE);
  }

  subscribe(topics: readonly StreamTopic[], after?: number): void {
    this.#send(this.#places.add(topics, after));
  }

  unsubscribe(topics: readonly StreamTopic[]): void {
    this.#send(this.#places.remove(topics));
  }

  readonly #onAbort = (): void => void this.return();

  #connect(): void {
    if (this.#state === undefined) this.#become('connecting');
    const socket = (this.#socket = new WebSocket(this.#url));
    socket.addEventListener('open', () => {
      if (this.#socket !== socket) return;
      this.#send(this.#places.resume());
      this.#heard();
    });
    socket.addEventListener('message', ({ data }) => {
      if (this.#socket === socket) this.#hear(JSON.parse(String(data)) as StreamMessage);
    });
    socket.addEventListener('close', ({ code, reason }) => {
      if (this.#socket !== socket) return;
      if (code >= CALLER_AT_FAULT.from && code <= CALLER_AT_FAULT.to)
        this.#finish({ error: new PocketQuantProblem({ status: code - 4000, code: reason, detail: reason }) });
      else this.#lose();
    });
    this.#listen();
  }

  #send(messages: readonly ClientMessage[]): void {
    // What is not sent now is sent when the connection opens.
    if (this.#socket?.readyState !== WebSocket.OPEN) return;
    for (const message of messages) this.#socket.send(JSON.stringify(message));
  }

  #hear(message: StreamMessage): void {
    if (message.type === 'error') return this.#fail(message);
    const isNew = this.#places.hear(message);
    this.#heard();
    const event = isNew ? eventOf(message) : undefined;
    if (event === undefined) return;
    const key = isNumbered(message) || message.type === 'subscribed' ? this.#count++ : keyOf(event);
    this.#waiting.delete(key); // the latest value takes its place behind what came before
    this.#waiting.set(key, event);
    this.#tell();
    if (this.#waiting.size >= MOST_WAITING) this.#hangUp();
  }

  #fail({ topic, ...problem }: Extract<StreamMessage, { type: 'error' }>): void {
    if (topic === undefined && problem.status >= 500) this.#lose();
    else this.#finish({ error: new PocketQuantProblem(problem) });
  }

  /** The server is there, and all that was asked of it is answered. */
  #heard(): void {
    this.#listen();
    if (!this.#places.isAllAnswered) return;
    this.#failures = 0;
    this.#become('live');
  }

  /** Waits for whatever comes next; half of a connection may be all that is left of it. */
  #listen(): void {
    clearTimeout(this.#silence);
    this.#silence = setTimeout(() => this.#lose(), SILENCE_MS);
  }

  #lose(): void {
    this.#hangUp();
    this.#become('lost');
    const pause = Math.min(LAST_RETRY_MS, FIRST_RETRY_MS * 2 ** this.#failures++);
    this.#retry = setTimeout(
      () => {
        this.#retry = undefined;
        this.#tell();
      },
      pause * (0.5 + Math.random() / 2),
    );
  }

  #hangUp(): void {
    clearTimeout(this.#silence);
    const socket = this.#socket;
    this.#socket = undefined;
    socket?.close();
  }

  #finish(end: { readonly error?: PocketQuantProblem }): void {
    if (this.#end !== undefined) return;
    this.#end = end;
    this.#signal?.removeEventListener('abort', this.#onAbort);
    clearTimeout(this.#retry);
    this.#hangUp();
    this.#tell();
  }

  #become(state: StreamState): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#onState(state);
  }

  #tell(): void {
    this.#news.resolve();
    this.#news = Promise.withResolvers();
  }
}

function keyOf(event: FollowEvent): string {
  if (event.type === 'job') return `job ${event.job.id}`;
  return `${event.type} ${'topic' in event ? event.topic : ''}`;
}
