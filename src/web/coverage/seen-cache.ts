/** How answers are had. */
export interface SeenCacheOptions<Key, Value> {
  readonly textOf: (key: Key) => string;
  /** Those of the keys, of which the first is given, that one request can ask for. */
  readonly batchOf: (keys: readonly Key[]) => readonly Key[];
  readonly ask: (keys: readonly Key[], signal: AbortSignal) => Promise<ReadonlyMap<string, Value>>;
  /** Called as values came, or as an attempt failed. */
  readonly onChange: (error: unknown) => void;
  readonly most: number;
}

export interface SeenCache<Key, Value> {
  /** What is known, also if a newer value is awaited. */
  readonly get: (key: Key) => Value | undefined;
  /** Says what is in sight now: what is missing of it is asked for, and what is not in sight any more is not. */
  readonly want: (keys: readonly Key[]) => void;
  /** Values of these are asked for again when they are in sight. */
  readonly outdate: (isOld: (key: Key) => boolean) => void;
  /** Asks again for what is in sight and failed to come. */
  readonly retry: () => void;
  readonly close: () => void;
}

const REQUESTS_AT_A_TIME = 2;

/** Values that are asked for as they come in sight, a batch at a time, and kept until there are too many. */
export function seenCache<Key, Value>(options: SeenCacheOptions<Key, Value>): SeenCache<Key, Value> {
  const { textOf, batchOf, ask, onChange, most } = options;
  // What the server has no value for is kept, too: it is not asked for again and again.
  const kept = new Map<string, { readonly key: Key; value: Value | undefined; isOld: boolean }>();
  const asked = new Map<string, { readonly key: Key; isOld: boolean }>();
  const ending = new AbortController();
  let wanted: readonly Key[] = [];
  let running = 0;
  let hasFailed = false;

  function isNeeded(key: Key): boolean {
    const text = textOf(key);
    return !asked.has(text) && (kept.get(text)?.isOld ?? true);
  }

  function pump(): void {
    while (running < REQUESTS_AT_A_TIME && !hasFailed) {
      const needed = wanted.filter(isNeeded);
      if (needed.length === 0) return;
      void learn(batchOf(needed));
    }
  }

  async function learn(batch: readonly Key[]): Promise<void> {
    running++;
    for (const key of batch) asked.set(textOf(key), { key, isOld: false });
    let error: unknown;
    try {
      const values = await ask(batch, ending.signal);
      for (const key of batch) keep(key, values.get(textOf(key)));
    } catch (reason) {
      error = reason;
      // What failed is not asked for again and again by itself.
      hasFailed = true;
    }
    for (const key of batch) asked.delete(textOf(key));
    running--;
    if (ending.signal.aborted) return;
    onChange(error);
    pump();
  }

  function keep(key: Key, value: Value | undefined): void {
    const text = textOf(key);
    kept.delete(text);
    kept.set(text, { key, value, isOld: asked.get(text)?.isOld === true });
    for (const oldest of kept.keys()) {
      if (kept.size <= most) return;
      kept.delete(oldest);
    }
  }

  return {
    get: (key) => kept.get(textOf(key))?.value,
    want(keys) {
      wanted = keys;
      hasFailed = false;
      pump();
    },
    retry() {
      hasFailed = false;
      pump();
    },
    outdate(isOld) {
      for (const entry of [...kept.values(), ...asked.values()]) if (isOld(entry.key)) entry.isOld = true;
      hasFailed = false;
      pump();
    },
    close: () => ending.abort(),
  };
}
