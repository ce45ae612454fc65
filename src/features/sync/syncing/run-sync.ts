import { DAY_MS, overBefore, partsOutside, sharedParts, type Span } from '../../../market/index.ts';
import { ProviderError } from '../../../platform/errors/index.ts';
import { JobLostError, type JobContext, type JobEnd } from '../../../platform/scheduler/index.ts';
import type { BarsPage } from '../../../providers/contract/index.ts';
import type { StoredCounts, SyncTask, SyncTools } from '../port.ts';
import { askBars } from './ask-bars.ts';
import { askDescription, askFirstOpenTime } from './ask-description.ts';
import { fetchEach, type FailedPage } from './fetch-each.ts';
import { readOverlap, type Overlap } from './read-overlap.ts';
import { planPages } from './plan-pages.ts';
import { cutOtherwise, dueLooks, planSync, type SyncPlan } from './plan-sync.ts';
import { rebase } from './rebase.ts';
import { heldEdges, watchSeams, type SeamWatch } from './seam-watch.ts';
import { pageStore, seriesOf, settledUntil } from './store-page.ts';
import type { SyncGap, SyncProgress } from './sync-progress.ts';

/** Missing for a reason that no sync can change. */
const EXPLAINED: ReadonlySet<string> = new Set(['noTrades', 'beforeListing', 'afterDelisting', 'notYet']);
const MOST_GAPS = 100;
/** For so long a job that was interrupted, or failed, need not look at the newest stored bars again. */
const OVERLAP_LASTS_MS = 3_600_000;

/**
 * Closes the gaps of a series: what is expected, not held and not known to be empty is asked for, newest first, and
 * written down page by page, so that whoever goes on after a crash asks for nothing twice. Where the provider is silent
 * for longer than is usual it is asked again, by another cut of its pages: at once, and later when that is due.
 * @throws ProviderError if the provider could not answer for all of it; what was stored stays
 */
export async function runSync(
  request: SyncTask,
  tools: SyncTools,
  context: JobContext<SyncProgress>,
): Promise<JobEnd<SyncProgress>> {
  const { provider, port, clock } = tools;
  const range = { from: request.from, to: Math.min(request.to ?? Infinity, overBefore(tools.grid, clock())) };
  if (range.from >= range.to) return { state: 'completed', progress: context.progress };
  const stopped = AbortSignal.any([context.signal, context.pausing]);
  await port.describeInstrument(request.instrumentId, () => askDescription(request, provider, stopped));
  const writer = pageWriter(request, tools, context);
  await checkOverlap(request, range, tools, context, writer);

  const reach = provider.reachOf(request.interval, clock()) ?? -Infinity;
  const plan = await planAfterListing(request, range, tools, stopped);
  for (const { from, to } of plan.toFetch)
    if (from < reach) await recordFailure({ from, to: Math.min(to, reach) }, [], outOfReach(request), request, tools);
  await writer.report({ wanted: Math.max(context.progress.wanted, plan.wanted) });

  const failures: FailedPage[] = [];
  let hasAnswer = false;
  const watch = watchSeams(request, await heldEdges(request, tools));
  async function fetchAll(missing: readonly Span[], askingOf: (page: Span) => Asking): Promise<void> {
    const reachable = sharedParts(missing, [{ from: reach, to: Infinity }]);
    const pages = planPages(reachable, request.interval, provider.barsPerRequest);
    const fetched = await fetchEach(pages, (page) => fetchPage(askingOf(page), request, tools, context, writer, watch));
    failures.push(...fetched.failed);
    hasAnswer ||= fetched.hasAnswer;
  }
  const again = (page: Span): Asking => ({
    page,
    range: cutOtherwise(page, request.interval, provider.barsPerRequest, reach),
    take: (answered) => writer.confirm(answered, page),
  });
  await fetchAll(plan.toFetch, writer.firstLook);
  for (const page of watch.takeDoubted()) {
    const error = await fetchPage(writer.firstLook(page), request, tools, context, writer, watch);
    if (error !== undefined) failures.push({ page, error });
  }
  if (request.verifyEmpty === true) await fetchAll(plan.empty, again);
  // What was doubtful just now is asked for a second time at once, what was long ago when its time has come.
  await fetchAll(await dueLooks(request, range, tools), again);

  const end = await port.completenessOf({ ...seriesOf(request), ...range });
  const sumFor = (reason: string): number => sumOf(end.missing.filter((gap) => gap.reason === reason));
  const gaps: readonly SyncGap[] =
    end.expected === undefined
      ? (await planSync(request, range, tools)).toFetch.map((span) => ({ bars: 0, reason: 'notFetched', ...span }))
      : end.missing.filter(({ reason }) => !EXPLAINED.has(reason));
  // The vendor may still be late with the newest: the next sync asks for them again.
  const due = gaps.filter(({ from }) => from < settledUntil(request.interval, tools));
  await writer.report({
    expected: end.expected,
    empty: sumFor('noTrades'),
    failed: sumFor('providerError'),
    gaps: due.slice(0, MOST_GAPS),
    failures: failures.slice(0, MOST_GAPS).map(({ page, error: { code, message } }) => ({ ...page, code, message })),
  });
  // What may pass is tried again by the next attempt; what failed for good only if nothing could be had stops the job.
  const thrown = failures.find(({ error }) => error.isRetryable) ?? (hasAnswer ? undefined : failures.at(0));
  if (thrown !== undefined) throw thrown.error;
  return { state: due.length === 0 ? 'completed' : 'incomplete', progress: writer.progress() };
}

