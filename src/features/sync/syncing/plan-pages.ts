import { openTimeOfStep, stepAt, type BarInterval, type Span } from '../../../market/index.ts';

/**
 * Cuts what is missing into requests of at most `barsPerRequest` intervals, newest first. Small gaps that lie within
 * one request are asked for together, with what lies between them.
 * @param missing ascending and disjoint
 */
export function planPages(missing: readonly Span[], interval: BarInterval, barsPerRequest: number): Span[] {
  const pages: Span[] = [];
  let index = missing.length - 1;
  let end = missing.at(-1)?.to ?? 0;
  while (index >= 0) {
    const earliest = openTimeOfStep(stepAt(end - 1, interval) - barsPerRequest + 1, interval);
    let from = Math.max(earliest, missing[index].from);
    while (index > 0 && missing[index].from <= from && missing[index - 1].to > earliest) {
      index--;
      from = Math.max(earliest, missing[index].from);
    }
    pages.push({ from, to: end });
    if (missing[index].from >= from) index--;
    end = index < 0 ? 0 : Math.min(from, missing[index].to);
  }
  return pages;
}
