import type { RawData } from 'ws';
import { asProviderError, type ProviderError } from '../../platform/errors/index.ts';
import { statusRefusal } from '../../platform/requests/index.ts';
import { within } from '../../platform/waiting/index.ts';
import type { LiveEnd, VendorClock } from '../contract/index.ts';
import { protocolRefused, timedOut, tokenExpired, unavailable } from './failures.ts';
import { BROWSER_HEADERS, type TradingViewLimits } from './options.ts';
import { isHeartbeat, packetOf, packetOfMessage, packetReader } from './packets.ts';
import { readGreeting, readJson, readMessage, textOf, type WireMessage } from './schema.ts';
import { tokenExpiry } from './token-expiry.ts';

/** One socket of the vendor, greeted and logged in; sessions on it do not see each other. */
export interface Connection {
  readonly isOpen: boolean;
  /** The server's time at the greeting, UTC epoch ms. */
  readonly greetedAt: number | undefined;
  send(method: string, params: readonly unknown[]): void;
  /** Gives a session what is sent to it until it leaves. */
  join(sessionId: string, session: SessionListener): void;
  leave(sessionId: string): void;
  /** Gives the socket up at once, for this reason. */
  fail(reason: ProviderError): void;
  close(): Promise<void>;
  /** Resolves when the socket is over, whoever ended it. */
  readonly ended: Promise<LiveEnd>;
}

export interface SessionListener {
  /** What this throws ends the session only. */
  onMessage(message: WireMessage): void;
  /** The socket is gone, or what came for this session could not be read. */
  onFailure(failure: ProviderError): void;
}

export interface ConnectionOptions {
  readonly wsUrl: string;
  readonly token: string | undefined;
  readonly clock: () => number;
  readonly vendorClock: VendorClock;
  readonly limits: TradingViewLimits;
  /** Anything came in, a heartbeat too. */
  readonly onHeard?: () => void;
}

const PATH = '/socket.io/websocket?from=chart&type=chart';
const ANONYMOUS = 'unauthorized_user_token';
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const CLOSE_MS = 1_000;
/** The longest that a timer can wait. */
const LONGEST_WAIT_MS = 2 ** 31 - 1;
/** Codes of a vendor that is done, or goes away. */
const CLEAN_CODES: ReadonlySet<number | undefined> = new Set([1_000, 1_001]);