/** Brings the newest stored bars up to the provider; on another basis all that is held. */
async function checkOverlap(
  request: SyncTask,
  range: Span,
  tools: SyncTools,
  context: JobContext<SyncProgress>,
  writer: PageWriter,
): Promise<void> {
  const { provider, clock } = tools;
  if (Math.abs(clock() - (context.progress.overlapReadAt ?? -Infinity)) < OVERLAP_LASTS_MS) return;
  let overlap: Overlap | undefined;
  try {
    overlap = await readOverlap(request, tools, context.signal);
  } catch (error) {
    if (!(error instanceof ProviderError) || context.signal.aborted) throw error;
    const { toFetch } = await planSync(request, range, tools);
    const pages = planPages(toFetch, request.interval, provider.barsPerRequest);
    if (pages.length > 0) await recordFailure(pages[0], [], error, request, tools);
    throw error;
  }
  if (overlap?.rebase === undefined) for (const page of overlap?.pages ?? []) await writer.write(page);
  else await rebase(overlap.rebase, request, tools, context, writer.write);
  await writer.report({ overlapReadAt: clock() });
}

const outOfReach = ({ provider, interval }: SyncTask): ProviderError =>
  new ProviderError('PROVIDER_OUT_OF_REACH', `${provider} has no ${interval} bars that old`);

const sumOf = (spans: readonly { readonly bars?: number }[]): number =>
  spans.reduce((sum, { bars = 0 }) => sum + bars, 0);

/** The plan; what lies before the first bar that the provider has is no part of it, once that is known. */
async function planAfterListing(
  request: SyncTask,
  range: Span,
  tools: SyncTools,
  signal: AbortSignal,
): Promise<SyncPlan> {
  const { provider, port } = tools;
  const plan = await planSync(request, range, tools);
  const first = Math.min(plan.toFetch[0]?.from ?? Infinity, plan.empty[0]?.from ?? Infinity);
  if (provider.firstOpenTime === undefined || first === Infinity) return plan;
  const held = await port.barsAtEdge({ ...seriesOf(request), limit: 1, order: 'asc' });
  const oldest = held.openTime.length === 0 ? Infinity : held.openTime[0];
  if (first >= oldest) return plan;
  await port.noteListing(request.instrumentId, async () => {
    const told = await askFirstOpenTime(request, provider, signal);
    // A vendor that begins after what is held does not know when it was listed.
    return told !== undefined && told <= oldest ? told : undefined;
  });
  return planSync(request, range, tools);
}

