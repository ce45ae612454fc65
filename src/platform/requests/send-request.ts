import type { IncomingHttpHeaders } from 'node:http';
import type { Dispatcher } from 'undici';
import { ProviderError } from '../errors/index.ts';
import { within } from '../waiting/index.ts';
import { BodyFault, readBody } from './read-body.ts';

export interface SendOptions {
  readonly dispatcher: Dispatcher;
  readonly headers: Readonly<Record<string, string>>;
  /** From now to the last byte of the body. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  readonly signal: AbortSignal;
  /** Hears of the headers as they come, before the body. */
  readonly onHeaders: (headers: IncomingHttpHeaders) => void;
  /** The request in words, without its query, which may hold a key. */
  readonly what: string;
}

export interface VendorAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/**
 * One GET, once, to the last byte of its answer, whatever its status.
 * @throws ProviderError `PROVIDER_TIMEOUT`, `PROVIDER_UNAVAILABLE`, `PROVIDER_ANSWER_INVALID`
 */
export async function sendRequest(url: URL, options: SendOptions): Promise<VendorAnswer> {
  const { dispatcher, headers, timeoutMs, maxBytes, signal, what, onHeaders } = options;
  // Real time, not the handed-in timer: it bounds a socket, which knows no other.
  const tooLate = () => new ProviderError('PROVIDER_TIMEOUT', `${what} took longer than ${timeoutMs} ms`);
  const { origin, pathname, search } = url;
  try {
    return await within({ limitMs: timeoutMs, tooLate, signal }, async (until) => {
      const asked = { origin, path: pathname + search, method: 'GET', headers, signal: until } as const;
      const answer = await dispatcher.request(asked);
      onHeaders(answer.headers);
      const body = await readBody(answer.body, answer.headers['content-encoding']?.toString(), maxBytes);
      return { status: answer.statusCode, headers: answer.headers, body };
    });
  } catch (error) {
    signal.throwIfAborted();
    if (error instanceof ProviderError) throw error;
    const why = error instanceof Error ? error.message : String(error);
    const code = error instanceof BodyFault ? 'PROVIDER_ANSWER_INVALID' : 'PROVIDER_UNAVAILABLE';
    throw new ProviderError(code, `${what} failed: ${why}`, { cause: error });
  }
}
