import { readConfig, type ConfigOverrides } from '../config/index.ts';
import { routeBars } from '../features/bars/index.ts';
import { routeCoverage } from '../features/coverage/index.ts';
import { routeLive } from '../features/live/index.ts';
import { routeStreams } from '../features/live/streaming/index.ts';
import { routeSync } from '../features/sync/index.ts';
import { getSymbols, routeInstruments } from '../features/instruments/index.ts';
import { StoreError } from '../platform/errors/index.ts';
import { watchClock } from '../platform/clock/index.ts';
import { createEnding } from '../platform/ending/index.ts';
import { API_PREFIX, createHttpServer, isLoopback, listen, routeOperations } from '../platform/http/index.ts';
import { createLogger } from '../platform/logging/index.ts';
import { createMetrics, type Metrics } from '../platform/telemetry/index.ts';
import { openApplication } from './application.ts';
import { version } from './version.ts';

export interface RunningServer {
  readonly url: string;
  /** Where the data lies. */
  readonly location: string;
  readonly isEmpty: boolean;
  /** Finishes running requests, publishes what waits and closes the database; in less than ten seconds, never failing. */
  close(): Promise<void>;
}

const CLOSE_WITHIN_MS = 9_000;

/**
 * Opens the database, puts every door on one HTTP server and listens.
 * @throws InvalidRequestError `INVALID_CONFIG`; StoreError if the database cannot be opened
 */
export async function startServer(overrides: ConfigOverrides): Promise<RunningServer> {
  const config = readConfig(overrides);
  const logger = createLogger(config.logLevel);
  const metrics: Metrics = createMetrics({
    databaseBytes: () => application.database.sizeOnDisk(),
    vendors: () => application.vendors(),
    cache: () => application.cacheState(),
  });
  const application = await openApplication({
    databaseUrl: config.databaseUrl,
    changesKept: config.changesKept,
    cache: { maxBytes: config.cacheBytes, redisUrl: config.redisUrl },
    streamClients: config.streamClients,
    schedulesFolder: config.schedulesFolder,
    providers: config.providers,
    onMessage: ({ name, code, durationMs, correlationId }) => {
      metrics.observeMessage(name, code, durationMs / 1_000);
      logger.debug({ name, code, durationMs, correlationId }, 'handled');
    },
    onClockSkew: (provider, clockSkewMs) =>
      logger.warn({ provider, clockSkewMs }, "This machine's clock is not the vendor's, which decides; set it right"),
    onClockBehind: (byMs) =>
      logger.warn(
        { byMs },
        "What was stored lies ahead of this machine's clock: it was wrong then, or it is now; set it right",
      ),
    onBackgroundError: (error) => logger.error({ err: error }, 'Work in the background waits'),
  });
  const clock = watchClock({
    clock: () => Date.now(),
    elapsed: () => performance.now(),
    onJump: ({ byMs }) => logger.warn({ byMs }, "This machine's clock was set, or the machine slept; set it right"),
  });
  const { bus, database, scheduler, hub } = application;
  if (database.warning !== undefined) logger.error(database.warning);
  const { host, port, hosts, origins, maxBodyBytes } = config;
  const http = await createHttpServer({ logger, metrics, version, maxBodyBytes, callers: { host, hosts, origins } });
  await http.register(
    (api, _options, done) => {
      routeBars(api, bus);
      routeInstruments(api, bus);
      routeCoverage(api, bus);
      routeLive(api, bus);
      routeSync(api, bus, scheduler);
      routeStreams(api, hub);
      done();
    },
    { prefix: API_PREFIX },
  );
  routeOperations(http, {
    version,
    metrics,
    vendors: application.vendors,
    cache: application.cacheState,
    clock: () => clock.state(),
    elapsed: () => performance.now(),
    checks: [
      { name: 'database', check: async () => database.ping().then(() => `${database.engine} at ${database.location}`) },
    ],
  });

  async function close(): Promise<void> {
    clock.stop();
    const ending = createEnding(CLOSE_WITHIN_MS, () => performance.now());
    await Promise.all([ending.end('requests', () => http.close()), application.endWork(ending)]);
    await application.end(ending);
    for (const { part, error } of ending.unfinished) logger.warn({ part, err: error }, 'Closed before this had ended');
  }

  try {
    if (database.isReadOnly) throw needsToWrite(database.location);
    if (!isLoopback(host))
      logger.warn(
        `Listening on ${host}: whoever can reach this address can read, write and delete all there is, as there are no keys yet; ` +
          'listen on 127.0.0.1 behind a proxy that knows its users',
      );
    const url = await listen(http, host, port);
    application.startWork();
    const { total } = await bus.ask(getSymbols({ limit: 1 }));
    return { url, location: database.location, isEmpty: total === 0, close };
  } catch (error) {
    await close();
    throw error;
  }
}

function needsToWrite(location: string): StoreError {
  return new StoreError(
    'DATABASE_READ_ONLY',
    `${location} lies where nothing can be written, and a server writes; "bars", "symbols", "export" and "verify" read it`,
  );
}
