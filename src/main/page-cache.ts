import { createHash } from 'node:crypto';
import type { SessionSchedule } from '../market/index.ts';
import { createCache, openSharedCache, type Cache } from '../platform/cache/index.ts';
import { databaseId, type Database } from '../platform/database/index.ts';
import { version } from './version.ts';

export interface PageCacheOptions {
  readonly maxBytes: number;
  readonly redisUrl?: string | undefined;
}

/** The cache of pages that are ready to be sent; shared by Redis with processes that would write the same pages. */
export async function openPageCache(
  { maxBytes, redisUrl }: PageCacheOptions,
  database: Database,
  schedules: ReadonlyMap<string, SessionSchedule>,
  onError: (error: unknown) => void,
): Promise<Cache> {
  if (redisUrl === undefined) return createCache(maxBytes);
  // Pages depend on these beside the data, and another release may write them otherwise.
  const known = JSON.stringify([...schedules.values()], (_key, value: unknown) =>
    value instanceof Map || value instanceof Set ? [...(value as Iterable<unknown>)] : value,
  );
  const scope = createHash('sha256')
    .update(`${version} ${await databaseId(database)} ${known}`)
    .digest('base64url');
  return createCache(maxBytes, await openSharedCache({ url: redisUrl, scope: `pocketquant:${scope}`, onError }));
}