/** One request: what it is to bring, what is asked for, and what becomes of the answer. */
interface Asking {
  readonly page: Span;
  readonly range: Span;
  readonly take: (answered: BarsPage) => Promise<unknown>;
}

/** @returns what the provider could not do; written down as such */
async function fetchPage(
  { page, range, take }: Asking,
  request: SyncTask,
  tools: SyncTools,
  { signal, pausing }: JobContext<SyncProgress>,
  writer: PageWriter,
  watch: SeamWatch,
): Promise<ProviderError | undefined> {
  if (pausing.aborted) throw new JobLostError('Stopped between two requests');
  const covered: Span[] = [];
  try {
    for await (const answered of askBars(request, range, tools, signal)) {
      watch.check(answered);
      await take(answered);
      covered.push(answered.covered);
    }
    await noteLeftOpen(page, covered, request, tools);
    await writer.report({});
    return undefined;
  } catch (error) {
    if (!(error instanceof ProviderError) || signal.aborted) throw error;
    await recordFailure(page, covered, error, request, tools);
    await writer.report({});
    return error;
  }
}

/** Notes what answers left open though it is expected, and old enough that its vendor is not merely late. */
async function noteLeftOpen(page: Span, covered: readonly Span[], request: SyncTask, tools: SyncTools): Promise<void> {
  const { provider, port } = tools;
  const old = { from: page.from, to: Math.min(page.to, settledUntil(request.interval, tools) - DAY_MS) };
  const open = partsOutside(old, ascending(covered)).filter(({ from, to }) => from < to);
  if (open.length === 0) return;
  const runs = (await port.expectedRunsOf({ ...seriesOf(request), ...old })) ?? [];
  // With the closed time in it, which is missing in one range with what is around it.
  for (const part of open.filter((one) => sharedParts([one], runs).length > 0))
    await port.recordCoverage({ ...seriesOf(request), ...part, provider: provider.name, result: 'unanswered' });
}

const ascending = (spans: readonly Span[]): Span[] => spans.toSorted((a, b) => a.from - b.from);

async function recordFailure(
  page: Span,
  covered: readonly Span[],
  { code, message }: ProviderError,
  request: SyncTask,
  { provider, port }: SyncTools,
): Promise<void> {
  const failed = { provider: provider.name, result: 'failed', code, message: message.slice(0, 500) } as const;
  for (const { from, to } of partsOutside(page, ascending(covered)))
    await port.recordCoverage({ ...seriesOf(request), from, to, ...failed });
}

type PageWriter = ReturnType<typeof pageWriter>;

/** Stores pages with what is known of them, and counts. */
function pageWriter(request: SyncTask, tools: SyncTools, context: JobContext<SyncProgress>) {
  const { store, confirm } = pageStore(request, tools);
  let progress = context.progress;

  function count(counts: StoredCounts): StoredCounts {
    const { inserted, changed, unchanged, skippedStale, rejected } = counts;
    progress = {
      ...progress,
      fetched: progress.fetched + inserted + changed + unchanged + skippedStale + rejected.length,
      inserted: progress.inserted + inserted,
      changed: progress.changed + changed,
      unchanged: progress.unchanged + unchanged,
      skippedStale: progress.skippedStale + skippedStale,
      rejected: progress.rejected + rejected.length,
      requests: progress.requests + 1,
    };
    return counts;
  }

  const write = async (page: BarsPage): Promise<StoredCounts> => count(await store(page));
  return {
    write,
    firstLook: (page: Span): Asking => ({ page, range: page, take: write }),
    confirm: async (page: BarsPage, span: Span): Promise<StoredCounts> => count(await confirm(page, span)),
    progress: () => progress,
    async report(changes: Partial<SyncProgress>): Promise<void> {
      progress = { ...progress, ...changes };
      await context.report(progress);
    },
  };
}
