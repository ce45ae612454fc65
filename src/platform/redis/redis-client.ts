import type { RedisClientType } from '@redis/client';

export interface RedisClientOptions {
  readonly url: string;
  /** Hears what keeps Redis from being used, once each time that it goes down. */
  readonly onError: (error: unknown) => void;
}

/** A client that is not connected yet, and what its connections have in common. */
export interface RedisAccess {
  readonly client: RedisClientType;
  /** Connects the client, or a duplicate of it, and again whenever it is lost. Rejects if it never can. */
  connect(client: RedisClientType): Promise<unknown>;
  /** Tells of trouble, unless it was told since Redis was last up. */
  failed(error: unknown): void;
  /** The next trouble is told again. */
  recovered(): void;
}

const CONNECT_TIMEOUT_MS = 2_000;
const LONGEST_WAIT_MS = 5_000;

/** Loads the library, which nobody needs without a Redis. While a client is not connected, its commands fail at once. */
export async function createRedisAccess({ url, onError }: RedisClientOptions): Promise<RedisAccess> {
  const { createClient } = await import('@redis/client');
  const client: RedisClientType = createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectStrategy: (attempt) => Math.min(LONGEST_WAIT_MS, 100 * 2 ** attempt) * (0.5 + Math.random() / 2),
    },
  });
  let isTold = false;

  function failed(error: unknown): void {
    if (!isTold) onError(error);
    isTold = true;
  }

  function recovered(): void {
    isTold = false;
  }

  return {
    client,
    connect: (connection) => connection.on('error', failed).on('ready', recovered).connect(),
    failed,
    recovered,
  };
}
