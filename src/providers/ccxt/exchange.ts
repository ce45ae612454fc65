import { AsyncLocalStorage } from 'node:async_hooks';
import {
  createRequester,
  type Priority,
  type Requester,
  type RequesterOptions,
  type VendorOptions,
} from '../../platform/requests/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import { within } from '../../platform/waiting/index.ts';
import { failureOf, RefusedAnswer } from './failures.ts';
import { loadExchange } from './load-exchange.ts';
import type { CcxtExchange } from './schema.ts';

export interface ExchangeOptions extends Omit<VendorOptions, 'baseUrl'>, Pick<RequesterOptions, 'name' | 'onAsk'> {
  /** As the library names it: `binance`. */
  readonly exchange: string;
  /** In place of scheme and host of all its addresses. */
  readonly url?: string;
}

export interface CallOptions {
  readonly signal: AbortSignal;
  readonly priority: Priority;
}

export interface Answer<Value> {
  readonly value: Value;
  /** UTC epoch ms; `undefined` where the exchange tells no time. */
  readonly vendorTime: number | undefined;
  /** Whether JSON came with a list in it that is empty: the exchange says that there is nothing. */
  readonly saysNothing: boolean;
}

/** What the requests of one call are sent with, and what came of them. */
interface Call extends CallOptions {
  vendorTime: number | undefined;
  saysNothing: boolean;
  refused: RefusedAnswer | undefined;
}

const CONCURRENT = 4;
const WINDOW_MS = 60_000;
const MOST_DEPTH = 4;

export interface SharedExchange {
  /** @throws ProviderError with the reason; the signal's reason if that ends it */
  call<Value>(ask: (exchange: CcxtExchange) => Promise<Value>, options: CallOptions): Promise<Answer<Value>>;
  close(): Promise<void>;
}

/**
 * The one instance of an exchange, as its limits hold for an instance. The library words the questions and reads the
 * answers; in between our requester sends them: with deadlines for bodies too, retries, pauses that the exchange asks
 * for, and no broken JSON taken for an empty answer.
 */
export function shareExchange(options: ExchangeOptions): SharedExchange {
  const { name, url } = options;
  const calls = new AsyncLocalStorage<Call>();
  const requesters = new Map<string, Requester>();
  let loaded: Promise<CcxtExchange> | undefined;
  let isClosed = false;

  function requesterOf(baseUrl: string, { rateLimit }: CcxtExchange): Requester {
    const known = requesters.get(baseUrl);
    if (known !== undefined) return known;
    const requests = Math.max(1, Math.floor(WINDOW_MS / rateLimit));
    const limits = { windowMs: WINDOW_MS, requests, concurrent: CONCURRENT };
    const explain = (status: number, body: unknown): ProviderError => new RefusedAnswer(name, status, body);
    const made = createRequester({ ...options, baseUrl, limits, explain });
    requesters.set(baseUrl, made);
    return made;
  }

  async function send(exchange: CcxtExchange, address: string, method: string): Promise<Response> {
    const call = calls.getStore();
    if (call === undefined || isClosed)
      throw new ProviderError('PROVIDER_UNAVAILABLE', `${name}: the provider is closed`);
    if (method !== 'GET')
      throw new ProviderError('PROVIDER_REFUSED', `${name}: the exchange wants ${method}, and only GET is sent`);
    const { origin, pathname, search } = new URL(address);
    try {
      const asked = requesterOf(origin, exchange).getJson(pathname + search, {}, call);
      const { json, vendorTime } = await asked;
      call.vendorTime = vendorTime;
      call.saysNothing = holdsEmptyList(json);
      return new Response(JSON.stringify(json));
    } catch (error) {
      if (!(error instanceof RefusedAnswer)) throw error;
      call.refused = error;
      return new Response(JSON.stringify(error.body ?? {}), { status: error.status });
    }
  }

  async function load(): Promise<CcxtExchange> {
    const exchange = await loadExchange(name, options.exchange);
    if (url !== undefined) exchange.urls.api = movedTo(url, exchange.urls.api);
    exchange.fetchImplementation = (address, { method = 'GET' }) => send(exchange, address, method);
    return exchange;
  }

  /** The library waits for its turn without heed of signals. */
  async function run<Value>(ask: (exchange: CcxtExchange) => Promise<Value>, call: Call): Promise<Value> {
    loaded ??= load().catch((error: unknown) => {
      loaded = undefined;
      throw error;
    });
    const exchange = await loaded;
    return within({ signal: call.signal }, () => calls.run(call, () => ask(exchange)));
  }

  return {
    call: async (ask, { signal, priority }) => {
      const call: Call = { signal, priority, vendorTime: undefined, saysNothing: false, refused: undefined };
      try {
        const value = await run(ask, call);
        return { value, vendorTime: call.vendorTime, saysNothing: call.saysNothing };
      } catch (error) {
        signal.throwIfAborted();
        throw failureOf(name, error, call.refused);
      }
    },
    close: async () => {
      isClosed = true;
      await Promise.all([...requesters.values()].map((requester) => requester.close()));
    },
  };
}

/** The library keeps addresses as texts in objects, some deep. */
function movedTo(url: string, addresses: unknown): unknown {
  if (typeof addresses === 'string') return addresses.replace(/^https?:\/\/[^/]+/, url.replace(/\/+$/, ''));
  if (typeof addresses !== 'object' || addresses === null) return addresses;
  return Object.fromEntries(Object.entries(addresses).map(([key, value]) => [key, movedTo(url, value)]));
}

function holdsEmptyList(json: unknown, depth = 0): boolean {
  if (typeof json !== 'object' || json === null || depth > MOST_DEPTH) return false;
  const values: unknown[] = Object.values(json);
  return Array.isArray(json) && json.length === 0 ? true : values.some((value) => holdsEmptyList(value, depth + 1));
}
