import type { DayRange } from './days.ts';

// All in CSS pixels.
export const ROW_PX = 24;
export const AXIS_PX = 28;
const NARROW_PX = 600;
const [NAMES_PX, NARROW_NAMES_PX] = [208, 124];
const [LEAST_DAY_PX, MOST_DAY_PX] = [3, 64];

/** How much room there is, and what is in sight of it. */
export interface MapView {
  readonly width: number;
  readonly height: number;
  readonly left: number;
  readonly top: number;
}

/** A cell of the map. */
export interface Place {
  readonly row: number;
  readonly day: number;
}

export interface MapSize {
  readonly names: number;
  readonly dayWidth: number;
}

/** Days are as wide as fits, within limits; where they do not fit, the map scrolls. */
export function sizeOf(width: number, { first, end }: DayRange): MapSize {
  const names = width < NARROW_PX ? NARROW_NAMES_PX : NAMES_PX;
  const fitting = (width - names) / Math.max(1, end - first);
  return { names, dayWidth: Math.min(MOST_DAY_PX, Math.max(LEAST_DAY_PX, fitting)) };
}

/** Rows and days in sight, also in part. */
export function inSight(
  { width, height, left, top }: MapView,
  { names, dayWidth }: MapSize,
  days: DayRange,
  rowCount: number,
): { readonly firstRow: number; readonly endRow: number; readonly days: DayRange } {
  const firstDay = days.first + Math.floor(left / dayWidth);
  return {
    firstRow: Math.min(rowCount, Math.floor(top / ROW_PX)),
    endRow: Math.min(rowCount, Math.ceil((top + height - AXIS_PX) / ROW_PX)),
    days: {
      first: Math.max(days.first, firstDay),
      end: Math.min(days.end, days.first + Math.ceil((left + width - names) / dayWidth)),
    },
  };
}

/** The cell at a point of the view; undefined beside the cells. */
export function placeAt(
  x: number,
  y: number,
  { left, top }: MapView,
  { names, dayWidth }: MapSize,
  days: DayRange,
  rowCount: number,
): Place | undefined {
  if (x < names || y < AXIS_PX) return undefined;
  const day = days.first + Math.floor((x - names + left) / dayWidth);
  const row = Math.floor((y - AXIS_PX + top) / ROW_PX);
  return day < days.end && row < rowCount ? { row, day } : undefined;
}

/** Where the view must be scrolled to so that a cell is in sight. */
export function scrolledTo(
  { row, day }: Place,
  { width, height, left, top }: MapView,
  { names, dayWidth }: MapSize,
  days: DayRange,
): { readonly left: number; readonly top: number } {
  return {
    left: nearest((day - days.first) * dayWidth, dayWidth, left, width - names),
    top: nearest(row * ROW_PX, ROW_PX, top, height - AXIS_PX),
  };
}

/** The offset nearest to the present one that has a span of `size` at `start` in sight. */
function nearest(start: number, size: number, offset: number, room: number): number {
  return Math.max(0, Math.min(start, Math.max(offset, start + size - room)));
}

/** Where a key leads to from a cell; undefined for keys that move nothing. */
export function movedBy(
  key: string,
  { row, day }: Place,
  days: DayRange,
  rowCount: number,
  rowsOfPage: number,
): Place | undefined {
  const to = { ...KEYS[key]?.({ row, day, first: days.first, last: days.end - 1, rowCount, rowsOfPage }) };
  if (to.row === undefined && to.day === undefined) return undefined;
  return {
    row: Math.max(0, Math.min(rowCount - 1, to.row ?? row)),
    day: Math.max(days.first, Math.min(days.end - 1, to.day ?? day)),
  };
}

interface Around extends Place {
  readonly first: number;
  readonly last: number;
  readonly rowCount: number;
  readonly rowsOfPage: number;
}

const KEYS: Readonly<Record<string, (around: Around) => Partial<Place>>> = {
  ArrowLeft: ({ day }) => ({ day: day - 1 }),
  ArrowRight: ({ day }) => ({ day: day + 1 }),
  ArrowUp: ({ row }) => ({ row: row - 1 }),
  ArrowDown: ({ row }) => ({ row: row + 1 }),
  PageUp: ({ row, rowsOfPage }) => ({ row: row - rowsOfPage }),
  PageDown: ({ row, rowsOfPage }) => ({ row: row + rowsOfPage }),
  Home: ({ first }) => ({ day: first }),
  End: ({ last }) => ({ day: last }),
};
