import { epochMs, instrumentId, openTimeAt, partsOutside, type Span, type TimeRange } from '../../../market/index.ts';
import { ProviderError } from '../../../platform/errors/index.ts';
import { JobLostError, type JobContext, type JobEnd } from '../../../platform/scheduler/index.ts';
import { latestNow, type BarsPage } from '../../../providers/contract/index.ts';
import type { StoredCounts, SyncKnowledge, SyncRequest, SyncTools } from '../knowledge.ts';
import { askDescription } from './ask-description.ts';
import { readOverlap, type Overlap } from './read-overlap.ts';
import { planPages } from './plan-pages.ts';
import { rebase } from './rebase.ts';
import { heldEdges, watchSeams, type SeamWatch } from './seam-watch.ts';
import { seriesOf, settledUntil, storePage } from './store-page.ts';
import type { SyncGap, SyncProgress } from './sync-progress.ts';

/** Gaps that asking again may close. */
const ASKABLE: ReadonlySet<string> = new Set(['notFetched', 'providerError']);
/** Missing for a reason that no sync can change. */
const EXPLAINED: ReadonlySet<string> = new Set(['noTrades', 'beforeListing', 'afterDelisting', 'notYet']);
const MOST_GAPS = 100;
/** Of one kind of failure; then the rest of the range is not worth asking for now. */
const MOST_FAILED_PAGES = 3;
/** For so long a job that was interrupted, or failed, need not look at the newest stored bars again. */
const OVERLAP_LASTS_MS = 3_600_000;

/**
 * Closes the gaps of a series: what is expected, not held and not known to be empty is asked for, newest first, and
 * written down page by page, so that whoever goes on after a crash asks for nothing twice.
 * @throws ProviderError if the provider could not answer for all of it; what was stored stays
 */
export async function runSync(
  request: SyncRequest,
  tools: SyncTools,
  context: JobContext<SyncProgress>,
): Promise<JobEnd<SyncProgress>> {
  const { provider, knowledge, clock } = tools;
  const range = { from: request.from, to: Math.min(request.to ?? Infinity, openTimeAt(clock(), request.interval)) };
  if (range.from >= range.to) return { state: 'completed', progress: context.progress };
  const stopped = AbortSignal.any([context.signal, context.pausing]);
  await knowledge.describeInstrument(request.instrumentId, () => askDescription(request, provider, stopped));
  const writer = pageWriter(request, tools, context);
  await checkOverlap(request, range, tools, context, writer);

  const missing = await missingIn(request, range, knowledge);
  const reach = provider.reachOf(request.interval, clock()) ?? -Infinity;
  for (const { from, to } of missing)
    if (from < reach) await recordFailure({ from, to: Math.min(to, reach) }, [], outOfReach(request), request, tools);
  const reachable = missing.filter(({ to }) => to > reach).map(({ from, to }) => ({ from: Math.max(from, reach), to }));
  await writer.report({ wanted: Math.max(context.progress.wanted, sumOf(missing)) });

  const failures: ProviderError[] = [];
  const watch = watchSeams(request, await heldEdges(request, tools));
  for (const page of planPages(reachable, request.interval, provider.barsPerRequest)) {
    const failure = await fetchPage(page, request, tools, context, writer, watch);
    if (failure === undefined || failure.code === 'PROVIDER_OUT_OF_REACH') continue;
    failures.push(failure);
    if (!failure.isRetryable || failures.length >= MOST_FAILED_PAGES) throw failure;
  }
  for (const page of watch.takeDoubted()) {
    const failure = await fetchPage(page, request, tools, context, writer, watch);
    if (failure !== undefined) failures.push(failure);
  }

  const end = await knowledge.completenessOf({ ...seriesOf(request), from: range.from, to: range.to });
  const sumFor = (reason: string): number => sumOf(end.missing.filter((gap) => gap.reason === reason));
  const gaps: readonly SyncGap[] =
    end.expected === undefined
      ? (await missingIn(request, range, knowledge)).map((span) => ({ bars: 0, reason: 'notFetched', ...span }))
      : end.missing.filter(({ reason }) => !EXPLAINED.has(reason));
  // The vendor may still be late with the newest: the next sync asks for them again.
  const due = gaps.filter(({ from }) => from < settledUntil(request.interval, tools));
  await writer.report({
    expected: end.expected,
    empty: sumFor('noTrades'),
    failed: sumFor('providerError'),
    gaps: due.slice(0, MOST_GAPS),
  });
  if (failures.length > 0) throw failures[0];
  return { state: due.length === 0 ? 'completed' : 'incomplete', progress: writer.progress() };
}

