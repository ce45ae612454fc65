import { clockGrid, DAY_MS, epochMs, type BarInterval, type TimeRange } from '../../market/index.ts';
import type { ChartRow } from './mapper.ts';
import type { Meta } from './schema.ts';

/**
 * What rows prove, ascending and disjoint. Yahoo loses sessions, for days or for good: of one that traded there is no
 * row, or only rows without prices; and history may begin or end at any day. So a session without a bar proves nothing,
 * and one with a bar proves the intervals of its rows.
 *
 * An interval without a row inside of a session is believed to be silent where it is a minute. Of days, those of a
 * weekend are, between bars, unless the instrument trades on weekends.
 */
export function claimsOf(
  rows: readonly ChartRow[],
  meta: Meta,
  interval: BarInterval,
  grid = clockGrid(interval),
): TimeRange[] {
  const sessions = Map.groupBy(
    rows.filter(({ kind }) => kind !== 'live'),
    ({ day }) => day,
  );
  const proven = [...sessions.values()].filter((session) => session.some(({ kind }) => kind === 'bar'));
  const spans = proven.flatMap((session) => {
    const spans = session
      .map(({ bar }) => ({ time: bar.openTime, ...grid.barEndingAfter(bar.openTime) }))
      .filter(({ time, from }) => from <= time)
      .map(({ openTime }) => ({ from: epochMs(openTime), to: epochMs(grid.closeTimeOf(openTime)) }))
      .sort((a, b) => a.from - b.from);
    return interval === '1m' && spans.length > 0 ? [{ from: spans[0].from, to: spans[spans.length - 1].to }] : spans;
  });
  return joined(interval === '1d' && !tradesOnWeekends(rows, meta) ? [...spans, ...weekendsBetween(spans)] : spans);
}

const isWeekend = (day: number): boolean => [0, 6].includes(new Date(day).getUTCDay());

function tradesOnWeekends(rows: readonly ChartRow[], { instrumentType }: Meta): boolean {
  return instrumentType === 'CRYPTOCURRENCY' || rows.some(({ day }) => isWeekend(day));
}

function weekendsBetween(days: readonly TimeRange[]): TimeRange[] {
  const weekends: TimeRange[] = [];
  const sorted = days.toSorted((a, b) => a.from - b.from);
  for (const [index, { from: next }] of sorted.entries())
    for (let day = sorted[index - 1]?.to ?? next; day < next; day = epochMs(day + DAY_MS))
      if (isWeekend(day)) weekends.push({ from: day, to: epochMs(day + DAY_MS) });
  return weekends;
}

function joined(spans: readonly TimeRange[]): TimeRange[] {
  const result: TimeRange[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last === undefined || last.to < span.from) result.push(span);
    else if (last.to < span.to) result[result.length - 1] = { from: last.from, to: span.to };
  }
  return result;
}
