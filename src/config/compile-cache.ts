import { join } from 'node:path';

/**
 * Where Node keeps what it compiled for the next command: a folder of each user's own, as code that others put there
 * would run. `undefined` for a user without a home.
 */
export function compileCacheFolder(): string | undefined {
  const { NODE_COMPILE_CACHE, XDG_CACHE_HOME, HOME } = process.env;
  if (NODE_COMPILE_CACHE !== undefined) return NODE_COMPILE_CACHE;
  const caches = XDG_CACHE_HOME ?? (HOME === undefined ? undefined : join(HOME, '.cache'));
  return caches === undefined ? undefined : join(caches, 'pocketquant');
}
