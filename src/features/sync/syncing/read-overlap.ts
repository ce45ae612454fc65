import {
  closeTimeOf,
  concatColumns,
  DAY_MS,
  epochMs,
  firstIndexFrom,
  instrumentId,
  openTimeAt,
  PROVISIONAL,
  sliceColumns,
  type BarColumns,
  type BarInterval,
  type Span,
  type TimeRange,
} from '../../../market/index.ts';
import { ProviderError } from '../../../platform/errors/index.ts';
import type { BarsPage } from '../../../providers/contract/index.ts';
import type { SyncTask, SyncTools } from '../port.ts';
import { askBars } from './ask-bars.ts';
import { compareBasis, type BasisVerdict } from './compare-basis.ts';
import type { Rebase } from './rebase.ts';
import { requireSameCurrency } from './require-same-currency.ts';
import { seriesOf } from './store-page.ts';
import { priceJump, unitJump } from './unit-jump.ts';

/** Stored bars that each sync reads again, and never less than the newest stored day. */
const OVERLAP_BARS = 20;

/** What the provider says now of the newest stored bars. */
export interface Overlap {
  readonly pages: readonly BarsPage[];
  /** What is to be fetched anew, where the vendor's bars have another basis now, such as a feed adjusted for a split. */
  readonly rebase: Rebase | undefined;
}

/**
 * Reads the newest stored bars again, with those of the last day that may still change, and compares the basis.
 * @returns `undefined` where nothing is held
 * @throws ConflictError `UNIT_JUMP` if they are in two units, and were not before; `OTHER_CURRENCY`
 */
export async function readOverlap(
  request: SyncTask,
  tools: SyncTools,
  signal: AbortSignal,
): Promise<Overlap | undefined> {
  const { port } = tools;
  const series = seriesOf(request);
  const held = await port.barsAtEdge({ ...series, limit: mostInADay(request.interval), order: 'desc' });
  const { rebasedUntil } = await port.ledgerOf({ ...series, from: 0, to: 1 });
  if (held.openTime.length === 0) {
    if (rebasedUntil !== undefined) await port.noteBasis({ ...series, rebasedUntil: null });
    return undefined;
  }
  const range = { from: firstOf(held), to: tools.grid.closeTimeOf(lastOf(held)) };
  const pages = await fetchAgain(range, request, tools, signal);
  for (const page of pages) await requireSameCurrency(page, series, tools.provider.name, port);
  const fetched = concatColumns(pages.map(({ columns }) => columns));
  const known = sliceColumns(held, firstIndexFrom(held.openTime, range.from), held.openTime.length);
  const verdict =
    fetched.openTime.length > 0 ? compareBasis(known, fetched) : await splitSince(range.to, request, tools, signal);
  if (verdict.kind === 'same' && rebasedUntil === undefined) {
    const at = priceJump(fetched);
    if (at !== undefined && request.acceptJump !== true && priceJump(known) !== at)
      throw unitJump('prices', at, request);
    return { pages, rebase: undefined };
  }
  const oldest = await port.barsAtEdge({ ...series, limit: 1, order: 'asc' });
  const all = { from: oldest.openTime[0], to: range.to };
  return { pages, rebase: { held: all, verdict, doneUntil: rebasedUntil } };
}

/** Where the newest day begins, or the newest bars, or the oldest of those that may still change. */
function firstOf({ openTime, state }: BarColumns): number {
  const newest = Math.max(0, openTime.length - OVERLAP_BARS);
  const unsettled = state.indexOf(PROVISIONAL);
  return Math.min(
    openTime[unsettled === -1 ? newest : Math.min(unsettled, newest)],
    openTime[firstIndexFrom(openTime, openTimeAt(openTime[openTime.length - 1], '1d'))],
  );
}

const lastOf = ({ openTime }: BarColumns): number => openTime[openTime.length - 1];

/** What the vendor still has of it: where that is nothing, it is too old to be given again. */
async function fetchAgain(
  span: Span,
  request: SyncTask,
  tools: SyncTools,
  signal: AbortSignal,
): Promise<readonly BarsPage[]> {
  const pages: BarsPage[] = [];
  try {
    for await (const page of askBars(request, span, tools, signal)) pages.push(page);
  } catch (error) {
    if (!(error instanceof ProviderError) || error.code !== 'PROVIDER_OUT_OF_REACH') throw error;
  }
  return pages;
}

/** Where nothing can be compared: a vendor that adjusts for splits has changed its basis with each. */
async function splitSince(
  from: number,
  { instrumentId: id, symbol }: SyncTask,
  { provider, clock }: SyncTools,
  signal: AbortSignal,
): Promise<BasisVerdict> {
  if (provider.basis !== 'split' || provider.fetchCorporateActions === undefined) return { kind: 'same' };
  const range: TimeRange = { from: epochMs(openTimeAt(from - 1, '1d') + DAY_MS), to: epochMs(clock()) };
  const instrument = { instrumentId: instrumentId(id), symbol };
  const actions = range.from < range.to ? await provider.fetchCorporateActions(instrument, range, signal) : [];
  const shares = actions.reduce(
    (count, action) => (action.kind === 'split' ? (count * action.numerator) / action.denominator : count),
    1,
  );
  return shares === 1 ? { kind: 'same' } : { kind: 'otherBasis', priceRatio: 1 / shares, volumeRatio: shares };
}

const mostInADay = (interval: BarInterval): number =>
  Math.max(OVERLAP_BARS, Math.ceil(DAY_MS / (closeTimeOf(0, interval) - openTimeAt(0, interval))));
