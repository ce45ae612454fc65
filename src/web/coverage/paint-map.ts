import type { CellLook } from './day-cell.ts';
import { axisMarks, type DayRange } from './days.ts';
import { AXIS_PX, inSight, ROW_PX, type MapSize, type MapView, type Place } from './map-size.ts';
import { paintCell, type Palette } from './palette.ts';

/** Days of one row. */
export interface Selection extends DayRange {
  readonly row: number;
}

/** How the days of a row look; undefined for days that are not known yet. */
export type RowLooks = (day: number) => CellLook | undefined;

export interface MapPicture {
  readonly view: MapView;
  readonly size: MapSize;
  readonly days: DayRange;
  readonly rowCount: number;
  readonly looksOf: (row: number) => RowLooks;
  /** Stands in a row instead of its days. */
  readonly noteOf: (row: number) => string | undefined;
  readonly cursor: Place | undefined;
  readonly hovered: Place | undefined;
  readonly selection: Selection | undefined;
}

interface Run extends DayRange {
  readonly look: CellLook | undefined;
}

/** Days that follow each other and look alike: they are painted at once, and the lines between days over them. */
function runsOf(looks: RowLooks, { first, end }: DayRange): Run[] {
  const runs: Run[] = [];
  for (let day = first; day < end; day++) {
    const look = looks(day);
    const last = runs.at(-1);
    if (last !== undefined && areAlike(last.look, look)) runs[runs.length - 1] = { ...last, end: day + 1 };
    else runs.push({ first: day, end: day + 1, look });
  }
  return runs;
}

function areAlike(one: CellLook | undefined, other: CellLook | undefined): boolean {
  return (
    one === other ||
    (one !== undefined &&
      other !== undefined &&
      one.share === other.share &&
      one.reason === other.reason &&
      one.quiet === other.quiet)
  );
}

const UNKNOWN_PX = 2;
const WIDE_DAY_PX = 7;

/** Paints what is in sight of the map, but for the names of the rows. */
export function paintMap(
  context: CanvasRenderingContext2D,
  palette: Palette,
  ratio: number,
  picture: MapPicture,
): void {
  const { view, size, days, rowCount } = picture;
  const { colours } = palette;
  const width = context.canvas.width;
  const height = context.canvas.height;
  const seen = inSight(view, size, days, rowCount);
  const pixels = (css: number): number => Math.round(css * ratio);
  const shiftX = pixels(view.left);
  const shiftY = pixels(view.top - AXIS_PX);
  const xOf = (day: number): number => pixels((day - days.first) * size.dayWidth);
  const yOf = (row: number): number => pixels(row * ROW_PX);
  const gap = size.dayWidth >= WIDE_DAY_PX ? Math.max(1, Math.floor(ratio)) : 0;
  const rowGap = Math.max(1, Math.round(ratio));

  context.setTransform(1, 0, 0, 1, 0, 0);
  context.fillStyle = colours.surface;
  context.fillRect(0, 0, width, height);
  // Hatches stay where they are on the cells while the map is scrolled.
  context.setTransform(1, 0, 0, 1, -shiftX, -shiftY);
  context.textBaseline = 'middle';
  context.font = `${pixels(12)}px ${palette.font}`;

  for (let row = seen.firstRow; row < seen.endRow; row++) {
    const [y, bottom] = [yOf(row) + rowGap, yOf(row + 1) - rowGap];
    if (picture.noteOf(row) !== undefined) continue;
    for (const { first, end, look } of runsOf(picture.looksOf(row), seen.days)) {
      const x = xOf(first);
      const span = xOf(end) - x;
      if (look !== undefined) paintCell(context, palette, look, [x, y, span, bottom - y]);
      else {
        context.fillStyle = colours.hover;
        context.fillRect(x, Math.round((y + bottom) / 2), span, pixels(UNKNOWN_PX));
      }
    }
  }
  context.fillStyle = colours.surface;
  if (gap > 0)
    for (let { first: day } = seen.days; day < seen.days.end; day++)
      context.fillRect(xOf(day + 1) - gap, shiftY, gap, height);

  context.fillStyle = colours.soft;
  for (let row = seen.firstRow; row < seen.endRow; row++) {
    const note = picture.noteOf(row);
    if (note !== undefined) context.fillText(note, shiftX + pixels(8), (yOf(row) + yOf(row + 1)) / 2);
  }

  const outline = ({ first, end, row }: Selection, colour: string, css: number): void => {
    const line = pixels(css);
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.strokeRect(
      xOf(first) - line / 2,
      yOf(row) + line / 2,
      xOf(end) - gap - xOf(first) + line,
      yOf(row + 1) - yOf(row) - line,
    );
  };
  const { selection, hovered, cursor } = picture;
  if (hovered !== undefined) outline({ ...hovered, first: hovered.day, end: hovered.day + 1 }, colours.lineStrong, 1);
  if (selection !== undefined) outline(selection, colours.accent, 2);
  if (cursor !== undefined) outline({ ...cursor, first: cursor.day, end: cursor.day + 1 }, colours.text, 2);

  context.setTransform(1, 0, 0, 1, -shiftX, 0);
  context.fillStyle = colours.raised;
  context.fillRect(shiftX, 0, width, pixels(AXIS_PX));
  context.fillStyle = colours.line;
  context.fillRect(shiftX, pixels(AXIS_PX) - rowGap, width, rowGap);
  for (const { day, text, isMonth } of axisMarks(seen.days, size.dayWidth)) {
    context.fillStyle = isMonth ? colours.text : colours.soft;
    context.fillText(text, Math.max(shiftX, xOf(day)) + (isMonth ? pixels(4) : pixels(2)), pixels(AXIS_PX / 2));
    if (!isMonth) continue;
    context.fillStyle = colours.lineStrong;
    context.fillRect(xOf(day), pixels(AXIS_PX / 4), rowGap, pixels(AXIS_PX * 0.75));
  }
}
