import type { Quote, QuoteUpdate } from './quote.ts';

/**
 * The quote with what an update says. One that happened before what is known adds only what is not known yet.
 * @param receivedAt when the update came in, UTC epoch ms
 */
export function mergeQuote(known: Quote | undefined, update: QuoteUpdate, receivedAt: number): Quote {
  if (known === undefined) return { ...update, receivedAt };
  const isOvertaken = (update.eventTime ?? Infinity) < (known.eventTime ?? -Infinity);
  return isOvertaken ? { ...update, ...known } : { ...known, ...update, receivedAt };
}
