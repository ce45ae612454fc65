import Type, { type TSchema } from 'typebox';
import type { CacheState } from '../cache/index.ts';
import type { ClockState } from '../clock/index.ts';
import type { Metrics } from '../telemetry/index.ts';
import { orNull, TimeJson } from './answer-parts.ts';
import { bodies } from './documents.ts';
import type { HttpServer } from './http-server.ts';
import { vendorJson, type VendorHealth } from './vendor-health.ts';

export interface HealthCheck {
  readonly name: string;
  /** Resolves with a few words if all is well, rejects if not. */
  check(): Promise<string>;
}

/** How much is stored. */
export interface Storage {
  /** On disk. */
  readonly bytes: number;
  readonly series: number;
  readonly bars: number;
}

export interface OperationsOptions {
  readonly version: string;
  /** A monotonic clock in ms. */
  readonly elapsed: () => number;
  /** Without these the product cannot serve. */
  readonly checks: readonly HealthCheck[];
  readonly metrics: Metrics;
  /** Told where it can be. */
  readonly storage: () => Promise<Storage>;
  readonly vendors: () => readonly VendorHealth[];
  readonly cache: () => CacheState;
  readonly clock: () => ClockState;
}

/** As doors give {@link VendorHealth}. */
export const VendorJson = Type.Object({
  name: Type.String(),
  breaker: Type.Enum(['closed', 'open', 'halfOpen']),
  queued: Type.Integer(),
  room: orNull(
    Type.Object(
      { windowMs: Type.Integer(), most: Type.Integer(), left: Type.Integer() },
      { description: 'Requests of weight 1 that are allowed in any span of windowMs, and how many of them now' },
    ),
  ),
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
});

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
  providers: Type.Array(VendorJson),
});
const FullHealthJson = Type.Object({
  ...HealthJson.properties,
  storage: orNull(
    Type.Object({
      bytes: Type.Integer({ description: 'Size of the database on disk' }),
      series: Type.Integer(),
      bars: Type.Integer(),
    }),
    { description: 'null while the database cannot be asked' },
  ),
});
const LiveJson = Type.Object({ status: Type.Literal('ok') });
type HealthJson = Type.Static<typeof HealthJson>;

/** `/health/live`, `/health/ready`, `/health` and `/metrics`, for whoever keeps the process running. */
export function routeOperations(server: HttpServer, options: OperationsOptions): void {
  const { version, elapsed, checks, metrics, storage, vendors, cache, clock } = options;
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
  const answering = <Report extends TSchema>(operationId: string, report: Report) => ({
    operationId,
    tags,
    response: { 200: report, 503: bodies('Something is not as it should be', { 'application/json': report }) },
  });
  const metricsText = bodies('In the form that Prometheus reads', { 'text/plain': Type.String() });
  // A process that is busy is alive, and its metrics are wanted then most of all.
  const config = { isAlwaysAnswered: true };
  server.get(
    '/health/live',
    { config, schema: { operationId: 'getLiveness', tags, response: { 200: LiveJson } } },
    () => ({
      status: 'ok' as const,
    }),
  );
  server.get('/health/ready', { schema: answering('getReadiness', HealthJson) }, async (_request, reply) => {
    const report = await health();
    return reply.status(report.status === 'ok' ? 200 : 503).send(report);
  });
  // What is stored is counted, which whoever asks every second if it is ready must not wait for.
  server.get('/health', { schema: answering('getHealth', FullHealthJson) }, async (_request, reply) => {
    const report = await health();
    const stored = report.status === 'ok' ? await storage().catch(() => null) : null;
    return reply.status(report.status === 'ok' ? 200 : 503).send({ ...report, storage: stored });
  });
  server.get(
    '/metrics',
    { config, schema: { operationId: 'getMetrics', tags, response: { 200: metricsText } } },
    async (_request, reply) => {
      const { contentType, text } = await metrics.render();
      return reply.type(contentType).send(text);
    },
  );
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
