import { settingsOf, type Config } from '../config/index.ts';
import { watchClock } from '../platform/clock/index.ts';
import { createLogger } from '../platform/logging/index.ts';
import { createMetrics, type Metrics } from '../platform/telemetry/index.ts';
import { openApplication } from './application.ts';

export type ObservedApplication = Awaited<ReturnType<typeof openObserved>>;

/** Opens the application as it is configured, with what happens in it logged and measured. */
export async function openObserved(config: Config) {
  const logger = createLogger(config.logLevel);
  const metrics: Metrics = createMetrics({
    databaseBytes: () => application.database.sizeOnDisk(),
    vendors: () => application.vendors(),
    cache: () => application.cacheState(),
    streamClients: () => application.hub.clientCount(),
  });
  const application = await openApplication({
    databaseUrl: config.databaseUrl,
    changesKept: config.changesKept,
    cache: { maxBytes: config.cacheBytes, redisUrl: config.redisUrl },
    streamClients: config.streamClients,
    schedulesFolder: config.schedulesFolder,
    providers: config.providers,
    settings: settingsOf(config),
    onMessage: ({ name, code, durationMs, correlationId }) => {
      metrics.observeMessage(name, code, durationMs / 1_000);
      logger.debug({ name, code, durationMs, correlationId }, 'handled');
    },
    onBarsWritten: (bars) => metrics.observeBarsWritten(bars),
    onClockSkew: (provider, clockSkewMs) =>
      logger.warn(
        { provider, clockSkewMs },
        "This machine's clock differs from the vendor's, which decides; correct it",
      ),
    onClockBehind: (byMs) =>
      logger.warn(
        { byMs },
        "Stored data is ahead of this machine's clock: the clock was wrong then or is wrong now; correct it",
      ),
    onBackgroundError: (error) => logger.error({ err: error }, 'Background work failed and will be retried'),
  });
  const clock = watchClock({
    clock: () => Date.now(),
    elapsed: () => performance.now(),
    onJump: ({ byMs }) => logger.warn({ byMs }, "This machine's clock was set, or the machine slept; check the clock"),
  });
  if (application.database.warning !== undefined) logger.error(application.database.warning);
  return { application, clock, logger, metrics };
}
