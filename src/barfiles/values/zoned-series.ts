import type { ZonedTimes } from './zoned-times.ts';

/** Why a local time has no moment: the clock shows it twice and the rows do not say which is meant, or it skips it. */
export type ZoneFault = 'ambiguousTime' | 'skippedTime';

/** Takes the moment of a row, UTC epoch ms; `NaN` where there is a fault. */
export type PlaceRow = (row: number, time: number, fault?: ZoneFault) => void;

/** Two passes of an hour have 7,200 bars of a second. */
const MOST_HELD = 10_000;

type Order = 'ascending' | 'descending';
const ORDERS: readonly Order[] = ['ascending', 'descending'];

/**
 * Turns the local times of one series into moments, row by row in the order of its file. Rows of a doubled hour wait for
 * the first row after them: they are told only where both passes are there, so that the clock is seen to go back once. One
 * pass alone could be either, and is ambiguous, as are rows in no order.
 */
export class ZonedSeries {
  private readonly zone: ZonedTimes;
  private readonly place: PlaceRow;
  private readonly heldRows: number[] = [];
  private readonly heldWalls: number[] = [];
  private before = NaN;
  private rises = 0;
  private falls = 0;
  private repeats = 0;

  constructor(zone: ZonedTimes, place: PlaceRow) {
    this.zone = zone;
    this.place = place;
  }

  /** How many rows wait for others. */
  get held(): number {
    return this.heldRows.length;
  }

  /** Places the row now, or once it is clear which pass of a doubled hour it is of. */
  add(row: number, wall: number): void {
    const first = this.zone.first(wall);
    const isDoubled = first !== this.zone.second(wall) && !Number.isNaN(first);
    const [heldWall] = this.heldWalls;
    if (heldWall !== undefined && !(isDoubled && this.zone.isSameStretch(wall, heldWall))) this.release(wall);
    if (isDoubled) {
      this.hold(row, wall);
      return;
    }
    this.step(wall);
    if (Number.isNaN(first)) this.place(row, NaN, 'skippedTime');
    else this.place(row, first);
  }

  /** Places what waits: no row follows. */
  end(): void {
    if (this.held > 0) this.release(NaN);
  }

  private hold(row: number, wall: number): void {
    if (this.held === MOST_HELD) {
      this.repeats++;
      this.release(NaN);
    }
    this.heldRows.push(row);
    this.heldWalls.push(wall);
  }

  private step(wall: number): void {
    if (wall > this.before) this.rises++;
    else if (wall < this.before) this.falls++;
    else if (wall === this.before) this.repeats++;
    this.before = wall;
  }

  private release(after: number): void {
    const walls = this.heldWalls;
    const possible = ORDERS.filter((order) => this.fits(order, after) && turnsOf(walls, order).length < 2);
    const [order] = possible;
    const [turn] = possible.length === 1 && order !== undefined ? turnsOf(walls, order) : [];
    for (const [at, row] of this.heldRows.entries()) {
      const wall = walls[at] ?? NaN;
      if (turn === undefined) this.place(row, NaN, 'ambiguousTime');
      else this.place(row, at < turn === (order === 'ascending') ? this.zone.first(wall) : this.zone.second(wall));
    }
    this.heldRows.length = 0;
    this.heldWalls.length = 0;
  }

  /** Whether the rows around the doubled hour are in this order, as all rows before it are. */
  private fits(order: Order, after: number): boolean {
    const [first = NaN] = this.heldWalls;
    if (this.repeats > 0) return false;
    return order === 'ascending'
      ? this.falls === 0 && !(this.before > first) && !(after < first)
      : this.rises === 0 && !(this.before < first) && !(after > first);
  }
}

/** Where runs of ordered times begin anew. */
function turnsOf(walls: readonly number[], order: Order): readonly number[] {
  return [...walls.keys()].slice(1).filter((at) => {
    const [before = NaN, wall = NaN] = walls.slice(at - 1, at + 1);
    return order === 'ascending' ? wall <= before : wall >= before;
  });
}
