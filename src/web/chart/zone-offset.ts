import { timeText } from '../format/time.ts';
import { DAY_MS } from '../intervals.ts';

/** How far a zone's clock is ahead of UTC at a moment, in ms. */
export type OffsetAt = (time: number) => number;

/** Looks a zone up once for each day, but where the clock is changed. */
export function offsetsOf(zone: string): OffsetAt {
  if (zone === 'UTC') return () => 0;
  const known = new Map<number, number>();
  function atMidnight(day: number): number {
    let offset = known.get(day);
    if (offset === undefined) known.set(day, (offset = lookUp(day * DAY_MS, zone)));
    return offset;
  }
  return (time) => {
    const day = Math.floor(time / DAY_MS);
    const offset = atMidnight(day);
    return offset === atMidnight(day + 1) ? offset : lookUp(time, zone);
  };
}

function lookUp(time: number, zone: string): number {
  return Date.parse(`${timeText(time, zone, 'second').replace(' ', 'T')}Z`) - Math.floor(time / 1_000) * 1_000;
}
