import { createCache } from '../src/platform/cache/index.ts';
import { createHttpServer, type HttpServer } from '../src/platform/http/index.ts';
import { createLogger } from '../src/platform/logging/index.ts';
import { createMetrics } from '../src/platform/telemetry/index.ts';

/** The product's HTTP server without routes, quiet and with metrics that nobody reads. */
export function benchServer(): Promise<HttpServer> {
  return createHttpServer({
    logger: createLogger('error'),
    metrics: createMetrics({ databaseBytes: () => Promise.resolve(0), vendors: () => [], cache: createCache(0).state }),
    version: 'bench',
    maxBodyBytes: 1_000_000,
  });
}
