import type { Page } from 'playwright-core';

/** How smoothly a chart moved. */
export interface Movement {
  readonly frames: number;
  /** Frames per second over all. */
  readonly rate: number;
  /** Of the slowest frame in a hundred. */
  readonly p99Ms: number;
  /** The longest time in which the window showed no bar. */
  readonly blankMs: number;
  /** The intervals that were shown. */
  readonly levels: readonly string[];
}

/** Drags and zooms the chart as a hand does, out to all that is stored and back in, and counts frames in the page. */
export async function moveChart(page: Page, seconds: number): Promise<Movement> {
  return page.evaluate<Movement>(`(${move.toString()})(${seconds}, ${hasBarsInSight.toString()})`);
}

/** Whether a pixel of the bars' pane has a colour of a bar. */
export async function showsBars(page: Page): Promise<boolean> {
  return page.evaluate(hasBarsInSight);
}

/** Runs in the page. */
function hasBarsInSight(): boolean {
  const pane = document.querySelector<HTMLCanvasElement>('.chart-canvas canvas');
  const small = new OffscreenCanvas(96, 48);
  const context = small.getContext('2d', { willReadFrequently: true });
  if (pane === null || context === null) return false;
  context.drawImage(pane, 0, 0, small.width, small.height);
  const { data } = context.getImageData(0, 0, small.width, small.height);
  for (let at = 0; at < data.length; at += 4) {
    const [red, green, blue] = [data[at], data[at + 1], data[at + 2]];
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > 24) return true;
  }
  return false;
}

/** Runs in the page. */
async function move(seconds: number, isShowing: () => boolean): Promise<Movement> {
  const place = document.querySelector('.chart-canvas') ?? document.body;
  const { left, top, width, height } = place.getBoundingClientRect();
  const levels = new Set<string>();
  const times: number[] = [];
  let blankSince: number | undefined;
  let blankMs = 0;

  const at = { clientX: left + width * 0.4, clientY: top + height * 0.4, bubbles: true };
  const wheel = (deltaY: number) => place.dispatchEvent(new WheelEvent('wheel', { ...at, deltaY, cancelable: true }));
  const drag = (type: string, x: number) =>
    place.dispatchEvent(new PointerEvent(type, { ...at, clientX: x, pointerId: 1, button: 0 }));

  const began = performance.now();
  let x = 0;
  for (let frame = 0; ; frame++) {
    const now = await new Promise<number>((resolve) => requestAnimationFrame(resolve));
    times.push(now);
    const part = (now - began) / (seconds * 1_000);
    if (part >= 1) break;
    // A third each: out, along, in again; the hand lets go now and then, and turns.
    const turned = 2.4 * (now - (times[times.length - 2] ?? now));
    if (part < 1 / 3) wheel(turned);
    else if (part > 2 / 3) wheel(-turned);
    else if (frame % 30 === 0) {
      drag('pointerup', x);
      x = left + width / 2;
      drag('pointerdown', x);
    } else drag('pointermove', (x += Math.floor(frame / 30) % 2 === 0 ? 14 : -14));
    if (frame % 3 === 0) {
      levels.add(document.querySelector('.legend-time .soft')?.textContent ?? '');
      if (isShowing()) blankSince = undefined;
      else blankMs = Math.max(blankMs, now - (blankSince ??= now));
    }
  }
  drag('pointerup', x);
  const gaps = times.slice(1).map((time, index) => time - times[index]);
  return {
    frames: gaps.length,
    rate: (1_000 * gaps.length) / (times[times.length - 1] - times[0]),
    p99Ms: gaps.sort((a, b) => a - b)[Math.floor(gaps.length * 0.99)],
    blankMs,
    levels: [...levels],
  };
}
