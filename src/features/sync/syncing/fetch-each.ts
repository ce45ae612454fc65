import type { Span } from '../../../market/index.ts';
import type { ProviderError } from '../../../platform/errors/index.ts';

/** What a provider could not answer. */
export interface FailedPage {
  readonly page: Span;
  readonly error: ProviderError;
}

/** So many failures in a row at one end of a range, and the rest is not worth asking for from there now. */
const MOST_IN_A_ROW = 3;

/**
 * Asks for each page, newest first. One that fails stops no other; after some failures in a row it goes on from the oldest
 * page, and after as many there it gives up the rest for now. What is beyond the vendor's reach is no failure.
 * @returns what failed, and whether anything could be had
 * @throws ProviderError `PROVIDER_SYMBOL_UNKNOWN`, as no page can be had then
 */
export async function fetchEach(
  pages: readonly Span[],
  fetch: (page: Span) => Promise<ProviderError | undefined>,
): Promise<{ readonly failed: readonly FailedPage[]; readonly hasAnswer: boolean }> {
  const failed: FailedPage[] = [];
  let hasAnswer = false;
  let inARow = 0;
  let isFromOldest = false;
  for (let first = 0, end = pages.length; first < end;) {
    const page = isFromOldest ? pages[--end] : pages[first++];
    const error = await fetch(page);
    if (error === undefined || error.code === 'PROVIDER_OUT_OF_REACH') {
      hasAnswer ||= error === undefined;
      inARow = 0;
      continue;
    }
    if (error.code === 'PROVIDER_SYMBOL_UNKNOWN') throw error;
    failed.push({ page, error });
    if (++inARow < MOST_IN_A_ROW) continue;
    if (isFromOldest) break;
    isFromOldest = true;
    inARow = 0;
  }
  return { failed, hasAnswer };
}
