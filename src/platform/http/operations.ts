import Type from 'typebox';
import type { CacheState } from '../cache/index.ts';
import type { ClockState } from '../clock/index.ts';
import type { Metrics } from '../telemetry/index.ts';
import { orNull, TimeJson } from './answer-parts.ts';
import { bodies } from './documents.ts';
import type { HttpServer } from './http-server.ts';

export interface HealthCheck {
  readonly name: string;
  /** Resolves with a few words if all is well, rejects if not. */
  check(): Promise<string>;
}

/** How requests to a vendor fare, and its clock; none of it keeps the product from serving. */
export interface VendorHealth {
  readonly name: string;
  readonly breaker: 'closed' | 'open' | 'halfOpen';
  readonly queued: number;
  /** UTC epoch ms. */
  readonly pausedUntil: number | undefined;
  /** Whether this machine's clock and the vendor's agree within two seconds; where not, the vendor's decides of bars. */
  readonly clock: 'ok' | 'skewed' | 'unknown';
  /** How far this machine's clock is ahead, at the least; negative: behind. */
  readonly clockSkewMs: number | undefined;
}

export interface OperationsOptions {
  readonly version: string;
  /** A monotonic clock in ms. */
  readonly elapsed: () => number;
  /** Without these the product cannot serve. */
  readonly checks: readonly HealthCheck[];
  readonly metrics: Metrics;
  readonly vendors: () => readonly VendorHealth[];
  readonly cache: () => CacheState;
  readonly clock: () => ClockState;
}

const CheckJson = Type.Object({ name: Type.String(), ok: Type.Boolean(), detail: Type.String() });
const HealthJson = Type.Object({
  status: Type.Enum(['ok', 'unavailable']),
  version: Type.String(),
  uptimeSeconds: Type.Number(),
  checks: Type.Array(CheckJson),
  cache: Type.Object({
    entries: Type.Integer(),
    bytes: Type.Integer(),
    hits: Type.Integer(),
    misses: Type.Integer(),
    shared: Type.Enum(['off', 'up', 'down']),
  }),
  clock: Type.Object({
    jumps: Type.Integer({ description: "How often this machine's clock was set since the process started" }),
    lastJump: orNull(
      Type.Object({
        at: Type.String({ description: 'RFC 3339; when it was noticed' }),
        byMs: Type.Integer({ description: 'How far it was set forward; negative: back' }),
      }),
    ),
  }),
  providers: Type.Array(
    Type.Object({
      name: Type.String(),
      breaker: Type.Enum(['closed', 'open', 'halfOpen']),
      queued: Type.Integer(),
      pausedUntil: orNull(TimeJson),
      clock: Type.Enum(['ok', 'skewed', 'unknown'], {
        description:
          "`skewed`: this machine's clock and the vendor's differ by more than 2 s; the vendor's decides what is closed and final",
      }),
      clockSkewMs: orNull(
        Type.Integer({
          description: "How far this machine's clock is ahead of the vendor's, at the least; negative: behind",
        }),
      ),
    }),
  ),
});
const LiveJson = Type.Object({ status: Type.Literal('ok') });
type HealthJson = Type.Static<typeof HealthJson>;

/** `/health/live`, `/health/ready`, `/health` and `/metrics`, for whoever keeps the process running. */
export function routeOperations(server: HttpServer, options: OperationsOptions): void {
  const { version, elapsed, checks, metrics, vendors, cache, clock } = options;
  const startedAt = elapsed();

  async function health(): Promise<HealthJson> {
    const results = await Promise.all(checks.map(runCheck));
    const status = results.every(({ ok }) => ok) ? 'ok' : 'unavailable';
    const uptimeSeconds = Math.round((elapsed() - startedAt) / 1_000);
    return {
      status,
      version,
      uptimeSeconds,
      checks: results,
      cache: cache(),
      clock: clockJson(clock()),
      providers: vendors().map(vendorJson),
    };
  }

  const tags = ['operations'];
  const down = bodies('Something is not as it should be', { 'application/json': HealthJson });
  const schema = { tags, response: { 200: HealthJson, 503: down } };
  const metricsText = bodies('In the form that Prometheus reads', { 'text/plain': Type.String() });
  // A process that is busy is alive, and its metrics are wanted then most of all.
  const config = { isAlwaysAnswered: true };
  server.get('/health/live', { config, schema: { tags, response: { 200: LiveJson } } }, () => ({
    status: 'ok' as const,
  }));
  for (const path of ['/health', '/health/ready'])
    server.get(path, { schema }, async (_request, reply) => {
      const report = await health();
      return reply.status(report.status === 'ok' ? 200 : 503).send(report);
    });
  server.get('/metrics', { config, schema: { tags, response: { 200: metricsText } } }, async (_request, reply) => {
    const { contentType, text } = await metrics.render();
    return reply.type(contentType).send(text);
  });
}

async function runCheck({ name, check }: HealthCheck) {
  try {
    return { name, ok: true, detail: await check() };
  } catch (error) {
    return { name, ok: false, detail: error instanceof Error ? error.message : String(error) };
  }
}

function clockJson({ jumps, lastJump }: ClockState) {
  return { jumps, lastJump: lastJump === undefined ? null : { ...lastJump, at: new Date(lastJump.at).toISOString() } };
}

function vendorJson({ pausedUntil, clockSkewMs, ...vendor }: VendorHealth) {
  const until = pausedUntil === undefined ? null : new Date(pausedUntil).toISOString();
  return { ...vendor, pausedUntil: until, clockSkewMs: clockSkewMs ?? null };
}
