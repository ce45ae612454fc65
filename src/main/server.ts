import { readConfig, type ConfigOverrides } from '../config/index.ts';
import { hasSymbols } from '../features/instruments/index.ts';
import { createEnding } from '../platform/ending/index.ts';
import { listenOn, openHttpDoors } from './http-doors.ts';
import { openObserved } from './observed-application.ts';

export interface RunningServer {
  readonly url: string;
  /** Where the data is stored. */
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
  const observed = await openObserved(config);
  const { application, clock, logger } = observed;
  const http = await openHttpDoors(config, observed);

  async function close(): Promise<void> {
    clock.stop();
    const ending = createEnding(CLOSE_WITHIN_MS, () => performance.now());
    await Promise.all([ending.end('requests', () => http.close()), application.endWork(ending)]);
    await application.end(ending);
    for (const { part, error } of ending.unfinished)
      logger.warn({ part, err: error }, 'Closed before this part had ended');
  }

  try {
    const url = await listenOn(http, config, observed);
    application.startWork();
    const isEmpty = !(await application.bus.ask(hasSymbols({})));
    return { url, location: application.database.location, isEmpty, close };
  } catch (error) {
    await close();
    throw error;
  }
}
