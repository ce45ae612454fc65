import type { ProviderError } from '../errors/index.ts';

export interface SocketOptions {
  /** Stands at the beginning of every message. */
  readonly name: string;
  /** `ws:` or `wss:`. */
  readonly url: string;
  /** UTC epoch ms. */
  readonly clock: () => number;
  readonly patience?: SocketPatience | undefined;
  /** Each message, parsed; also what comes while `greet` is under way. What it throws ends the connection as lost. */
  readonly onMessage: (json: unknown) => void;
  /** Anything came in, a ping too. */
  readonly onHeard: () => void;
  /** How often to ping a vendor that does not do it by itself, so that its answers can be heard; absent: never. */
  readonly pingMs?: number;
  /** What the vendor wants to hear before it is of use; part of connecting, and of its deadline. */
  readonly greet?: (socket: JsonSocket) => Promise<void>;
}

/** How long and how much; every field has a default. */
export interface SocketPatience {
  /** From the first packet to the end of the greeting: 10 s. */
  readonly connectMs?: number;
  /** Until the vendor answers what was expected of it: 10 s. */
  readonly answerMs?: number;
  /** Until the vendor agrees to a close: 1 s; then it is not asked. */
  readonly closeMs?: number;
  /** Size of a message: 16 MiB. */
  readonly maxBytes?: number;
}

/** One connection of a vendor that speaks JSON over WebSocket. */
export interface JsonSocket {
  /** Does nothing once the connection is over. A vendor that takes nothing off the wire is given up. */
  send(message: unknown): void;
  /** The connection is lost if what is returned is not called within `answerMs`. */
  expect(what: string): () => void;
  /** Ends it for a reason of the vendor's; nothing more is heard. */
  end(end: SocketEnd): void;
  /** Resolves, never rejects, once the connection is over and its socket gone. */
  readonly ended: Promise<SocketEnd>;
  /** Ends it for a reason of ours; resolves with `ended`. */
  close(): Promise<void>;
}

/** `closed` by us; `clean` by the vendor; `lost` otherwise, with the reason. */
export interface SocketEnd {
  readonly kind: 'closed' | 'clean' | 'lost';
  readonly error: ProviderError | undefined;
}
