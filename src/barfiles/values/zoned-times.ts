import { Temporal } from 'temporal-polyfill';

const DAY_MS = 86_400_000;
/** No zone has changed its clock and changed it back within a week since 1965, and few did so ever. */
const STEP_MS = 7 * DAY_MS;
/** Clocks differ from UTC by less than a day. */
const MARGIN_MS = DAY_MS;
const BLOCK_MS = 26 * STEP_MS;

/** A stretch of local time that is read in one way: its offset, the two of a doubled hour, or none of a skipped one. */
interface Stretch {
  readonly from: number;
  readonly to: number;
  /** Local time minus UTC; `NaN` where the clock skips the stretch. */
  readonly first: number;
  /** The offset of the second pass; the same as `first` where there is one pass only. */
  readonly second: number;
}

/** From a moment on, a zone has an offset. */
interface Change {
  readonly at: number;
  readonly offset: number;
}

/**
 * The moments of a zone's local times, both as epoch ms. The rules are asked for once for each half year; a row costs a
 * comparison.
 */
export class ZonedTimes {
  readonly zone: string;
  private readonly blocks = new Map<number, readonly Stretch[]>();
  private readonly offsets = new Map<number, number>();
  private stretch: Stretch = { from: 0, to: 0, first: NaN, second: NaN };

  /** @throws RangeError if nobody knows the zone */
  constructor(zone: string) {
    this.zone = zone;
    this.offsetAt(0);
  }

  /** The moment at which the clock shows a local time, the first one of two; `NaN` where it skips it. */
  first(wall: number): number {
    return wall - this.stretchOf(wall).first;
  }

  /** The second one of two moments, the same as {@link first} where there is but one. */
  second(wall: number): number {
    return wall - this.stretchOf(wall).second;
  }

  /** Whether both times are of the same stretch: of one offset, or of one doubled or skipped hour. */
  isSameStretch(wall: number, other: number): boolean {
    const { from, to } = this.stretchOf(wall);
    return other >= from && other < to;
  }

  private stretchOf(wall: number): Stretch {
    if (!(wall >= this.stretch.from && wall < this.stretch.to)) this.stretch = this.find(wall);
    return this.stretch;
  }

  private find(wall: number): Stretch {
    const index = Math.floor(wall / BLOCK_MS);
    let block = this.blocks.get(index);
    if (block === undefined) {
      block = this.stretchesBetween(index * BLOCK_MS, (index + 1) * BLOCK_MS);
      this.blocks.set(index, block);
    }
    return block.find(({ to }) => wall < to) ?? { from: wall, to: wall, first: NaN, second: NaN };
  }

  private stretchesBetween(from: number, to: number): Stretch[] {
    const spans = this.changesBetween(from - MARGIN_MS, to + MARGIN_MS).map(({ at, offset }, index, changes) => ({
      offset,
      from: at + offset,
      to: (changes[index + 1]?.at ?? Infinity) + offset,
    }));
    const inside = (wall: number): boolean => wall > from && wall < to;
    const edges = [from, ...spans.flatMap((span) => [span.from, span.to]).filter(inside), to].sort((a, b) => a - b);
    return edges.slice(0, -1).map((edge, at) => {
      const shown = spans.filter((span) => span.from <= edge && edge < span.to).map(({ offset }) => offset);
      return { from: edge, to: edges[at + 1] ?? to, first: shown[0] ?? NaN, second: shown.at(-1) ?? NaN };
    });
  }

  /** The offset at the start, and its changes. */
  private changesBetween(from: number, to: number): Change[] {
    const changes = [{ at: -Infinity, offset: this.offsetAt(from) }];
    for (let at = from; at < to; at += STEP_MS) this.findChanges(at, Math.min(at + STEP_MS, to), changes);
    return changes;
  }

  private findChanges(from: number, to: number, changes: Change[]): void {
    const offset = this.offsetAt(to);
    if (offset === this.offsetAt(from)) return;
    if (to - from === 1) {
      changes.push({ at: to, offset });
      return;
    }
    const middle = Math.floor((from + to) / 2);
    this.findChanges(from, middle, changes);
    this.findChanges(middle, to, changes);
  }

  private offsetAt(time: number): number {
    let offset = this.offsets.get(time);
    if (offset === undefined) {
      offset = Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(this.zone).offsetNanoseconds / 1e6;
      this.offsets.set(time, offset);
    }
    return offset;
  }
}
