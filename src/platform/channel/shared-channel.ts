import type { RedisClientType } from '@redis/client';

/** Text that several processes tell each other, at most once. It never fails; while it is down nothing is heard. */
export interface SharedChannel {
  /** Resolves when the text was handed over, or is lost. */
  publish(text: string): Promise<void>;
  state(): 'up' | 'down';
  close(): Promise<void>;
}

export interface SharedChannelOptions {
  readonly url: string;
  readonly name: string;
  /** Hears what any process has published, this one included. */
  readonly onMessage: (text: string) => void;
  /** Hears what keeps the channel from being used, once each time that it goes down. */
  readonly onError: (error: unknown) => void;
}

const CONNECT_TIMEOUT_MS = 2_000;
const LONGEST_WAIT_MS = 5_000;

/** Connects to Redis in the background, again and again where it is lost. */
export async function openSharedChannel({
  url,
  name,
  onMessage,
  onError,
}: SharedChannelOptions): Promise<SharedChannel> {
  const { createClient } = await import('@redis/client');
  const client: RedisClientType = createClient({
    url,
    disableOfflineQueue: true,
    socket: {
      connectTimeout: CONNECT_TIMEOUT_MS,
      reconnectStrategy: (attempt) => Math.min(LONGEST_WAIT_MS, 100 * 2 ** attempt) * (0.5 + Math.random() / 2),
    },
  });
  // A connection that listens does nothing else.
  const listener = client.duplicate();
  let isListening = false;
  let isTold = false;

  function failed(error: unknown): void {
    if (!isTold) onError(error);
    isTold = true;
  }
  for (const connection of [client, listener])
    connection.on('error', failed).on('ready', () => {
      isTold = false;
    });
  void client.connect().catch(failed);
  void listener
    .connect()
    .then(() => listener.subscribe(name, heard)) // again by itself after every reconnect
    .then(() => (isListening = true))
    .catch(failed);

  function heard(text: string): void {
    try {
      onMessage(text);
    } catch (error) {
      onError(error); // what others send may be damaged
    }
  }

  return {
    async publish(text) {
      if (client.isReady) await client.publish(name, text).catch(failed);
    },
    state: () => (client.isReady && listener.isReady && isListening ? 'up' : 'down'),
    close() {
      client.destroy();
      listener.destroy();
      return Promise.resolve();
    },
  };
}
