import {
  closeTimeOf, concatColumns, DAY_MS, epochMs, firstIndexFrom, instrumentId, openTimeAt, PROVISIONAL, sliceColumns,
  type BarColumns, type BarInterval, type Span,
} from '../../../market/index.ts'; // prettier-ignore
import { ProviderError } from '../../../platform/errors/index.ts';
import type { BarsPage } from '../../../providers/contract/index.ts';
import type { SyncRequest, SyncTools } from '../knowledge.ts';

/** Stored bars that each sync reads again, and never less than the newest stored day. */
const OVERLAP_BARS = 20;
/** Fewer bars tell a correction from another basis badly. */
const LEAST_COMPARED = 3;
/** Ratios of prices that differ by less are the same. */
const RATIO_TOLERANCE = 1e-4;

/** What the provider says now of the newest stored bars. */
export interface Overlap {
  readonly pages: readonly BarsPage[];
  /** All that is held, where the vendor's prices have another basis now, such as a feed adjusted for a split. */
  readonly otherBasis: Span | undefined;
}

/**
 * Reads the newest stored bars again, with those of the last day that may still change. A constant ratio over the
 * newest of them is another price basis.
 * @returns `undefined` where there is nothing to compare
 */
export async function readOverlap(
  request: SyncRequest,
  { provider, knowledge, clock }: SyncTools,
  signal: AbortSignal,
): Promise<Overlap | undefined> {
  const series = { instrumentId: request.instrumentId, interval: request.interval };
  const held = await knowledge.barsAtEdge({ ...series, limit: mostInADay(request.interval), order: 'desc' });
  if (held.openTime.length === 0) return undefined;
  const { openTime } = held;
  const last = openTime[openTime.length - 1];
  const dayStart = openTimeAt(last, '1d');
  const newest = Math.max(0, openTime.length - OVERLAP_BARS);
  const unsettled = held.state.indexOf(PROVISIONAL);
  const first = Math.min(
    openTime[unsettled === -1 ? newest : Math.min(unsettled, newest)],
    openTime[firstIndexFrom(openTime, dayStart)],
  );
  const range = { from: epochMs(first), to: closeTimeOf(last, request.interval) };
  const pages: BarsPage[] = [];
  try {
    const instrument = { instrumentId: instrumentId(request.instrumentId), symbol: request.symbol };
    const { interval } = request;
    for await (const page of provider.fetchBars({ ...instrument, interval, range, now: clock(), signal }))
      pages.push(page);
  } catch (error) {
    // Too old for the vendor to give again: nothing to compare with.
    if (error instanceof ProviderError && error.code === 'PROVIDER_OUT_OF_REACH') return undefined;
    throw error;
  }
  const fetched = concatColumns(pages.map(({ columns }) => columns));
  if (!hasOtherBasis(sliceColumns(held, newest, openTime.length), fetched)) return { pages, otherBasis: undefined };
  const oldest = await knowledge.barsAtEdge({ ...series, limit: 1, order: 'asc' });
  return { pages, otherBasis: { from: oldest.openTime[0], to: range.to } };
}

const mostInADay = (interval: BarInterval): number =>
  Math.max(OVERLAP_BARS, Math.ceil(DAY_MS / (closeTimeOf(0, interval) - openTimeAt(0, interval))));

/** Whether every close that both know is the same multiple, other than 1, of what is held. */
function hasOtherBasis(held: BarColumns, fetched: BarColumns): boolean {
  let ratio: number | undefined;
  let compared = 0;
  for (const [index, time] of fetched.openTime.entries()) {
    const place = firstIndexFrom(held.openTime, time);
    if (held.openTime[place] !== time) continue;
    const here = fetched.close[index] / held.close[place];
    if (!Number.isFinite(here)) return false;
    compared++;
    ratio ??= here;
    if (Math.abs(here / ratio - 1) > RATIO_TOLERANCE) return false;
  }
  return ratio !== undefined && compared >= LEAST_COMPARED && Math.abs(ratio - 1) > RATIO_TOLERANCE;
}
