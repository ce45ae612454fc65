import { isoOfEpochMs, type Span } from '../../../market/index.ts';
import { ConflictError, ProviderError } from '../../../platform/errors/index.ts';
import { JobLostError, type JobContext } from '../../../platform/scheduler/index.ts';
import type { BarsPage } from '../../../providers/contract/index.ts';
import type { StoredCounts, SyncTask, SyncTools } from '../port.ts';
import { askBars } from './ask-bars.ts';
import type { BasisVerdict } from './compare-basis.ts';
import { planPages } from './plan-pages.ts';
import { watchSeams } from './seam-watch.ts';
import { seriesOf } from './store-page.ts';
import type { SyncProgress } from './sync-progress.ts';

/** What is to be fetched anew, and why. */
export interface Rebase {
  /** All that is held. */
  readonly held: Span;
  /** What the newest bars say; `same` where only an interrupted work is to be finished. */
  readonly verdict: BasisVerdict;
  /** Bars before this openTime are on the new basis already; `undefined` if nothing was fetched anew. */
  readonly doneUntil: number | undefined;
}

/**
 * Fetches all that is held anew, oldest first, lest two bases stand side by side. Nothing is written before it is known
 * that the provider still reaches everything, and no page that leaves out a bar that is held. How far it came is noted
 * before each page, so that the next sync finishes what was interrupted.
 * @throws ConflictError `PRICE_BASIS_CHANGED` if something that is held cannot be replaced
 * @throws ProviderError if the provider could not answer
 */
export async function rebase(
  { held, verdict, doneUntil = -Infinity }: Rebase,
  request: SyncTask,
  tools: SyncTools,
  { signal, pausing }: JobContext<SyncProgress>,
  write: (page: BarsPage) => Promise<StoredCounts>,
): Promise<void> {
  const { provider, port, clock } = tools;
  const { interval } = request;
  const series = seriesOf(request);
  const refuse = (which: string): ConflictError => cannotReplace(which, verdict, request);
  const reach = provider.reachOf(interval, clock()) ?? -Infinity;
  if (Math.max(held.from, doneUntil) < reach) throw refuse(`before ${isoOfEpochMs(reach)}`);
  const reached = { from: Math.max(held.from, reach), to: held.to };
  const watch = watchSeams({ ...request, acceptJump: true }, []);

  async function replace(range: Span): Promise<void> {
    if (pausing.aborted) throw new JobLostError('Stopped between two requests');
    const pages = await fetchAll(range, request, tools, signal);
    if (pages === undefined) throw refuse(`of ${isoOfEpochMs(range.from)} to ${isoOfEpochMs(range.to)}`);
    const given = new Set(pages.flatMap(({ columns }) => [...columns.openTime]));
    const { openTime } = await port.barsIn({ ...series, ...range });
    const withheld = openTime.find((time) => !given.has(time));
    if (withheld !== undefined) throw refuse(`at ${isoOfEpochMs(withheld)}`);
    await port.noteBasis({ ...series, rebasedUntil: Math.max(doneUntil, range.from) });
    for (const page of pages) {
      watch.check(page);
      const { rejected, skippedStale } = await write(page);
      if (rejected.length + skippedStale > 0)
        throw refuse(`of ${isoOfEpochMs(page.covered.from)} to ${isoOfEpochMs(page.covered.to)} without exception`);
    }
  }

  for (const range of planPages([reached], interval, provider.barsPerRequest).reverse()) await replace(range);
  for (const range of watch.takeDoubted()) await replace(range);
  await port.noteBasis({ ...series, rebasedUntil: null });
}

/** @returns `undefined` where the provider does not reach all of it */
async function fetchAll(
  span: Span,
  request: SyncTask,
  tools: SyncTools,
  signal: AbortSignal,
): Promise<readonly BarsPage[] | undefined> {
  const pages: BarsPage[] = [];
  try {
    for await (const page of askBars(request, span, tools, signal)) pages.push(page);
    return pages;
  } catch (error) {
    if (error instanceof ProviderError && error.code === 'PROVIDER_OUT_OF_REACH') return undefined;
    throw error;
  }
}

function cannotReplace(which: string, verdict: BasisVerdict, request: SyncTask): ConflictError {
  const { instrumentId: id, interval, provider } = request;
  const ratios =
    verdict.kind === 'otherBasis'
      ? ` (prices x ${shortly(verdict.priceRatio)}, volumes x ${shortly(verdict.volumeRatio)})`
      : '';
  return new ConflictError(
    'PRICE_BASIS_CHANGED',
    `What ${provider} gives as ${interval} bars of ${id} is on another basis than what is held${ratios}, and it does not ` +
      `return the bars ${which} on it; delete these, then sync again, or use another provider`,
  );
}

const shortly = (ratio: number): string => String(Number(ratio.toPrecision(6)));
