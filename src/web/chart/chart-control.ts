import { signal } from '@preact/signals';
import { BarTiles, type TileContent } from './bar-tiles.ts';
import { ChartCanvas, type LogicalRange, type Scale } from './chart-canvas.ts';
import { followGestures } from './gestures.ts';
import { closeOf, lengthMs, type Interval } from '../intervals.ts';
import { densitiesSeen, levelAhead, levelBelow, levelFor, type Sight } from './level.ts';
import { indexAtTime, logicalAtTime, timeAtLogical, type Row, type ShownBar } from './rows.ts';
import { drawnFrom, lastBarOf, shownOf, type Shown } from './shown.ts';
import { tileAt, tileKey, tilesOver, type Tile } from './tiles.ts';
import {
  aroundOf,
  firstRange,
  firstSpan,
  isOfBars,
  keptWithin,
  widestFactor,
  zoomed,
  type FirstSight,
  type ShownSpan,
  type Span,
} from './view.ts';

export interface ChartSource {
  readonly chosen: Interval;
  readonly isOpenAlways: boolean;
  /** From the first to the last bar of what is stored. */
  readonly stored: Span;
  /** Where to look for bars beyond them. */
  readonly within: Span;
  readonly decimals: number | null;
  readonly load: (tile: Tile, signal: AbortSignal) => Promise<TileContent>;
  readonly loadCompared?: ((tile: Tile, signal: AbortSignal) => Promise<TileContent>) | undefined;
}

/** A bar that ended longer ago is no live bar: it fills a gap. */
const LIVE_MS = 30_000;
/** Of a screen: more rows are drawn before fewer than that are left at a side. */
const LEAST_ROOM = 0.3;
const REFETCH_MS = 1_000;
const SETTLED_MS = 300;

/** Keeps the chart filled: decides what to fetch while the view moves, and swaps rows under it. */
export class ChartControl {
  readonly shown = signal<Shown | undefined>(undefined);
  /** The row that is pointed at. */
  readonly pointed = signal<number | undefined>(undefined);
  /** What is in sight, once it rests. */
  readonly sight = signal<ShownSpan | undefined>(undefined);
  /** Counts how often what is drawn changed, a little behind. */
  readonly drawings = signal(0);
  readonly error = signal<unknown>(undefined);
  readonly isLoading = signal(false);

  readonly #canvas: ChartCanvas;
  readonly #leaving = new AbortController();
  #source: ChartSource | undefined;
  #tiles: BarTiles | undefined;
  #compared: BarTiles | undefined;
  #wanted: FirstSight | undefined;
  /** The time in sight when rows were last drawn. */
  #lastSpan: Span | undefined;
  /** When the newest bar opens that is known. */
  #newest = -Infinity;
  /** The view moves on by the bars that come with the next drawing. */
  #isFollowing = false;
  #changed: Span | undefined;
  #refetch: ReturnType<typeof setTimeout> | undefined;
  #until: number | undefined;
  #densities = new Map<Interval, number>();
  /** Which tiles, and which contents, are drawn. */
  #drawnOf: readonly unknown[] = [];
  #frame: number | undefined;
  #told: ReturnType<typeof setTimeout> | undefined;
  #rest: ReturnType<typeof setTimeout> | undefined;

