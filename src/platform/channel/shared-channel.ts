import { createRedisAccess, type RedisClientOptions } from '../redis/index.ts';

/** Text that several processes tell each other, at most once. It never fails; while it is down nothing is heard. */
export interface SharedChannel {
  /** Resolves when the text was handed over, or is lost. */
  publish(text: string): Promise<void>;
  state(): 'up' | 'down';
  close(): Promise<void>;
}

export interface SharedChannelOptions extends RedisClientOptions {
  readonly name: string;
  /** Hears what any process has published, this one included. */
  readonly onMessage: (text: string) => void;
}

/** Connects to Redis in the background, again and again where it is lost. */
export async function openSharedChannel({
  url,
  name,
  onMessage,
  onError,
}: SharedChannelOptions): Promise<SharedChannel> {
  const { client, connect, failed } = await createRedisAccess({ url, onError });
  // A connection that listens does nothing else.
  const listener = client.duplicate();
  let isListening = false;
  void connect(client).catch(failed);
  void connect(listener)
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
