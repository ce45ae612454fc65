import type { IncomingHttpHeaders } from 'node:http';
import type { ProviderError } from '../errors/index.ts';
import type { BreakerOptions, BreakerState } from './circuit-breaker.ts';
import type { Priority, RequestLimits, RequestRoom } from './request-limiter.ts';
import type { Timer } from '../waiting/index.ts';

export interface RequesterOptions {
  /** Stands at the beginning of every message. */
  readonly name: string;
  /** `http:` or `https:`, may have a path. */
  readonly baseUrl: string;
  readonly limits: RequestLimits;
  /** UTC epoch ms. */
  readonly clock: () => number;
  /** A monotonic clock in ms, by which pauses and deadlines last; default: `clock`. */
  readonly elapsed?: (() => number) | undefined;
  /** Sent with every request. */
  readonly headers?: Readonly<Record<string, string>>;
  /** What an answer of status 4xx means, with its body if that is JSON; default: `PROVIDER_REFUSED`. */
  readonly explain?: (status: number, body: unknown) => ProviderError | undefined;
  readonly patience?: Patience;
  /** Called when something is asked; what it returns is told the vendor's time, UTC epoch ms, if the answer has it. */
  readonly onAsk?: (() => (vendorTime: number) => void) | undefined;
  /** For a vendor that is busy for long and does not say how long; default: it is asked again soon. */
  readonly busy?: BusyRule;
  /** For waits between requests. */
  readonly timer?: Timer;
  /** In `[0, 1)`, for jitter. */
  readonly random?: () => number;
}

/** What a vendor's own options say of how it is asked. */
export interface VendorOptions extends Pick<RequesterOptions, 'clock' | 'elapsed' | 'patience' | 'timer'> {
  /** Default: the vendor's own. */
  readonly baseUrl?: string | undefined;
}

/** What becomes of an answer of status 429 that names no time. */
export interface BusyRule {
  /** Nothing is sent for so long at most, half of it chance. What is longer than `totalMs` is an error at once. */
  readonly pauseMs: number;
  /** What may help, told with the error. */
  readonly advice: string;
}

/** How long and how often; every field has a default. */
export interface Patience {
  /** Times one request is sent at most: 5. */
  readonly attempts?: number;
  /** Connecting, headers and body of one attempt: 30 s. */
  readonly attemptMs?: number;
  /** All attempts and the waits between them: 5 min. A longer pause that the vendor asks for is an error at once. */
  readonly totalMs?: number;
  /** Longest wait before the second attempt: 500 ms. It doubles with each attempt, up to 30 s. */
  readonly backoffMs?: number;
  /** Size of an answer, unpacked: 32 MiB. */
  readonly maxBytes?: number;
  /** Default: open for 30 s after 10 failures. */
  readonly breaker?: BreakerOptions;
}

export interface JsonRequest {
  readonly signal: AbortSignal;
  /** What the vendor counts for it: 1. */
  readonly weight?: number;
  /** Default: `backfill`. */
  readonly priority?: Priority;
}

/** Sent as a query; what is `undefined` is left out. */
export type QueryParams = Readonly<Record<string, string | number | undefined>>;

export interface JsonAnswer {
  readonly json: unknown;
  readonly headers: IncomingHttpHeaders;
  /** The vendor's clock, UTC epoch ms, whole seconds cut off; `undefined` where it tells none. */
  readonly vendorTime: number | undefined;
}

export interface RequesterState {
  readonly breaker: BreakerState;
  readonly queued: number;
  readonly room: RequestRoom;
  /** UTC epoch ms; `undefined` where the vendor asks for no pause. */
  readonly pausedUntil: number | undefined;
}

/** Everything that is sent to one vendor goes through one of these. */
export interface Requester {
  /**
   * GET of a path below the base URL.
   * @throws ProviderError with the reason; the signal's reason if that ends it
   */
  getJson(path: string, params: QueryParams, request: JsonRequest): Promise<JsonAnswer>;
  state(): RequesterState;
  /** Ends what is under way and what waits. */
  close(): Promise<void>;
}
