import type { FastifyInstance } from 'fastify';
import { performance } from 'node:perf_hooks';
import { StoreError } from '../errors/index.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered however much is going on. */
    isAlwaysAnswered?: boolean;
  }
}

/** Far above what an import beside small queries causes: past it, waiting makes things worse. */
const OVERLOADED_AFTER_MS = 2_000;
const RETRY_AFTER_SECONDS = 5;
/** Each look wakes the process, also an idle one. */
const LOOK_EVERY_MS = 250;

/** Sends callers away as long as work waits for seconds until its turn comes: so late was the last look. */
export function refuseWhileOverloaded(server: Pick<FastifyInstance, 'addHook'>): void {
  let lateMs = 0;
  let last = performance.eventLoopUtilization();
  const looking = setInterval(() => {
    const now = performance.eventLoopUtilization();
    lateMs = now.idle + now.active - last.idle - last.active - LOOK_EVERY_MS;
    last = now;
  }, LOOK_EVERY_MS).unref();
  server.addHook('onRequest', async ({ routeOptions: { config } }) => {
    if (lateMs <= OVERLOADED_AFTER_MS || config.isAlwaysAnswered === true) return;
    throw new StoreError('OVERLOADED', 'The server is overloaded; try again in a moment', {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  });
  server.addHook('onClose', async () => clearInterval(looking));
}
