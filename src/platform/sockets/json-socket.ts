import type { RawData, WebSocket } from 'ws';
import { asProviderError, ProviderError } from '../errors/index.ts';
import { statusRefusal } from '../requests/status-refusal.ts';
import type { JsonSocket, SocketEnd, SocketOptions } from './socket-options.ts';

const PATIENCE = { connectMs: 10_000, answerMs: 10_000, closeMs: 1_000, maxBytes: 16 * 2 ** 20 };
const MAX_UNSENT_BYTES = 2 ** 20;
const CLOSED: SocketEnd = { kind: 'closed', error: undefined };

/**
 * Connects once; it never reconnects.
 * @throws ProviderError if the vendor cannot be reached, refuses, or takes too long; the signal's reason if that ends it
 */
export async function openJsonSocket(options: SocketOptions, signal: AbortSignal): Promise<JsonSocket> {
  const { name, onMessage, onHeard, greet, pingMs } = options;
  const patience = { ...PATIENCE, ...options.patience };
  signal.throwIfAborted();
  const wire = await dial(options, patience.maxBytes);
  const ended = Promise.withResolvers<SocketEnd>();
  const waits = new Set<NodeJS.Timeout>();
  let end: SocketEnd | undefined;

  function finish(told: SocketEnd): void {
    if (end !== undefined) return;
    end = told;
    for (const wait of waits) clearTimeout(wait);
    if (wire.readyState === wire.CLOSED) return;
    if (told.kind === 'lost' || wire.readyState === wire.CONNECTING) return wire.terminate();
    wire.close(1000);
    const impatience = setTimeout(() => wire.terminate(), patience.closeMs);
    wire.once('close', () => clearTimeout(impatience));
  }

  const lose = (error: ProviderError): void => finish({ kind: 'lost', error });
  const unreadable = (error: unknown): ProviderError =>
    asProviderError(error, 'PROVIDER_ANSWER_INVALID', `${name}: sent an unreadable message`);

  function within(limitMs: number, what: string): () => void {
    if (end !== undefined) return () => undefined;
    const wait = setTimeout(() => {
      lose(new ProviderError('PROVIDER_TIMEOUT', `${name}: took longer than ${limitMs} ms to ${what}`));
    }, limitMs);
    waits.add(wait);
    return () => {
      clearTimeout(wait);
      waits.delete(wait);
    };
  }

  wire.on('message', (data) => {
    if (end !== undefined) return;
    onHeard();
    try {
      onMessage(parsed(data, name));
    } catch (error) {
      lose(unreadable(error));
    }
  });
  wire.on('ping', () => end ?? onHeard());
  wire.on('pong', () => end ?? onHeard());
  wire.on('open', () => {
    const pinger = pingMs === undefined ? undefined : setInterval(() => end ?? wire.ping(), pingMs);
    wire.once('close', () => clearInterval(pinger));
  });
  wire.on('unexpected-response', (_request, response) => {
    response.destroy();
    const { statusCode: status, headers } = response;
    lose(statusRefusal(`${name}: answered ${status} to a connection`, status, headers, options.clock()));
  });
  wire.on('error', (error) => lose(failure(error, name)));
  wire.on('close', (code) => {
    finish(endOf(code, name));
    ended.resolve(end ?? CLOSED);
  });

  const socket: JsonSocket = {
    send(message) {
      if (end !== undefined) return;
      wire.send(JSON.stringify(message));
      if (wire.bufferedAmount > MAX_UNSENT_BYTES)
        lose(new ProviderError('PROVIDER_UNAVAILABLE', `${name}: does not read what is sent to it`));
    },
    expect: (what) => within(patience.answerMs, what),
    end: finish,
    ended: ended.promise,
    async close() {
      finish(CLOSED);
      await ended.promise;
    },
  };

  const isInTime = within(patience.connectMs, 'connect');
  const onAbort = (): void => finish(CLOSED);
  signal.addEventListener('abort', onAbort, { once: true });
  if (signal.aborted) onAbort();
  const failed = ended.promise.then(({ error }): never => {
    signal.throwIfAborted();
    throw error ?? new ProviderError('PROVIDER_UNAVAILABLE', `${name}: closed the connection during the handshake`);
  });
  failed.catch(() => undefined); // after connecting, `ended` tells
  try {
    await Promise.race([new Promise((resolve) => wire.once('open', resolve)), failed]);
    await Promise.race([greet?.(socket), failed]);
    return socket;
  } catch (error) {
    lose(unreadable(error));
    throw error;
  } finally {
    isInTime();
    signal.removeEventListener('abort', onAbort);
  }
}

/** The library is loaded when it is needed: most commands talk to nobody. */
async function dial({ name, url }: SocketOptions, maxPayload: number): Promise<WebSocket> {
  const { WebSocket } = await import('ws');
  try {
    // Packed messages are unpacked one after the other in another thread, which is slower than they come.
    return new WebSocket(url, { maxPayload, perMessageDeflate: false });
  } catch (error) {
    throw new ProviderError('PROVIDER_UNAVAILABLE', `${name}: not the URL of a WebSocket`, { cause: error });
  }
}

function parsed(data: RawData, name: string): unknown {
  // Text arrives as one buffer; the other shapes are those of binary types that are not asked for.
  const text = Buffer.isBuffer(data) ? data.toString('utf8') : '';
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ProviderError('PROVIDER_ANSWER_INVALID', `${name}: sent invalid JSON`, { cause: error });
  }
}

/** The library's own codes are about frames: too large, not UTF-8, against the protocol. */
function failure(error: Error & { readonly code?: string }, name: string): ProviderError {
  const isFrame = error.code?.startsWith('WS_ERR_') === true;
  const code = isFrame ? 'PROVIDER_ANSWER_INVALID' : 'PROVIDER_UNAVAILABLE';
  return new ProviderError(code, `${name}: the connection failed: ${error.message || error.code}`, { cause: error });
}

function endOf(code: number, name: string): SocketEnd {
  if (code === 1000 || code === 1001) return { kind: 'clean', error: undefined };
  return {
    kind: 'lost',
    error: new ProviderError('PROVIDER_UNAVAILABLE', `${name}: the connection was cut (${code})`),
  };
}
