import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Hub } from '../../src/features/streams/index.ts';
import { openApplication } from '../../src/main/application.ts';
import { routeStreams } from '../../src/main/route-streams.ts';
import { createCache } from '../../src/platform/cache/index.ts';
import { API_PREFIX, createHttpServer, listen } from '../../src/platform/http/index.ts';
import { createLogger } from '../../src/platform/logging/index.ts';
import { createMetrics } from '../../src/platform/telemetry/index.ts';
import { aFolder } from './open-test-database.ts';

export interface StreamServer {
  /** Where the test publishes what a feed would. */
  readonly hub: Hub;
  readonly url: string;
  close(): Promise<void>;
}

export interface StreamServerOptions {
  readonly streamClients?: number;
  readonly redisUrl?: string;
  /** Where the database lies. */
  readonly folder?: string;
}

/** The streams of an application over real sockets, with its hub at hand. */
export async function aStreamServer(
  t: TestContext,
  { streamClients = 2_000, redisUrl, folder = aFolder(t) }: StreamServerOptions = {},
): Promise<StreamServer> {
  const application = await openApplication({
    databaseUrl: `file:${join(folder, 'streams.db')}`,
    changesKept: 1_000,
    streamClients,
    cache: { maxBytes: 0, redisUrl },
    onMessage: () => undefined,
    onBackgroundError: () => undefined,
  });
  const http = await createHttpServer({
    logger: createLogger('silent'),
    metrics: createMetrics({ databaseBytes: () => Promise.resolve(0), vendors: () => [], cache: createCache(0).state }),
    version: '1',
    maxBodyBytes: 1_000,
  });
  await http.register(
    (api, _options, done) => {
      routeStreams(api, application.hub);
      done();
    },
    { prefix: API_PREFIX },
  );
  const url = `${await listen(http, '127.0.0.1', 0)}${API_PREFIX}`;
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => (closing ??= http.close().then(() => application.close()));
  t.after(close);
  return { hub: application.hub, url, close };
}
