import { type EpochMs, isoOfEpochMs } from './epoch-ms.ts';

/** Half-open `[from, to)`, UTC epoch ms. */
export interface TimeRange {
  readonly from: EpochMs;
  readonly to: EpochMs;
}

/** The part that two ranges share; `undefined` if none. */
export function intersect(a: TimeRange, b: TimeRange): TimeRange | undefined {
  const from = a.from > b.from ? a.from : b.from;
  const to = a.to < b.to ? a.to : b.to;
  return from < to ? { from, to } : undefined;
}

/** `[2016-10-07T00:00:00Z, 2016-10-08T00:00:00Z)` */
export function rangeText({ from, to }: TimeRange): string {
  return `[${isoOfEpochMs(from)}, ${isoOfEpochMs(to)})`;
}
