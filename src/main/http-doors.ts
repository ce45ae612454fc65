import type { Config } from '../config/index.ts';
import { routeBars, routeImports } from '../features/bars/doors.ts';
import { getStoredTotals } from '../features/bars/index.ts';
import { routeCoverage } from '../features/coverage/doors.ts';
import { routeInstruments } from '../features/instruments/doors.ts';
import { routeLive } from '../features/live/doors.ts';
import { routeSync } from '../features/sync/doors.ts';
import { routeSystem } from '../features/system/doors.ts';
import { StoreError } from '../platform/errors/index.ts';
import {
  API_PREFIX,
  createHttpServer,
  isLoopback,
  listen,
  routeOperations,
  servePages,
  type HttpServer,
} from '../platform/http/index.ts';
import type { ObservedApplication } from './observed-application.ts';
import { routeStreams } from './route-streams.ts';
import { version } from './version.ts';
import { webPage } from './web-page.ts';

/** An HTTP server with the routes of every slice and those of operation; it does not listen yet. */
export async function openHttpDoors(config: Config, observed: ObservedApplication): Promise<HttpServer> {
  const { application, clock, logger, metrics } = observed;
  const { bus, database, scheduler, uploads, hub } = application;
  const { host, hosts, origins, maxBodyBytes, maxImportBytes } = config;
  const http = await createHttpServer({ logger, metrics, version, maxBodyBytes, callers: { host, hosts, origins } });
  await http.register(
    (api, _options, done) => {
      routeBars(api, bus);
      routeImports(api, bus, { maxBytes: maxImportBytes, load: uploads });
      routeInstruments(api, bus);
      routeCoverage(api, bus);
      routeLive(api, bus);
      routeSync(api, bus, scheduler);
      routeSystem(api, bus);
      routeStreams(api, hub);
      done();
    },
    { prefix: API_PREFIX },
  );
  routeOperations(http, {
    version,
    metrics,
    storage: async () => ({ bytes: await database.sizeOnDisk(), ...(await bus.ask(getStoredTotals({}))) }),
    vendors: application.vendors,
    cache: application.cacheState,
    clock: () => clock.state(),
    elapsed: () => performance.now(),
    checks: [
      { name: 'database', check: async () => database.ping().then(() => `${database.engine} at ${database.location}`) },
    ],
  });
  const page = webPage();
  if (page !== undefined) await servePages(http, page);
  return http;
}

/**
 * Answers with the URL.
 * @throws InvalidRequestError `INVALID_CONFIG` if the port is taken; StoreError `DATABASE_READ_ONLY`
 */
export function listenOn(http: HttpServer, { host, port }: Config, observed: ObservedApplication): Promise<string> {
  const { database } = observed.application;
  if (database.isReadOnly)
    throw new StoreError(
      'DATABASE_READ_ONLY',
      `${database.location} is read-only, and a server must write; "bars", "symbols", "export" and "verify" can read it`,
    );
  if (!isLoopback(host))
    observed.logger.warn(
      `Listening on ${host}: anyone who can reach this address can read, write and delete everything, as there are no keys yet; ` +
        'listen on 127.0.0.1 behind a proxy that authenticates',
    );
  return listen(http, host, port);
}
