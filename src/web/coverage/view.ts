import { dayFrom, dayOf, dayText, type DayRange } from './days.ts';

export const SPANS = [
  { value: '30', text: '30 days' },
  { value: '90', text: '90 days' },
  { value: '365', text: '365 days' },
  { value: 'all', text: 'All' },
] as const;
export type Span = (typeof SPANS)[number]['value'];

/** When the first and the last stored bar open, UTC epoch ms. */
export interface Held {
  readonly first: number;
  readonly last: number;
}

/** What the link says of the view. */
export interface CoverageView {
  readonly interval: string | undefined;
  readonly span: Span;
  /** The last day, inclusive; undefined for today. */
  readonly lastDay: number | undefined;
  readonly query: string;
  readonly exchange: string;
  readonly mode: 'map' | 'table';
}

export function viewIn(parameters: Readonly<Record<string, string>>): CoverageView {
  const { interval, span, end = '', query = '', exchange = '', view } = parameters;
  return {
    interval,
    span: SPANS.find(({ value }) => value === span)?.value ?? '90',
    lastDay: dayFrom(end),
    query,
    exchange,
    mode: view === 'table' ? 'table' : 'map',
  };
}

/**
 * The days that a view shows: up to today where none is named, but to the last that is held where nothing newer would be
 * seen.
 */
export function daysOf({ span, lastDay }: CoverageView, now: number, held: Held | undefined): DayRange {
  const today = dayOf(now);
  if (span === 'all') {
    const end = (lastDay ?? today) + 1;
    return { first: Math.min(end - 30, held === undefined ? end : dayOf(held.first)), end };
  }
  const newest = held === undefined || dayOf(held.last) > today - Number(span) ? today : dayOf(held.last);
  const end = (lastDay ?? newest) + 1;
  return { first: end - Number(span), end };
}

/** As the API takes it: half-open. */
export function rangeOf({ first, end }: DayRange): { readonly from: string; readonly to: string } {
  return { from: dayText(first), to: dayText(end) };
}

/** The same for what is to be fetched, which ends now at the latest. */
export function fetchRange(days: DayRange, now: number): { readonly from: string; readonly to: string } {
  const { from, to } = rangeOf(days);
  return { from, to: days.end > dayOf(now) ? new Date(now).toISOString() : to };
}
