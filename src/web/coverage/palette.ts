import type { CellLook } from './day-cell.ts';

const TOKENS = {
  surface: '--surface',
  raised: '--surface-raised',
  hover: '--surface-hover',
  line: '--line',
  lineStrong: '--line-strong',
  text: '--text',
  soft: '--text-soft',
  accent: '--accent',
  held: '--held',
  missing: '--missing',
  missingSoft: '--warn-soft',
  failed: '--failed',
  failedSoft: '--bad-soft',
} as const;
type Colours = Readonly<Record<keyof typeof TOKENS, string>>;

type Paint = string | CanvasPattern;

/** What a canvas paints with, in device pixels: it knows neither custom properties nor hatches of its own. */
export interface Palette {
  readonly colours: Colours;
  readonly font: string;
  readonly hatches: ReadonlyMap<string, Paint>;
}

/** Side of a hatch in CSS pixels. */
const TILE_PX = 6;
/** Held bars of a cell that lacks some are never as strong as those of a whole one, and what it lacks can be seen. */
const [LEAST_HELD, MOST_OF_PART, LEAST_LACK] = [0.4, 0.85, 0.25];

/** The palette of the theme that is shown, for a canvas of so many device pixels each CSS pixel. */
export function paletteOf(element: HTMLElement, ratio: number): Palette {
  const colours = coloursOf(element);
  const { failed, missing, soft } = colours;
  const hatches = new Map<string, Paint>([
    ['notFetched', hatchOf(ratio, missing, drawSlant)],
    ['providerError', hatchOf(ratio, failed, drawCross)],
    ['quarantined', hatchOf(ratio, failed, drawDots)],
    ['notYet', hatchOf(ratio, soft, drawFewDots)],
  ]);
  return { colours, font: getComputedStyle(element).fontFamily, hatches };
}

function coloursOf(element: HTMLElement): Colours {
  const probe = document.createElement('span');
  element.append(probe);
  const entries = Object.entries(TOKENS).map(([name, token]) => {
    probe.style.color = `var(${token})`;
    return [name, getComputedStyle(probe).color];
  });
  probe.remove();
  return Object.fromEntries(entries) as Colours;
}

type Draw = (context: CanvasRenderingContext2D) => void;

function hatchOf(ratio: number, colour: string, draw: Draw): Paint {
  const tile = document.createElement('canvas');
  tile.width = tile.height = Math.round(TILE_PX * ratio);
  const context = tile.getContext('2d');
  if (context === null) return colour;
  context.scale(tile.width / TILE_PX, tile.width / TILE_PX);
  context.strokeStyle = context.fillStyle = colour;
  context.lineWidth = 1.6;
  draw(context);
  return context.createPattern(tile, 'repeat') ?? colour;
}

/** From corner to corner, and the corners that adjoining tiles cut off. */
function drawSlant(context: CanvasRenderingContext2D): void {
  context.beginPath();
  for (const shift of [-TILE_PX, 0, TILE_PX]) {
    context.moveTo(shift - 1, TILE_PX + 1);
    context.lineTo(shift + TILE_PX + 1, -1);
  }
  context.stroke();
}

function drawCross(context: CanvasRenderingContext2D): void {
  drawSlant(context);
  context.translate(TILE_PX, 0);
  context.scale(-1, 1);
  drawSlant(context);
}

function drawDots(context: CanvasRenderingContext2D): void {
  for (const [x, y] of [
    [1.5, 1.5],
    [4.5, 4.5],
  ] as const) {
    context.beginPath();
    context.arc(x, y, 1.3, 0, 2 * Math.PI);
    context.fill();
  }
}

function drawFewDots(context: CanvasRenderingContext2D): void {
  context.beginPath();
  context.arc(3, 3, 0.8, 0, 2 * Math.PI);
  context.fill();
}

/** Paints a rectangle, in device pixels, as a cell looks. */
export function paintCell(
  context: CanvasRenderingContext2D,
  { colours, hatches }: Palette,
  { share, reason, quiet }: CellLook,
  [x, y, width, height]: readonly [number, number, number, number],
): void {
  const fill = (paint: Paint, alpha = 1, top = y): void => {
    context.globalAlpha = alpha;
    context.fillStyle = paint;
    context.fillRect(x, top, width, y + height - top);
    context.globalAlpha = 1;
  };
  if (quiet !== undefined) {
    if (quiet === 'closed') return;
    fill(colours.hover);
    const hatch = hatches.get(quiet);
    if (hatch !== undefined) fill(hatch);
    return;
  }
  if (reason === undefined) return fill(colours.held);
  fill(reason === 'notFetched' ? colours.missingSoft : colours.failedSoft);
  fill(hatches.get(reason) ?? hatches.get('providerError') ?? colours.failed);
  if (share === undefined || share === 0) return;
  const top = y + Math.round(height * Math.max(LEAST_LACK, 1 - share));
  fill(colours.surface, 1, top);
  fill(colours.held, LEAST_HELD + share * (MOST_OF_PART - LEAST_HELD), top);
}
