import {
  closeTimeOf, FINAL, firstIndexFrom, openTimeAt, PROVISIONAL, type BarColumns, type BarInterval,
} from '../../../market/index.ts'; // prettier-ignore
import { vendorNow, type BarsPage } from '../../../providers/contract/index.ts';
import { requireSameCurrency } from './require-same-currency.ts';
import type { StoredCounts, SyncRequest, SyncTools } from '../knowledge.ts';

export const seriesOf = ({ instrumentId: id, interval }: Pick<SyncRequest, 'instrumentId' | 'interval'>) => ({
  instrumentId: id,
  interval,
});

/** Bars that were over by then, by the vendor's clock, do not change any more, and what is not there by then does not come. */
export const settledUntil = (interval: BarInterval, { provider, clock }: SyncTools): number =>
  openTimeAt(vendorNow(provider, clock()) - provider.finalityDelayMs(interval), interval);

const NOTHING: StoredCounts = { inserted: 0, changed: 0, unchanged: 0, skippedStale: 0, rejected: [] };

/**
 * Stores what a provider answered, then notes for which part of the range the answer was whole.
 * @throws ConflictError `OTHER_CURRENCY`
 */
export async function storePage(
  page: BarsPage,
  request: Pick<SyncRequest, 'instrumentId' | 'interval'>,
  tools: SyncTools,
): Promise<StoredCounts> {
  const { provider, knowledge, clock } = tools;
  const { columns, covered, currency } = page;
  await requireSameCurrency(page, seriesOf(request), provider.name, knowledge);
  const { interval } = request;
  const settled = settledUntil(interval, tools);
  const now = vendorNow(provider, clock());
  const { openTime } = columns;
  const counts =
    openTime.length === 0
      ? NOTHING
      : await knowledge.upsertBars({
          ...seriesOf(request),
          provider: provider.name,
          vendorNow: now,
          columns: withStates(columns, settled),
        });
  // Of what still runs nothing is known, and after the last bar the vendor may be late.
  const known =
    openTime.length === 0 ? settled : Math.max(settled, closeTimeOf(openTime[openTime.length - 1], interval));
  const to = Math.min(covered.to, known, openTimeAt(now, interval));
  const named = currency === undefined ? {} : { currency };
  const fetched = { provider: provider.name, result: 'fetched', ...named } as const;
  if (covered.from < to) await knowledge.recordCoverage({ ...seriesOf(request), from: covered.from, to, ...fetched });
  return counts;
}

/** What is old enough that the vendor will not change it is final. */
function withStates(columns: BarColumns, settled: number): BarColumns {
  const state = new Uint8Array(columns.openTime.length).fill(PROVISIONAL);
  return { ...columns, state: state.fill(FINAL, 0, firstIndexFrom(columns.openTime, settled)) };
}
