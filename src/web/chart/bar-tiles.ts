import { closeOf, lengthMs, type Interval } from '../intervals.ts';
import type { Gap, ShownBar } from './rows.ts';
import { tileKey, type Tile } from './tiles.ts';

export interface TileContent {
  readonly bars: readonly ShownBar[];
  readonly gaps: readonly Gap[];
}

interface Held {
  readonly tile: Tile;
  readonly content: TileContent;
  /** What is stored may have changed since. */
  readonly isStale: boolean;
}

interface Asked {
  readonly tile: Tile;
  readonly leaving: AbortController;
}

export interface BarTilesOptions {
  readonly load: (tile: Tile, signal: AbortSignal) => Promise<TileContent>;
  /** A tile came, or failed. */
  readonly onChange: (error?: unknown) => void;
  readonly mostHeld?: number;
}

/** The pieces of a series that were fetched; those that were wanted longest ago are forgotten first. */
export class BarTiles {
  readonly #options: BarTilesOptions;
  readonly #mostHeld: number;
  readonly #held = new Map<string, Held>();
  readonly #asked = new Map<string, Asked>();
  readonly #failed = new Set<string>();

  constructor(options: BarTilesOptions) {
    this.#options = options;
    this.#mostHeld = options.mostHeld ?? 150;
  }

  /** What was fetched, be it stale: it is shown until the next is there. */
  contentOf(tile: Tile): TileContent | undefined {
    return this.#held.get(tileKey(tile))?.content;
  }

  get isLoading(): boolean {
    return this.#asked.size > 0;
  }

  /** Some of what was asked for since the last change could not be had. */
  get hasFailed(): boolean {
    return this.#failed.size > 0;
  }

  /** Fetches what is not there yet, the first ones first, and gives up what is no longer wanted. */
  want(tiles: readonly Tile[]): void {
    const wanted = new Set(tiles.map(tileKey));
    for (const [key, { leaving }] of this.#asked) {
      if (wanted.has(key)) continue;
      leaving.abort();
      this.#asked.delete(key);
    }
    for (const tile of tiles) this.#wantOne(tile);
    this.#forgetOldest(wanted);
  }

  /** Has what touches a span fetched again when it is wanted. */
  setStale(span: { readonly from: number; readonly to: number } = { from: -Infinity, to: Infinity }): void {
    this.#failed.clear();
    for (const [key, held] of this.#held)
      if (held.tile.from < span.to && held.tile.to > span.from) this.#held.set(key, { ...held, isStale: true });
    // What is on its way may be older than the change.
    for (const [key, { tile, leaving }] of this.#asked) {
      if (tile.from >= span.to || tile.to <= span.from) continue;
      leaving.abort();
      this.#asked.delete(key);
    }
  }

  /** Puts a bar, as it came live, where it belongs; false if that tile is not there. */
  put(tile: Tile, bar: ShownBar): boolean {
    const held = this.#held.get(tileKey(tile));
    if (held === undefined) return false;
    const { bars } = held.content;
    const gaps = held.content.gaps.flatMap((gap) => without(gap, bar.openTime, tile.interval));
    const at = bars.findLastIndex(({ openTime }) => openTime <= bar.openTime);
    const isThere = bars[at]?.openTime === bar.openTime;
    const next = isThere ? bars.with(at, bar) : bars.toSpliced(at + 1, 0, bar);
    this.#held.set(tileKey(tile), { ...held, content: { bars: next, gaps } });
    return true;
  }

  end(): void {
    for (const { leaving } of this.#asked.values()) leaving.abort();
    this.#asked.clear();
  }

  #wantOne(tile: Tile): void {
    const key = tileKey(tile);
    const held = this.#held.get(key);
    if (held !== undefined) {
      this.#held.delete(key); // to the end: wanted last
      this.#held.set(key, held);
      if (!held.isStale) return;
    }
    if (this.#asked.has(key) || this.#failed.has(key)) return;
    const leaving = new AbortController();
    this.#asked.set(key, { tile, leaving });
    void this.#load(tile, leaving.signal);
  }

  async #load(tile: Tile, signal: AbortSignal): Promise<void> {
    const key = tileKey(tile);
    let failure: unknown;
    try {
      const content = await this.#options.load(tile, signal);
      if (signal.aborted) return;
      this.#held.set(key, { tile, content, isStale: false });
    } catch (error) {
      if (signal.aborted) return;
      this.#failed.add(key);
      failure = error;
    }
    this.#asked.delete(key);
    this.#options.onChange(failure);
  }

  #forgetOldest(wanted: ReadonlySet<string>): void {
    for (const key of this.#held.keys()) {
      if (this.#held.size <= this.#mostHeld) return;
      if (!wanted.has(key)) this.#held.delete(key);
    }
  }
}

/** What is left of a gap once one of its bars is there. */
function without(gap: Gap, openTime: number, interval: Interval): Gap[] {
  if (gap.bars === 0 || openTime < gap.from || openTime >= gap.to) return [gap];
  const before = Math.min(gap.bars - 1, Math.round((openTime - gap.from) / lengthMs(interval)));
  const closeTime = closeOf(openTime, interval);
  return [
    { ...gap, to: openTime, bars: before },
    { ...gap, from: closeTime, bars: gap.bars - 1 - before },
  ].filter(({ bars }) => bars > 0);
}
