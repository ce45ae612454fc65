import type { JSX, TargetedKeyboardEvent, TargetedPointerEvent } from 'preact';
import { useEffect, useId, useLayoutEffect, useRef, useState } from 'preact/hooks';
import { chartLink } from '../routes.ts';
import type { DayRange } from './days.ts';
import {
  AXIS_PX,
  inSight,
  movedBy,
  placeAt,
  ROW_PX,
  scrolledTo,
  sizeOf,
  type MapView,
  type Place,
} from './map-size.ts';
import { paintMap, type RowLooks, type Selection } from './paint-map.ts';
import type { SeriesRow } from './series-rows.ts';
import { usePalette } from './use-palette.ts';
import './heat-map.css';

interface HeatMapProps {
  readonly rows: readonly SeriesRow[];
  readonly interval: string;
  readonly days: DayRange;
  readonly looksOf: (row: SeriesRow) => RowLooks;
  readonly noteOf: (row: SeriesRow) => string | undefined;
  readonly cursor: Place;
  readonly selection: Selection | undefined;
  /** The cursor moved, or days were selected. */
  readonly onPick: (cursor: Place, selection: Selection | undefined) => void;
  readonly onOpen: (place: Place) => void;
  readonly onHover: (place: Place | undefined) => void;
  /** Called with the rows and days in sight as they change. */
  readonly onSeen: (rows: readonly SeriesRow[], days: DayRange) => void;
}

