import { LRUCache } from 'lru-cache';

/** Something that was made once: its bytes, and a label by which whoever made it can tell whether it is still true. */
export interface CacheEntry {
  readonly label: string;
  readonly body: Uint8Array;
}

export interface CacheState {
  readonly entries: number;
  readonly bytes: number;
  readonly hits: number;
  readonly misses: number;
  /** `off` where none is configured; `down` while it is not asked. */
  readonly shared: 'off' | 'up' | 'down';
}

/**
 * Entries that may be gone at any time, one per process. It never fails: what cannot be had in time is absent. It does
 * not know what is true; who takes an entry looks at its label.
 */
export interface Cache {
  get(key: string): Promise<CacheEntry | undefined>;
  /**
   * Whether an entry under this key would be worth its place: the first time a key is asked for it is not, so that
   * reading a whole history once costs nothing and pushes nothing out.
   */
  admits(key: string): boolean;
  set(key: string, entry: CacheEntry): void;
  /** Counts an entry that was taken, or had to be made. */
  count(outcome: 'hit' | 'miss'): void;
  state(): CacheState;
  close(): Promise<void>;
}

/** A cache that several processes share. It never fails and never keeps anyone waiting for long. */
export interface SharedCache {
  get(key: string): Promise<CacheEntry | undefined>;
  set(key: string, entry: CacheEntry): void;
  state(): 'up' | 'down';
  close(): Promise<void>;
}

const KEYS_REMEMBERED = 20_000;

/** A cache of so many bytes in this process; behind it, one that several processes share. */
export function createCache(maxBytes: number, shared?: SharedCache): Cache {
  const asked = new LRUCache<string, true>({ max: KEYS_REMEMBERED });
  const entries = new LRUCache<string, CacheEntry>({
    maxSize: Math.max(1, maxBytes),
    maxEntrySize: Math.max(1, Math.floor(maxBytes / 8)),
    sizeCalculation: ({ label, body }, key) => body.length + 2 * (label.length + key.length),
  });
  const counts = { hit: 0, miss: 0 };
  return {
    async get(key) {
      const held = entries.get(key);
      if (held !== undefined || shared === undefined) return held;
      const found = await shared.get(key);
      if (found !== undefined) entries.set(key, found);
      return found;
    },
    admits(key) {
      if (maxBytes === 0) return false;
      if (asked.get(key) !== undefined) return true;
      asked.set(key, true);
      return false;
    },
    set(key, entry) {
      entries.set(key, entry);
      shared?.set(key, entry);
    },
    count: (outcome) => void counts[outcome]++,
    state: () => ({
      entries: entries.size,
      bytes: entries.calculatedSize,
      hits: counts.hit,
      misses: counts.miss,
      shared: shared?.state() ?? 'off',
    }),
    close: async () => shared?.close(),
  };
}
