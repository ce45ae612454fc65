import { DAY_MS } from '../interval/bar-interval.ts';
import { isoOfEpochMs } from '../time/epoch-ms.ts';
import type { Span } from '../time/span.ts';

/** What is said of a range that goes beyond what is known of a schedule; nothing of another, or where nobody says. */
export function scheduleKnownFor(known: Span | undefined, { from, to }: Span): { readonly scheduleKnown?: Span } {
  return known === undefined || (from >= known.from && to <= known.to) ? {} : { scheduleKnown: known };
}

/** The same as a sentence. */
export function scheduleKnownText({ from, to }: Span): string {
  const [first, last] = [from, to - DAY_MS].map((time) => isoOfEpochMs(time).slice(0, 10));
  return `Holidays are known from ${first} to ${last} only; outside of that ordinary weeks were assumed.`;
}