/** Series by day, painted on a canvas over a space that scrolls; the names of the series stay in sight. */
export function HeatMap(props: HeatMapProps): JSX.Element {
  const { rows, interval, days, looksOf, noteOf, cursor, selection, onPick, onOpen, onHover, onSeen } = props;
  const helpId = useId();
  const scroller = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const anchor = useRef<Place>(undefined);
  const [view, setView] = useState<MapView>({ width: 0, height: 0, left: 0, top: 0 });
  const [hovered, setHovered] = useState<Place>();
  const [isFocused, setIsFocused] = useState(false);
  const { palette, ratio } = usePalette(scroller);
  const size = sizeOf(view.width, days);
  const seen = inSight(view, size, days, rows.length);

  useLayoutEffect(() => {
    const { current } = scroller;
    if (current === null) return;
    const look = (): void => {
      const { clientWidth: width, clientHeight: height, scrollLeft: left, scrollTop: top } = current;
      setView({ width, height, left, top });
    };
    const sizes = new ResizeObserver(look);
    sizes.observe(current);
    current.addEventListener('scroll', look, { passive: true });
    look();
    return () => {
      sizes.disconnect();
      current.removeEventListener('scroll', look);
    };
  }, []);
  // The newest days are shown first.
  useLayoutEffect(() => {
    if (scroller.current !== null && view.width > 0) scroller.current.scrollLeft = scroller.current.scrollWidth;
  }, [days.first, days.end, view.width > 0]);
  useEffect(
    () => onSeen(rows.slice(seen.firstRow, seen.endRow), seen.days),
    [rows, seen.firstRow, seen.endRow, seen.days.first, seen.days.end, interval],
  );
  useLayoutEffect(() => {
    const context = canvas.current?.getContext('2d', { alpha: false });
    if (context === null || context === undefined || palette === undefined || view.width === 0) return;
    const [width, height] = [Math.round((view.width - size.names) * ratio), Math.round(view.height * ratio)];
    if (context.canvas.width !== width) context.canvas.width = width;
    if (context.canvas.height !== height) context.canvas.height = height;
    const rowCount = rows.length;
    paintMap(context, palette, ratio, {
      view,
      size,
      days,
      rowCount,
      hovered,
      selection,
      looksOf: (row) => looksOf(rows[row]),
      noteOf: (row) => noteOf(rows[row]),
      cursor: isFocused ? cursor : undefined,
    });
  });

  function pointed({ clientX, clientY }: MouseEvent): Place | undefined {
    const box = scroller.current?.getBoundingClientRect();
    return box && placeAt(clientX - box.left, clientY - box.top, view, size, days, rows.length);
  }

  function extend(from: Place, to: Place): void {
    const selected = { row: from.row, first: Math.min(from.day, to.day), end: Math.max(from.day, to.day) + 1 };
    onPick({ row: from.row, day: to.day }, selected);
  }

  function onKeyDown(event: TargetedKeyboardEvent<HTMLDivElement>): void {
    if (event.key === 'Enter' && event.target === event.currentTarget) {
      event.preventDefault();
      return onOpen(cursor);
    }
    if (event.key === 'Escape') return onPick(cursor, undefined);
    const to = movedBy(event.key, cursor, days, rows.length, Math.max(1, seen.endRow - seen.firstRow - 1));
    if (to === undefined) return;
    event.preventDefault();
    if (!event.shiftKey || to.row !== cursor.row) {
      anchor.current = undefined;
      onPick(to, undefined);
    } else {
      anchor.current ??= cursor;
      extend(anchor.current, to);
    }
    scroller.current?.scrollTo(scrolledTo(to, view, size, days));
  }

  function onPointerDown(event: TargetedPointerEvent<HTMLCanvasElement>): void {
    const place = pointed(event);
    if (place === undefined || event.button !== 0) return;
    // A finger scrolls; what it taps is selected by the click that follows.
    if (event.pointerType === 'touch') return;
    event.currentTarget.setPointerCapture(event.pointerId);
    anchor.current = event.shiftKey ? { ...cursor, row: place.row } : place;
    extend(anchor.current, place);
  }

  function onPointerMove(event: TargetedPointerEvent<HTMLCanvasElement>): void {
    const place = pointed(event);
    if (event.pointerType === 'mouse' && (place?.row !== hovered?.row || place?.day !== hovered?.day)) {
      setHovered(place);
      onHover(place);
    }
    const isDragged = event.currentTarget.hasPointerCapture(event.pointerId);
    if (isDragged && place !== undefined && anchor.current !== undefined && place.day !== cursor.day)
      extend(anchor.current, place);
  }

  function onPointerLeave(): void {
    setHovered(undefined);
    onHover(undefined);
  }

  const named = rows.slice(seen.firstRow, seen.endRow);
  return (
    <div
      ref={scroller}
      class="heat-map"
      tabIndex={0}
      role="application"
      aria-roledescription="heat map"
      aria-label={`Coverage of ${rows.length} series by day`}
      aria-describedby={helpId}
      onKeyDown={onKeyDown}
      onFocus={() => setIsFocused(true)}
      onBlur={() => setIsFocused(false)}
    >
      <p id={helpId} class="unseen">
        Arrow keys move from day to day, with Shift they select days, Enter shows the minutes of a day. The table has
        the same figures.
      </p>
      <div
        class="heat-map-space"
        style={{
          width: `${Math.floor(size.names + (days.end - days.first) * size.dayWidth)}px`,
          height: `${AXIS_PX + rows.length * ROW_PX}px`,
        }}
      >
        <div class="heat-map-view" style={{ width: `${view.width}px`, height: `${view.height}px` }}>
          <canvas
            ref={canvas}
            style={{ left: `${size.names}px`, width: `${view.width - size.names}px`, height: `${view.height}px` }}
            onPointerDown={onPointerDown}
            onPointerMove={onPointerMove}
            onPointerLeave={onPointerLeave}
            onClick={(event) => {
              const place = pointed(event);
              if (place !== undefined && anchor.current === undefined) extend(place, place);
              anchor.current = undefined;
            }}
            onDblClick={(event) => {
              const place = pointed(event);
              if (place !== undefined) onOpen(place);
            }}
          />
          <div class="heat-map-names" style={{ width: `${size.names}px` }}>
            <div class="heat-map-corner">Series</div>
            <div class="heat-map-rows">
              <div style={{ transform: `translateY(${seen.firstRow * ROW_PX - view.top}px)` }}>
                {named.map((row, index) => (
                  <div
                    key={row.key}
                    class={seen.firstRow + index === cursor.row && isFocused ? 'heat-map-name here' : 'heat-map-name'}
                  >
                    <a
                      href={chartLink(row.instrumentId, interval, { align: row.align })}
                      tabIndex={-1}
                      title={row.name ?? row.instrumentId}
                    >
                      {row.key}
                    </a>
                  </div>
                ))}
              </div>
            </div>
          </div>
        </div>
      </div>
    </div>
  );
}