  constructor(place: HTMLElement, zone: string) {
    this.#canvas = new ChartCanvas(place, zone);
    this.#canvas.onPoint((index) => (this.pointed.value = index));
    followGestures(
      place,
      {
        isInPane: (x, y) => this.#canvas.isInPane(x, y),
        onPan: (byPx) => this.panBy(-byPx / this.#canvas.widthPx),
        onZoom: (factor, aroundPx) => this.zoomBy(factor, this.#canvas.logicalAt(aroundPx)),
      },
      this.#leaving.signal,
    );
    const sizes = new ResizeObserver(() => this.#lookSoon());
    sizes.observe(place);
    this.#leaving.signal.addEventListener('abort', () => sizes.disconnect());
  }

  /** Shows another source. Without `first` the time in sight stays. */
  show(source: ChartSource, first?: FirstSight): void {
    this.#tiles?.end();
    this.#compared?.end();
    const onChange = (error?: unknown): void => this.#onTile(error);
    this.#source = source;
    this.#newest = -Infinity;
    this.#tiles = new BarTiles({ load: source.load, onChange });
    this.#compared = source.loadCompared && new BarTiles({ load: source.loadCompared, onChange });
    this.#wanted = first ?? this.#wanted ?? this.#spanInSight();
    this.#densities = new Map();
    this.#drawnOf = [];
    this.#look();
  }

  /** Has bars fetched again, those of a span or all. */
  reload(span?: Span): void {
    this.error.value = undefined;
    this.#tiles?.setStale(span);
    this.#compared?.setStale(span);
    this.#look();
  }

  /** Shows a bar of a series at once as it comes; what is derived from it is fetched again a little later. */
  noteBar(interval: Interval, bar: ShownBar): void {
    const source = this.#source;
    if (source === undefined || this.#tiles === undefined) return;
    const isLive = bar.openTime > this.#newest && closeOf(bar.openTime, interval) > Date.now() - LIVE_MS;
    if (isLive) this.#isFollowing ||= this.#isLastInSight();
    this.#newest = Math.max(this.#newest, bar.openTime);
    const tile = tileAt(bar.openTime, interval, source.isOpenAlways);
    const isThere = this.#tiles.put(tile, bar);
    if (this.shown.value?.interval === interval && isThere) this.#lookSoon();
    else this.noteChange({ from: bar.openTime, to: bar.openTime + 1 });
  }

  /** Bars of a span changed: they are fetched again, with all that changes until then. */
  noteChange(span: Span): void {
    const { from, to } = this.#changed ?? span;
    this.#changed = { from: Math.min(from, span.from), to: Math.max(to, span.to) };
    this.#refetch ??= setTimeout(() => {
      this.#refetch = undefined;
      const changed = this.#changed;
      this.#changed = undefined;
      this.#tiles?.setStale(changed);
      this.#look();
    }, REFETCH_MS);
  }

  /** Bars behind the last one may have been missed. */
  noteTail(): void {
    const rows = this.shown.value?.rows ?? [];
    const last = rows[lastBarOf(rows)];
    this.noteChange({ from: last?.openTime ?? -Infinity, to: Infinity });
  }

  panBy(screens: number): void {
    const { range } = this.#canvas;
    if (range === undefined) return;
    const by = screens * (range.to - range.from + 1);
    this.#moveTo({ from: range.from + by, to: range.to + by });
  }

  /** A factor above 1 shows more; around the middle, or a place of the axis. */
  zoomBy(factor: number, around?: number): void {
    const { range } = this.#canvas;
    const inSight = this.#spanInSight();
    if (range === undefined || inSight === undefined || this.#source === undefined) return;
    const { chosen, stored } = this.#source;
    const widest = widestFactor(inSight, { from: stored.from, to: this.#newestOf(stored) }, chosen);
    this.#moveTo(zoomed(range, Math.min(factor, widest), this.#canvas.widthPx * 4 - 1, around));
  }

  /** Shows only bars that are over by a moment; undefined shows all. */
  showUntil(until: number | undefined): void {
    if (until === this.#until) return;
    this.#isFollowing = this.#until !== undefined && until !== undefined && this.#isLastInSight();
    this.#until = until;
    this.#look();
  }

  /** When the bar is over that is so many bars away from the last one shown. */
  momentOf(bars: number): number | undefined {
    const shown = this.shown.value;
    if (shown === undefined) return undefined;
    const held = (rows: readonly Row[]): readonly Row[] => rows.filter(({ bar }) => bar !== undefined);
    const row = bars > 0 ? held(shown.later)[bars - 1] : held(shown.rows).at(bars - 1);
    return row === undefined ? undefined : closeOf(row.openTime, shown.interval);
  }

  goTo(first: FirstSight): void {
    this.#wanted = first;
    this.#look();
  }

  setScale(scale: Scale): void {
    this.#canvas.setScale(scale);
  }

  compareAs(kind: 'line' | 'candles'): void {
    if (kind === this.#canvas.comparedKind) return;
    this.#canvas.compareAs(kind);
    this.#drawnOf = [];
    this.#look();
  }

  /** Marks rows, such as those of corrected bars. */
  mark(openTimes: readonly number[]): void {
    const { rows = [] } = this.shown.value ?? {};
    const marked = new Set(openTimes.map((time) => indexAtTime(rows, time)));
    this.#canvas.mark([...marked].filter((index) => rows[index]?.bar !== undefined).sort((a, b) => a - b));
  }

  restyle(zone: string): void {
    this.#canvas.restyle(zone);
  }

  /** Points at a row, and moves the view so that it is in sight. */
  point(index: number): void {
    const { range } = this.#canvas;
    if (range !== undefined && (index < range.from || index > range.to)) {
      const by = index < range.from ? index - range.from : index - range.to;
      this.#moveTo({ from: range.from + by, to: range.to + by });
    }
    this.#canvas.pointTo(index);
    this.pointed.value = index;
  }

  pointAway(): void {
    this.#canvas.pointAway();
    this.pointed.value = undefined;
  }

  /** First and last row in sight. */
  rowsInSight(range = this.#canvas.range): readonly [number, number] | undefined {
    const count = this.shown.value?.rows.length ?? 0;
    if (range === undefined || count === 0) return undefined;
    const first = Math.max(0, Math.ceil(range.from - 0.5));
    const last = Math.min(count - 1, Math.floor(range.to + 0.5));
    return first <= last ? [first, last] : undefined;
  }

  end(): void {
    this.#leaving.abort();
    this.#tiles?.end();
    this.#compared?.end();
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
    clearTimeout(this.#rest);
    clearTimeout(this.#refetch);
    clearTimeout(this.#told);
    this.#canvas.end();
  }

  #moveTo(range: LogicalRange): void {
    this.#wanted = undefined;
    this.#canvas.range = keptWithin(range, this.shown.value?.rows.length ?? 0);
    this.#lookSoon();
  }

  #lookSoon(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#look();
    });
  }

  #onTile(error: unknown): void {
    if (error !== undefined) this.error.value = error;
    else if (this.#tiles?.hasFailed === false) this.error.value = undefined;
    this.isLoading.value = this.#tiles?.isLoading ?? false;
    // What is seen first is not to wait for a frame that shows nothing.
    if (this.shown.value === undefined) this.#look();
    else this.#lookSoon();
  }

  #spanInSight(): Span | undefined {
    const { range } = this.#canvas;
    const shown = this.shown.value;
    // An axis without rows has no times of its own.
    if (range === undefined || shown === undefined || shown.rows.length === 0) return this.#lastSpan;
    return {
      from: timeAtLogical(shown.rows, range.from, shown.interval),
      to: timeAtLogical(shown.rows, range.to + 1, shown.interval),
    };
  }

  /** The time that is, or is to be, in sight. */
  #spanWanted({ chosen, stored, isOpenAlways }: ChartSource): Span | undefined {
    if (this.#wanted === undefined) return this.#spanInSight();
    return firstSpan(this.#wanted, chosen, isOpenAlways, this.#newestOf(stored));
  }

  #newestOf(stored: Span): number {
    return Math.max(stored.to, this.#newest);
  }

  /** Looks at what is in sight: has fetched what is missing, and draws what is there. */
  #look(): void {
    const source = this.#source;
    const tiles = this.#tiles;
    const span = source && this.#spanWanted(source);
    if (source === undefined || tiles === undefined || span === undefined) return;
    const { chosen } = source;
    const sight: Sight = { spanMs: span.to - span.from, widthPx: Math.max(100, this.#canvas.widthPx) };
    const densityOf = densitiesSeen(this.#densities);
    const keepsLevel = isOfBars(this.#wanted);
    const level = keepsLevel ? chosen : levelFor(chosen, sight, this.shown.value?.interval, densityOf);
    const here = this.#tilesOver(span, level);
    const isThere = (tile: Tile): boolean => tiles.contentOf(tile) !== undefined;
    const around = this.#tilesOver(aroundOf(span, 1), level);
    const ahead = keepsLevel ? undefined : levelAhead(level, chosen, sight, densityOf);
    const below = keepsLevel ? undefined : levelBelow(level, chosen, sight, densityOf);
    const next = ahead === undefined ? [] : this.#tilesOver(span, ahead);
    const finer = below === undefined ? [] : this.#tilesOver(aroundOf(span, -0.25), below);
    // What is seen first is not to wait for what may be seen later.
    const isFirst = this.shown.value === undefined && !here.every(isThere);
    tiles.want(isFirst ? here : [...here, ...around, ...next, ...finer]);
    this.#compared?.want(isFirst ? here : [...here, ...around]);
    this.isLoading.value = tiles.isLoading;
    this.#restSoon();
    if (here.every(isThere)) this.#draw(level, span, source);
    else if (this.shown.value?.interval === level) this.#draw(level, span, source);
  }

  #tilesOver(span: Span, level: Interval): Tile[] {
    const { isOpenAlways, within } = this.#source ?? { isOpenAlways: true, within: span };
    return tilesOver(span, level, isOpenAlways, { from: within.from, to: Math.min(within.to, Date.now()) });
  }

  /** The tiles to draw: those around the span that are there without a break. */
  #unbroken(level: Interval, span: Span): Tile[] {
    const tiles = this.#tilesOver(aroundOf(span, 1), level);
    const isThere = (tile: Tile): boolean => this.#tiles?.contentOf(tile) !== undefined;
    const touches = ({ from, to }: Tile): boolean => from < span.to && to > span.from;
    const middle = tiles.findIndex((tile) => touches(tile) && isThere(tile));
    if (middle === -1) return [];
    let first = middle;
    let last = middle;
    while (first > 0 && isThere(tiles[first - 1])) first--;
    while (last + 1 < tiles.length && isThere(tiles[last + 1])) last++;
    return tiles.slice(first, last + 1);
  }

  #draw(level: Interval, span: Span, source: ChartSource): void {
    const tiles = this.#unbroken(level, span);
    if (tiles.length === 0) return;
    const contents = tiles.map((tile) => this.#tiles?.contentOf(tile)).filter((one) => one !== undefined);
    const compared = tiles.map((tile) => this.#compared?.contentOf(tile));
    const drawnOf = [tileKey(tiles[0]), this.#until, ...contents, ...compared];
    if (this.#wanted === undefined && (isSame(drawnOf, this.#drawnOf) || this.#canWait(level, span, drawnOf))) return;
    this.#drawnOf = drawnOf;
    const shown = shownOf(level, contents, this.#until, this.#compared === undefined ? undefined : compared);
    this.#noteDensity(level, shown.rows);
    const range = this.#followed(shown, this.#rangeFor(shown, span, this.#wanted));
    this.#wanted = undefined;
    this.#lastSpan = span;
    this.#canvas.draw(drawnFrom(shown, source.decimals), range);
    this.shown.value = shown;
    // The first view is told of at once: the canvas has its range once it is painted.
    if (this.sight.value === undefined) this.#noteSight(this.rowsInSight(range));
    this.#told ??= setTimeout(() => {
      this.#told = undefined;
      this.drawings.value++;
    }, REFETCH_MS);
    this.#restSoon();
  }

  /** While more is on its way to the sides, and nothing that is drawn changed, one drawing for all of it is enough. */
  #canWait(level: Interval, span: Span, drawnOf: readonly unknown[]): boolean {
    const shown = this.shown.value;
    if (shown?.interval !== level || this.#tiles?.isLoading !== true || shown.rows.length === 0) return false;
    const room = (span.to - span.from) * LEAST_ROOM;
    const isFilled =
      shown.rows[0].openTime <= span.from - room &&
      closeOf(shown.rows[shown.rows.length - 1].openTime, level) >= span.to + room;
    const next = new Set(drawnOf);
    return isFilled && this.#drawnOf.slice(1).every((one) => next.has(one));
  }

  #rangeFor(shown: Shown, span: Span, wanted: FirstSight | undefined): LogicalRange {
    const { rows, interval } = shown;
    if (isOfBars(wanted)) return firstRange(wanted, rows, interval, lastBarOf(rows), this.#canvas.widthPx);
    return { from: logicalAtTime(rows, span.from, interval), to: logicalAtTime(rows, span.to, interval) - 1 };
  }

  /** Where the last bar was in sight, the view goes on with bars that come live, and with those of a replay. */
  #followed(shown: Shown, range: LogicalRange): LogicalRange {
    const isFollowing = this.#isFollowing;
    this.#isFollowing = false;
    const before = this.shown.value;
    const inSight = this.#canvas.range;
    if (!isFollowing || before === undefined || inSight === undefined || this.#wanted !== undefined) return range;
    const by = lastBarOf(shown.rows) - lastBarOf(before.rows);
    return { from: inSight.from + by, to: inSight.to + by };
  }

  #isLastInSight(): boolean {
    const { range } = this.#canvas;
    const last = lastBarOf(this.shown.value?.rows ?? []);
    return range !== undefined && last >= range.from && last <= range.to;
  }

  #noteDensity(level: Interval, rows: readonly Row[]): void {
    const first = rows[0]?.openTime;
    const last = rows.at(-1)?.openTime;
    if (first === undefined || last === undefined || rows.length < 50) return;
    this.#densities.set(level, Math.min(1, (rows.length * lengthMs(level)) / (closeOf(last, level) - first)));
  }

  #restSoon(): void {
    clearTimeout(this.#rest);
    this.#rest = setTimeout(() => this.#noteSight(this.rowsInSight()), SETTLED_MS);
  }

  #noteSight(rows: readonly [number, number] | undefined): void {
    const shown = this.shown.value;
    if (shown === undefined || rows === undefined) return;
    const [first, last] = rows.map((index) => shown.rows[index]?.openTime ?? 0) as [number, number];
    const next = { from: first, to: closeOf(last, shown.interval), interval: shown.interval };
    const { value } = this.sight;
    if (value?.from !== next.from || value.to !== next.to || value.interval !== next.interval) this.sight.value = next;
  }
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return one.length === other.length && one.every((part, index) => part === other[index]);
}