/** Brings the newest stored bars up to the provider; on another basis all that is held. */
async function checkOverlap(
  request: SyncRequest,
  range: Span,
  tools: SyncTools,
  context: JobContext<SyncProgress>,
  writer: PageWriter,
): Promise<void> {
  const { provider, knowledge, clock } = tools;
  if (clock() - (context.progress.overlapReadAt ?? -Infinity) < OVERLAP_LASTS_MS) return;
  let overlap: Overlap | undefined;
  try {
    overlap = await readOverlap(request, tools, context.signal);
  } catch (error) {
    if (!(error instanceof ProviderError) || context.signal.aborted) throw error;
    const missing = planPages(await missingIn(request, range, knowledge), request.interval, provider.barsPerRequest);
    if (missing.length > 0) await recordFailure(missing[0], [], error, request, tools);
    throw error;
  }
  if (overlap?.rebase === undefined) for (const page of overlap?.pages ?? []) await writer.write(page);
  else await rebase(overlap.rebase, request, tools, context, writer.write);
  await writer.report({ overlapReadAt: clock() });
}

const outOfReach = ({ provider, interval }: SyncRequest): ProviderError =>
  new ProviderError('PROVIDER_OUT_OF_REACH', `${provider} has no ${interval} bars that old`);

const sumOf = (spans: readonly { readonly bars?: number }[]): number =>
  spans.reduce((sum, { bars = 0 }) => sum + bars, 0);

interface Missing extends Span {
  readonly bars?: number;
}

/** Where no schedule is known, all that no provider was asked for is missing. */
async function missingIn(request: SyncRequest, range: Span, knowledge: SyncKnowledge): Promise<readonly Missing[]> {
  const question = { ...seriesOf(request), from: range.from, to: range.to };
  const { expected, missing } = await knowledge.completenessOf(question);
  if (expected !== undefined) return missing.filter(({ reason }) => ASKABLE.has(reason));
  const { asked } = await knowledge.ledgerOf(question);
  return partsOutside(
    range,
    asked.filter(({ result }) => result === 'fetched'),
  );
}

/** @returns what the provider could not do; written down as such */
async function fetchPage(
  page: Span,
  request: SyncRequest,
  tools: SyncTools,
  { signal, pausing }: JobContext<SyncProgress>,
  writer: PageWriter,
  watch: SeamWatch,
): Promise<ProviderError | undefined> {
  if (pausing.aborted) throw new JobLostError('Stopped between two requests');
  const range: TimeRange = { from: epochMs(page.from), to: epochMs(page.to) };
  const covered: Span[] = [];
  try {
    const instrument = { instrumentId: instrumentId(request.instrumentId), symbol: request.symbol };
    const question = {
      ...instrument,
      interval: request.interval,
      range,
      now: latestNow(tools.provider, tools.clock()),
      signal,
    };
    for await (const answered of tools.provider.fetchBars(question)) {
      watch.check(answered);
      await writer.write(answered);
      covered.push(answered.covered);
    }
    await writer.report({});
    return undefined;
  } catch (error) {
    if (!(error instanceof ProviderError) || signal.aborted) throw error;
    await recordFailure(page, covered, error, request, tools);
    await writer.report({});
    return error;
  }
}

async function recordFailure(
  page: Span,
  covered: readonly Span[],
  { code, message }: ProviderError,
  request: SyncRequest,
  { provider, knowledge }: SyncTools,
): Promise<void> {
  const failed = { provider: provider.name, result: 'failed', code, message: message.slice(0, 500) } as const;
  const answered = covered.toSorted((a, b) => a.from - b.from);
  for (const { from, to } of partsOutside(page, answered))
    await knowledge.recordCoverage({ ...seriesOf(request), from, to, ...failed });
}

type PageWriter = ReturnType<typeof pageWriter>;

/** Stores pages with what is known of them, and counts. */
function pageWriter(request: SyncRequest, tools: SyncTools, context: JobContext<SyncProgress>) {
  let progress = context.progress;

  async function write(page: BarsPage): Promise<StoredCounts> {
    const counts = await storePage(page, request, tools);
    const { inserted, changed, unchanged, skippedStale, rejected } = counts;
    progress = {
      ...progress,
      fetched: progress.fetched + page.columns.openTime.length,
      inserted: progress.inserted + inserted,
      changed: progress.changed + changed,
      unchanged: progress.unchanged + unchanged,
      skippedStale: progress.skippedStale + skippedStale,
      rejected: progress.rejected + rejected.length,
      requests: progress.requests + 1,
    };
    return counts;
  }

  return {
    write,
    progress: () => progress,
    async report(changes: Partial<SyncProgress>): Promise<void> {
      progress = { ...progress, ...changes };
      await context.report(progress);
    },
  };
}
