import type { FastifyInstance } from 'fastify';
import { monitorEventLoopDelay } from 'node:perf_hooks';
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
const PERIOD_MS = 1_000;
/** Each look wakes the process, also an idle one: ten times as often, and they would cost it most of a hundredth. */
const LOOK_EVERY_MS = 100;

/** Sends callers away for a while when work waits for seconds until its turn comes. */
export function refuseWhileOverloaded(server: Pick<FastifyInstance, 'addHook'>): void {
  const delays = monitorEventLoopDelay({ resolution: LOOK_EVERY_MS });
  let waitsMs = 0;
  delays.enable();
  const period = setInterval(() => {
    // A wait that goes on is counted when it is over.
    waitsMs = delays.count === 0 ? 0 : delays.mean / 1e6 - LOOK_EVERY_MS;
    delays.reset();
  }, PERIOD_MS).unref();
  server.addHook('onRequest', async ({ routeOptions: { config } }) => {
    if (waitsMs <= OVERLOADED_AFTER_MS || config.isAlwaysAnswered === true) return;
    throw new StoreError('OVERLOADED', 'Too much is going on; try again in a moment', {
      retryAfterSeconds: RETRY_AFTER_SECONDS,
    });
  });
  server.addHook('onClose', async () => {
    clearInterval(period);
    delays.disable();
  });
}
