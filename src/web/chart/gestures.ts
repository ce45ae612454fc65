export interface Gestures {
  /** Whether a place is on the bars, not on an axis. */
  readonly isInPane: (x: number, y: number) => boolean;
  readonly onPan: (byPx: number) => void;
  /** A factor above 1 shows more. */
  readonly onZoom: (factor: number, aroundPx: number) => void;
}

const ZOOM_A_PIXEL = 0.0015;
const LINE_PX = 32;

/** Dragging and two fingers move and zoom along the time; so does the wheel. Ends with the signal. */
export function followGestures(element: HTMLElement, gestures: Gestures, signal: AbortSignal): void {
  const down = new Map<number, { x: number; y: number }>();
  const placeOf = ({ clientX, clientY }: MouseEvent): { x: number; y: number } => {
    const { left, top } = element.getBoundingClientRect();
    return { x: clientX - left, y: clientY - top };
  };

  function begin(event: PointerEvent): void {
    const place = placeOf(event);
    if (event.button === 0 && gestures.isInPane(place.x, place.y)) down.set(event.pointerId, place);
  }

  function move(event: PointerEvent): void {
    const before = down.get(event.pointerId);
    if (before === undefined) return;
    const now = placeOf(event);
    const [other] = [...down].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    if (other === undefined) gestures.onPan(now.x - before.x);
    else pinch(other, before, now);
    down.set(event.pointerId, now);
  }

  function pinch(other: { x: number }, before: { x: number }, now: { x: number }): void {
    const wide = Math.max(8, Math.abs(now.x - other.x));
    const middle = (now.x + other.x) / 2;
    gestures.onPan(middle - (before.x + other.x) / 2);
    gestures.onZoom(Math.max(8, Math.abs(before.x - other.x)) / wide, middle);
  }

  function wheel(event: WheelEvent): void {
    const { x, y } = placeOf(event);
    if (!gestures.isInPane(x, y)) return;
    event.preventDefault();
    const unit = event.deltaMode === WheelEvent.DOM_DELTA_PIXEL ? 1 : LINE_PX;
    const isSideways = event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY);
    if (isSideways) gestures.onPan(-(event.deltaX || event.deltaY) * unit);
    else gestures.onZoom(Math.exp(event.deltaY * unit * ZOOM_A_PIXEL), x);
  }

  const end = ({ pointerId }: PointerEvent): void => void down.delete(pointerId);
  element.addEventListener('pointerdown', begin, { signal });
  addEventListener('pointermove', move, { signal });
  addEventListener('pointerup', end, { signal });
  addEventListener('pointercancel', end, { signal });
  element.addEventListener('wheel', wheel, { signal, passive: false });
}
