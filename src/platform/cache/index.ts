export { createCache, type Cache, type CacheEntry, type CacheState } from './cache.ts';
export { openSharedCache } from './shared-cache.ts';
