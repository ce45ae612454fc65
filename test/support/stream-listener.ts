import assert from 'node:assert/strict';
import { once } from 'node:events';
import { WebSocket } from 'ws';

export interface HeardMessage {
  readonly type: string;
  readonly topic?: string;
  readonly seq?: number | null;
  readonly more?: boolean;
  readonly topics?: readonly string[];
  readonly code?: string;
  readonly detail?: string;
  readonly time?: string;
  readonly series?: string;
  readonly inserted?: number;
  readonly changed?: number;
  readonly deleted?: number;
  readonly bar?: { readonly openTime: string; readonly close: number; readonly state: string };
  readonly quote?: { readonly instrumentId: string; readonly last: number | null };
  readonly job?: { readonly id: string; readonly state: string };
}

const PATIENCE_MS = 15_000;

/** A client of the WebSocket that keeps all it hears. */
export class StreamListener {
  readonly heard: HeardMessage[] = [];
  readonly socket: WebSocket;
  #news = Promise.withResolvers<void>();

  private constructor(socket: WebSocket) {
    this.socket = socket;
    socket.on('message', (data: Buffer) => {
      this.heard.push(JSON.parse(data.toString()) as HeardMessage);
      this.#news.resolve();
      this.#news = Promise.withResolvers();
    });
    socket.on('error', () => undefined); // tests look at how it was closed
  }

  /** @param api such as `http://127.0.0.1:8765/api/v1` */
  static async connect(api: string): Promise<StreamListener> {
    const listener = new StreamListener(new WebSocket(`${api.replace('http', 'ws')}/stream`));
    await once(listener.socket, 'open');
    return listener;
  }

  send(message: unknown): void {
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Answers with the acknowledgement. */
  async subscribe(topics: readonly string[], after?: number): Promise<HeardMessage> {
    const before = this.heard.length;
    this.send({ action: 'subscribe', topics, ...(after === undefined ? {} : { after }) });
    return this.next(({ type }) => type === 'subscribed', before);
  }

  /** The first message like that, from a place in what was heard on. */
  async next(isWanted: (message: HeardMessage) => boolean, from = 0): Promise<HeardMessage> {
    const late = AbortSignal.timeout(PATIENCE_MS);
    for (;;) {
      const found = this.heard.slice(from).find(isWanted);
      if (found !== undefined) return found;
      const { promise, reject } = Promise.withResolvers<never>();
      const giveUp = (): void => reject(new assert.AssertionError({ message: `heard ${this.#summary(from)}` }));
      late.addEventListener('abort', giveUp, { once: true });
      await Promise.race([this.#news.promise, promise]).finally(() => late.removeEventListener('abort', giveUp));
    }
  }

  /** Code and reason with which it was closed. */
  async closed(): Promise<readonly [number, string]> {
    const [code, reason] = (await once(this.socket, 'close', { signal: AbortSignal.timeout(PATIENCE_MS) })) as [
      number,
      Buffer,
    ];
    return [code, reason.toString()];
  }

  close(): void {
    this.socket.terminate();
  }

  #summary(from: number): string {
    return JSON.stringify(this.heard.slice(from).slice(-5));
  }
}
