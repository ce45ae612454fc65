import type { ProviderError } from '../../platform/errors/index.ts';
import { within } from '../../platform/waiting/index.ts';
import { connect, type Connection, type ConnectionOptions } from './connection.ts';
import { timedOut, unavailable } from './failures.ts';

/** One socket for all series that are loaded at the same time, opened when needed and closed when idle. */
export interface SharedConnection {
  /**
   * Runs with a place on the socket; it is free again after `release`.
   * @throws ProviderError `PROVIDER_TIMEOUT` if no place gets free in time, or what opening a socket throws
   */
  acquire(signal: AbortSignal): Promise<Place>;
  /** Ends the socket and whatever is loaded on it; nothing is opened afterwards. */
  close(): Promise<void>;
}

export interface Place {
  readonly connection: Connection;
  release(): void;
}

export function shareConnection(options: ConnectionOptions): SharedConnection {
  const { seriesAtOnce, queueMs, connectMs, idleMs } = options.limits;
  const queue: (() => void)[] = [];
  let taken = 0;
  let current: Promise<Connection> | undefined;
  let idle: NodeJS.Timeout | undefined;
  const ending = new AbortController();

  async function acquire(signal: AbortSignal): Promise<Place> {
    signal.throwIfAborted();
    ending.signal.throwIfAborted();
    await takePlace(signal);
    try {
      const limitMs = 2 * connectMs; // the one that is being opened may be lost at once
      const tooLate = (): ProviderError => timedOut('open a socket', limitMs);
      const connection = await within({ limitMs, tooLate, signal }, openConnection);
      return { connection, release: onlyOnce(freePlace) };
    } catch (error) {
      freePlace();
      throw error;
    }
  }

  async function takePlace(signal: AbortSignal): Promise<void> {
    clearTimeout(idle);
    if (taken < seriesAtOnce) {
      taken++;
      return;
    }
    const turn = Promise.withResolvers<void>();
    queue.push(turn.resolve);
    try {
      const tooLate = (): ProviderError => timedOut('finish the series before', queueMs);
      await within({ limitMs: queueMs, tooLate, signal }, () => turn.promise);
    } catch (error) {
      const place = queue.indexOf(turn.resolve);
      if (place >= 0) queue.splice(place, 1);
      else freePlace(); // the turn came in the same moment
      throw error;
    }
  }

  /** The place goes to whoever waits longest. */
  function freePlace(): void {
    const next = queue.shift();
    if (next !== undefined) return next();
    taken--;
    if (taken === 0 && !ending.signal.aborted) idle = setTimeout(() => void drop(), idleMs).unref();
  }

  async function openConnection(): Promise<Connection> {
    ending.signal.throwIfAborted();
    const known = current;
    if (known !== undefined) {
      const connection = await known;
      if (connection.isOpen) return connection;
      if (current === known) current = undefined;
      return openConnection();
    }
    const opening = connect(options, ending.signal);
    current = opening;
    opening.catch(() => {
      if (current === opening) current = undefined;
    });
    return opening;
  }

  async function drop(): Promise<void> {
    const dropped = current;
    current = undefined;
    const connection = await dropped?.catch(() => undefined);
    await connection?.close();
  }

  return {
    acquire,
    async close() {
      ending.abort(unavailable('The connection to TradingView is closed'));
      clearTimeout(idle);
      await drop();
    },
  };
}

function onlyOnce(run: () => void): () => void {
  let hasRun = false;
  return () => {
    if (!hasRun) run();
    hasRun = true;
  };
}