/** @throws ProviderError if the token has expired, or the vendor cannot be reached, refuses, or does not greet in time */
export async function connect(options: ConnectionOptions, signal: AbortSignal): Promise<Connection> {
  const { wsUrl, token, clock, vendorClock, limits, onHeard } = options;
  const expiresAt = token === undefined ? Infinity : (tokenExpiry(token) ?? Infinity);
  if (expiresAt <= clock()) throw tokenExpired(expiresAt);
  const { WebSocket } = await import('ws'); // loaded when it is needed: most commands talk to nobody
  signal.throwIfAborted();
  const tellTime = vendorClock.ask();
  const socket = new WebSocket(new URL(PATH, wsUrl), { headers: BROWSER_HEADERS, maxPayload: MAX_MESSAGE_BYTES });
  const sessions = new Map<string, SessionListener>();
  const read = packetReader();
  const greeting = Promise.withResolvers<number | undefined>();
  const ended = Promise.withResolvers<LiveEnd>();
  let isGreeted = false;
  let isClosing = false;
  let failure: ProviderError | undefined;
  let silence: NodeJS.Timeout | undefined;
  let expiry: NodeJS.Timeout | undefined;

  function fail(reason: ProviderError, closeCode?: number): void {
    if (failure !== undefined) return;
    failure = reason;
    if (isClosing) ended.resolve({ kind: 'closed', error: undefined });
    else if (CLEAN_CODES.has(closeCode)) ended.resolve({ kind: 'clean', error: undefined });
    else ended.resolve({ kind: 'lost', error: reason });
    clearTimeout(silence);
    clearTimeout(expiry);
    socket.terminate();
    greeting.reject(reason);
    const left = [...sessions.values()];
    sessions.clear();
    for (const session of left) session.onFailure(reason);
  }

  function heardSomething(): void {
    clearTimeout(silence);
    silence = setTimeout(() => fail(timedOut('say anything', limits.silenceMs)), limits.silenceMs);
  }

  function watchExpiry(): void {
    const leftMs = expiresAt - clock();
    if (leftMs <= 0) fail(tokenExpired(expiresAt));
    else if (leftMs < Infinity) expiry = setTimeout(watchExpiry, Math.min(leftMs, LONGEST_WAIT_MS));
  }

  function onText(text: string): void {
    for (const payload of read(text)) {
      if (failure !== undefined) return;
      // At once: the vendor hangs up on late echoes, and more may follow in the same message.
      if (isHeartbeat(payload)) socket.send(packetOf(payload));
      else onPayload(readJson(payload));
    }
  }

  function onPayload(payload: unknown): void {
    if (isGreeted) return onMessage(readMessage(payload));
    const { timestamp } = readGreeting(payload);
    isGreeted = true;
    if (timestamp === undefined) return greeting.resolve(undefined);
    tellTime(timestamp * 1_000);
    greeting.resolve(timestamp * 1_000);
  }

  function onMessage(message: WireMessage): void {
    if (message.t_ms !== undefined) vendorClock.sent(message.t_ms);
    if (message.m === 'protocol_error') return fail(protocolRefused(textOf(message.p[0])));
    const sessionId = textOf(message.p[0]);
    const session = sessions.get(sessionId);
    if (session === undefined) return; // what was on its way when its session left
    try {
      session.onMessage(message);
    } catch (error) {
      sessions.delete(sessionId);
      session.onFailure(unreadable(error));
    }
  }

  socket.on('open', () => socket.send(packetOfMessage('set_auth_token', [token ?? ANONYMOUS])));
  socket.on('message', (data) => {
    heardSomething();
    if (!isClosing) onHeard?.();
    try {
      onText(textOfData(data));
    } catch (error) {
      fail(unreadable(error));
    }
  });
  socket.on('unexpected-response', (_request, response) => {
    const { statusCode: status, headers } = response;
    response.destroy();
    fail(statusRefusal(`TradingView answers ${status} to the socket`, status, headers, clock()));
  });
  socket.on('error', (error) => fail(unavailable(`The socket to TradingView failed: ${error.message}`, error)));
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  socket.on('close', (code) => fail(unavailable(`TradingView closed the socket (${code})`), code));

  watchExpiry();
  try {
    const { connectMs: limitMs } = limits;
    const tooLate = (): ProviderError => timedOut('open a socket', limitMs);
    const greetedAt = await within({ limitMs, tooLate, signal }, () => greeting.promise);
    return {
      greetedAt,
      get isOpen() {
        return failure === undefined && socket.readyState === WebSocket.OPEN;
      },
      send(method, params) {
        if (failure !== undefined) throw failure;
        socket.send(packetOfMessage(method, params));
      },
      join: (sessionId, session) => void sessions.set(sessionId, session),
      leave: (sessionId) => void sessions.delete(sessionId),
      fail: (reason) => fail(reason),
      ended: ended.promise,
      async close() {
        isClosing = true;
        socket.close(1000);
        const timer = setTimeout(() => socket.terminate(), CLOSE_MS);
        await closed;
        clearTimeout(timer);
      },
    };
  } catch (error) {
    fail(unreadable(error));
    throw error;
  }
}

function unreadable(error: unknown): ProviderError {
  return asProviderError(error, 'PROVIDER_ANSWER_INVALID', `TradingView sent an unreadable message: ${String(error)}`);
}

// Text arrives as one buffer; the other shapes are those of binary types that are not asked for.
function textOfData(data: RawData): string {
  return Buffer.isBuffer(data) ? data.toString('utf8') : '';
}
