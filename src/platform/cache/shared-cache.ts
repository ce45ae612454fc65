import { createRedisAccess, type RedisClientOptions } from '../redis/index.ts';
import { within } from '../waiting/index.ts';
import type { CacheEntry, SharedCache } from './cache.ts';

export interface SharedCacheOptions extends RedisClientOptions {
  /** What entries depend on beside their label, such as the database; others never see them. */
  readonly scope: string;
}

const DEADLINE_MS = 100;
/** For so long nobody asks a cache that failed or was too slow. */
const REST_MS = 5_000;
const KEPT_SECONDS = 86_400;
const LABEL_LENGTH_BYTES = 4;

/** Connects to Redis in the background; until that is done, and whenever it is lost, the cache is `down`. */
export async function openSharedCache({ url, scope, onError }: SharedCacheOptions): Promise<SharedCache> {
  const { RESP_TYPES } = await import('@redis/client');
  const { client, connect, failed, recovered } = await createRedisAccess({ url, onError });
  const bytes = client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer });
  let isResting = false;
  void connect(client).catch(failed);

  const isUp = (): boolean => client.isReady && !isResting;

  const tooLate = (): Error => new Error(`Redis did not answer within ${DEADLINE_MS} ms`);

  async function inTime<T>(work: Promise<T>): Promise<T | undefined> {
    try {
      return await within({ limitMs: DEADLINE_MS, tooLate }, () => work);
    } catch (error) {
      rest(error);
      return undefined;
    }
  }

  function rest(error: unknown): void {
    failed(error);
    isResting = true;
    setTimeout(() => {
      isResting = false;
      recovered();
    }, REST_MS).unref();
  }

  return {
    async get(key) {
      const found = isUp() ? await inTime(bytes.get(`${scope}:${key}`)) : undefined;
      return found === undefined || found === null ? undefined : unpacked(found);
    },
    set(key, entry) {
      if (isUp()) void inTime(client.set(`${scope}:${key}`, packed(entry), { EX: KEPT_SECONDS }));
    },
    state: () => (isUp() ? 'up' : 'down'),
    close() {
      client.destroy();
      return Promise.resolve();
    },
  };
}

/** The length of the label, the label, the body. */
function packed({ label, body }: CacheEntry): Buffer {
  const text = Buffer.from(label);
  const length = Buffer.alloc(LABEL_LENGTH_BYTES);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, body]);
}

function unpacked(bytes: Buffer): CacheEntry | undefined {
  if (bytes.length < LABEL_LENGTH_BYTES) return undefined;
  const start = LABEL_LENGTH_BYTES + bytes.readUInt32LE();
  return { label: bytes.toString('utf8', LABEL_LENGTH_BYTES, start), body: bytes.subarray(start) };
}
