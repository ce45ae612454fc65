import type { JSX } from 'preact';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { grouped } from '../format/number.ts';
import { reasonWords } from '../format/reason.ts';
import { lookOf } from './day-cell.ts';
import { DAY_MS } from './days.ts';
import { paintCell } from './palette.ts';
import { usePalette } from './use-palette.ts';

interface StripRange {
  readonly from: string;
  readonly to: string;
  readonly bars: number;
  readonly status: string;
}

const [HEIGHT_PX, MOMENTS] = [26, [0, 6, 12, 18, 24]] as const;

/** The 24 hours of a day (UTC) from left to right, each range as it is in the map. The tables below say the same. */
export function DayStrip({ ranges, day }: { ranges: readonly StripRange[]; day: number }): JSX.Element {
  const canvas = useRef<HTMLCanvasElement>(null);
  const place = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const { palette, ratio } = usePalette(place);
  useLayoutEffect(() => {
    if (place.current === null) return;
    const sizes = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? 0)));
    sizes.observe(place.current);
    return () => sizes.disconnect();
  }, []);
  useLayoutEffect(() => {
    const { current } = canvas;
    if (current === null || palette === undefined || width === 0) return;
    current.width = Math.round(width * ratio);
    current.height = Math.round(HEIGHT_PX * ratio);
    const context = current.getContext('2d', { alpha: false });
    if (context === null) return;
    context.fillStyle = palette.colours.raised;
    context.fillRect(0, 0, current.width, current.height);
    const xOf = (time: string): number =>
      Math.round((Math.min(DAY_MS, Math.max(0, Date.parse(time) - day * DAY_MS)) / DAY_MS) * current.width);
    for (const { from, to, bars, status } of ranges) {
      const x = xOf(from);
      paintCell(context, palette, lookOf({ expected: bars, bars: { [status]: bars } }), [
        x,
        0,
        Math.max(1, xOf(to) - x),
        current.height,
      ]);
    }
  });
  const told = ranges
    .map(({ bars, status }) => `${grouped(bars)} ${reasonWords(status).text}`)
    .slice(0, 5)
    .join(', then ');
  return (
    <div ref={place} class="day-strip">
      <canvas
        ref={canvas}
        role="img"
        aria-label={`In time order: ${told}${ranges.length > 5 ? ', and more' : ''}`}
        style={{ width: `${width}px`, height: `${HEIGHT_PX}px` }}
      />
      <div class="day-strip-axis" aria-hidden="true">
        {MOMENTS.map((hour) => (
          <span key={hour}>{String(hour).padStart(2, '0')}:00</span>
        ))}
      </div>
      <p class="soft day-strip-zone">Hours in UTC</p>
    </div>
  );
}
