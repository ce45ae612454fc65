import type { IncomingHttpHeaders } from 'node:http';
import type { Agent } from 'undici';
import { ProviderError } from '../errors/index.ts';
import { CircuitBreaker, type Verdict } from './circuit-breaker.ts';
import { readAnswer } from './read-answer.ts';
import { RequestLimiter } from './request-limiter.ts';
import type { JsonAnswer, Requester, RequesterOptions } from './requester-options.ts';
import { sendRequest, type VendorAnswer } from './send-request.ts';
import { sleep, systemTimer } from '../waiting/index.ts';
import { pauseAfterLastMs, vendorPauseMs, vendorTimeOf } from './vendor-pause.ts';

const LONGEST_BACKOFF_MS = 30_000;
const LONGEST_BUSY_PAUSE_MS = 900_000;
const CONNECT_MS = 10_000;
const PATIENCE = {
  attempts: 5,
  attemptMs: 30_000,
  totalMs: 300_000,
  backoffMs: 500,
  maxBytes: 32 * 2 ** 20,
  breaker: { failures: 10, openMs: 30_000 },
};

interface Planned {
  readonly url: URL;
  readonly what: string;
  readonly weight: number;
  readonly priority: 'fresh' | 'backfill';
  /** By `elapsed`. */
  readonly deadline: number;
  readonly signal: AbortSignal;
}

export function createRequester(options: RequesterOptions): Requester {
  const { name, baseUrl, limits, clock, elapsed = clock, busy, timer = systemTimer, random = Math.random } = options;
  const headers = { accept: 'application/json', 'accept-encoding': 'gzip', ...options.headers };
  const patience = { ...PATIENCE, ...options.patience };
  const limiter = new RequestLimiter(name, limits, elapsed, timer, busy?.advice);
  const breaker = new CircuitBreaker(patience.breaker, elapsed);
  const closing = new AbortController();
  let opened: Promise<Agent> | undefined;

  /** Answers in a row, of all requests, that the vendor is too busy. */
  let busyInRow = 0;

  // Half of it is chance, so that requests that failed together do not come back together.
  const jittered = (longestMs: number): number => longestMs * (0.5 + random() / 2);
  const backoffMs = (times: number, longestMs = LONGEST_BACKOFF_MS): number =>
    jittered(Math.min(patience.backoffMs * 2 ** (times - 1), longestMs));
  const busyPauseMs = (): number =>
    busy === undefined ? backoffMs(busyInRow, LONGEST_BUSY_PAUSE_MS) : jittered(busy.pauseMs);

  /** By this machine's clock as it is now. */
  function pausedUntil(): number | undefined {
    const until = limiter.pausedUntil;
    return until === undefined ? undefined : Math.round(clock() + until - elapsed());
  }

  /** Lets the vendor decide when all go on; one that is too busy and names no time is left alone ever longer. */
  function heedPause({ status, headers }: VendorAnswer): number {
    const now = clock();
    const isBusy = status === 429 || status === 418;
    busyInRow = isBusy ? busyInRow + 1 : 0;
    const asked = isBusy || status === 503 ? vendorPauseMs(headers, now) : pauseAfterLastMs(headers, now);
    const pauseMs = asked ?? (isBusy ? busyPauseMs() : 0);
    if (pauseMs > 0) limiter.pause(elapsed() + pauseMs);
    return pauseMs;
  }

  async function attemptOnce(planned: Planned): Promise<JsonAnswer> {
    const { url, what, signal, deadline } = planned;
    const timeoutMs = Math.max(1, Math.min(patience.attemptMs, deadline - elapsed()));
    opened ??= openConnections(limits.concurrent, patience.attemptMs);
    const dispatcher = await opened;
    const tellTime = options.onAsk?.();
    const onHeaders = (told: IncomingHttpHeaders): void => {
      const vendorTime = vendorTimeOf(told);
      // What a cache had kept was said earlier.
      if (vendorTime !== undefined && told['age'] === undefined) tellTime?.(vendorTime);
    };
    const asked = { ...patience, dispatcher, headers, signal, what, timeoutMs, onHeaders };
    const answer = await sendRequest(url, asked);
    return readAnswer({ ...answer, pauseMs: heedPause(answer) }, what, options);
  }

  /** One attempt; answers what made it fail where another one may help. */
  async function tryOnce(planned: Planned): Promise<JsonAnswer | ProviderError> {
    const leave = await limiter.enter(planned);
    let verdict: Verdict | undefined;
    try {
      const closedMs = breaker.enter();
      if (closedMs > 0) throw brokenCircuit(name, closedMs);
      verdict = 'unknown';
      const answer = await attemptOnce(planned);
      verdict = 'worked';
      return answer;
    } catch (error) {
      if (verdict === undefined || !(error instanceof ProviderError) || planned.signal.aborted) throw error;
      // A vendor that refuses is there; one that is too busy is dealt with by the pause.
      verdict = error.isRetryable && error.code !== 'PROVIDER_RATE_LIMITED' ? 'failed' : 'worked';
      if (!error.isRetryable) throw error;
      return error;
    } finally {
      if (verdict !== undefined) breaker.leave(verdict);
      leave();
    }
  }

  async function getJson(planned: Planned): Promise<JsonAnswer> {
    for (let attempt = 1; ; attempt++) {
      const outcome = await tryOnce(planned);
      if (!(outcome instanceof ProviderError)) return outcome;
      // The pause for all is the wait of a request that came too fast.
      const waitMs = outcome.code === 'PROVIDER_RATE_LIMITED' ? 0 : backoffMs(attempt);
      const nextAt = Math.max(elapsed() + waitMs, limiter.pausedUntil ?? 0);
      const isOver = attempt >= patience.attempts || nextAt >= planned.deadline;
      if (isOver || breaker.state === 'open') throw outcome;
      if (waitMs > 0) await sleep(waitMs, timer, planned.signal);
    }
  }

  return {
    getJson: (path, params, { signal, weight = 1, priority = 'backfill' }) => {
      const url = new URL(baseUrl.replace(/\/+$/, '') + path);
      const what = `${name}: GET ${url.origin}${url.pathname}`;
      for (const [key, value] of Object.entries(params))
        if (value !== undefined) url.searchParams.set(key, String(value));
      const either = AbortSignal.any([signal, closing.signal]);
      return getJson({ url, what, weight, priority, deadline: elapsed() + patience.totalMs, signal: either });
    },
    state: () => ({ breaker: breaker.state, queued: limiter.queued, room: limiter.room, pausedUntil: pausedUntil() }),
    close: async () => {
      closing.abort(new ProviderError('PROVIDER_UNAVAILABLE', `${name}: the provider is closed`));
      await (await opened)?.destroy();
    },
  };
}

/** The library is loaded with the first request: most commands make none. */
async function openConnections(concurrent: number, attemptMs: number): Promise<Agent> {
  const undici = await import('undici');
  return new undici.Agent({
    connections: concurrent,
    connect: { timeout: Math.min(CONNECT_MS, attemptMs) },
    // sendRequest has one deadline for all of it.
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

function brokenCircuit(name: string, waitMs: number): ProviderError {
  return new ProviderError('PROVIDER_UNAVAILABLE', `${name}: failed too often in a row; requests pause for a while`, {
    retryAfterSeconds: Math.ceil(waitMs / 1_000),
  });
}
