import {
  FINAL,
  firstIndexFrom,
  overBefore,
  PROVISIONAL,
  sharedParts,
  sliceColumns,
  type BarColumns,
  type BarInterval,
  type Span,
} from '../../../market/index.ts';
import { vendorNow, type BarsPage } from '../../../providers/contract/index.ts';
import { requireSameCurrency } from './require-same-currency.ts';
import type { StoredCounts, SyncTask, SyncTools } from '../port.ts';
import { judge, leastSilence, listen, NO_RHYTHM, type Rhythm } from './silence.ts';

type Series = Pick<SyncTask, 'instrumentId' | 'interval' | 'align'>;

export const seriesOf = ({ instrumentId: id, interval, align }: Series): Series => ({
  instrumentId: id,
  interval,
  ...(align === undefined ? {} : { align }),
});

/** Bars that were over by then, by the vendor's clock, do not change any more, and what is not there by then does not come. */
export const settledUntil = (interval: BarInterval, { provider, grid, clock }: SyncTools): number =>
  overBefore(grid, vendorNow(provider, clock()) - provider.finalityDelayMs(interval));

const NOTHING: StoredCounts = { inserted: 0, changed: 0, unchanged: 0, skippedStale: 0, rejected: [] };
/** Newest stored bars that tell how often others are to be awaited. */
const BARS_OF_RHYTHM = 1_000;

export interface PageStore {
  /**
   * Stores what a provider answered, then notes for which part of the range the answer was whole. Where it is silent
   * for longer than its series usually is, it proves nothing yet.
   * @throws ConflictError `OTHER_CURRENCY`
   */
  store(page: BarsPage): Promise<StoredCounts>;
  /** Stores what lies in `span` of an answer to the same question, asked again otherwise, and notes that it agrees. */
  confirm(page: BarsPage, span: Span): Promise<StoredCounts>;
}

export function pageStore(request: Series, tools: SyncTools): PageStore {
  const { provider, port, grid, clock } = tools;
  const { interval } = request;
  const series = seriesOf(request);
  let rhythm: Rhythm | undefined;

  async function storedRhythm(): Promise<Rhythm> {
    const { openTime } = await port.barsAtEdge({ ...series, limit: BARS_OF_RHYTHM, order: 'desc' });
    if (openTime.length === 0) return NO_RHYTHM;
    const held = { from: openTime[0], to: grid.closeTimeOf(openTime[openTime.length - 1]) };
    const runs = await port.expectedRunsOf({ ...series, ...held });
    return runs === undefined ? NO_RHYTHM : judge(listen(openTime, runs, grid), NO_RHYTHM, interval).rhythm;
  }

  async function upsert(columns: BarColumns): Promise<StoredCounts> {
    if (columns.openTime.length === 0) return NOTHING;
    return port.upsertBars({
      ...series,
      provider: provider.name,
      vendorNow: vendorNow(provider, clock()),
      columns: withStates(columns, settledUntil(interval, tools)),
    });
  }

  /** Of what still runs nothing is known, and after the last bar the vendor may be late. */
  function answeredPart({ columns: { openTime }, covered }: BarsPage): Span {
    const settled = settledUntil(interval, tools);
    const known = openTime.length === 0 ? settled : Math.max(settled, grid.closeTimeOf(openTime[openTime.length - 1]));
    return { from: covered.from, to: Math.min(covered.to, known, overBefore(grid, vendorNow(provider, clock()))) };
  }

  async function doubtfulIn(openTime: Float64Array, answered: Span, before: Rhythm): Promise<Span[]> {
    let heard = listen(openTime, [answered], grid);
    if (heard.silences.some(({ bars }) => bars >= leastSilence(interval))) {
      // Nothing is called complete of which it is not known when it trades.
      const runs = await port.expectedRunsOf({ ...series, ...answered });
      if (runs === undefined) return [];
      heard = listen(openTime, runs, grid);
    }
    const judged = judge(heard, before, interval);
    ({ rhythm } = judged);
    return judged.doubtful.map(({ from, to }) => ({ from, to }));
  }

  const toldBy = ({ currency }: BarsPage) => ({
    provider: provider.name,
    ...(currency === undefined ? {} : { currency }),
  });

  return {
    async store(page) {
      await requireSameCurrency(page, series, provider.name, port);
      const before = rhythm ?? (await storedRhythm());
      const counts = await upsert(page.columns);
      const answered = answeredPart(page);
      if (answered.from >= answered.to) return counts;
      const doubtful = await doubtfulIn(page.columns.openTime, answered, before);
      await port.recordCoverage({ ...series, ...answered, ...toldBy(page), result: 'fetched', doubtful });
      return counts;
    },
    async confirm(page, span) {
      await requireSameCurrency(page, series, provider.name, port);
      const { openTime } = page.columns;
      const [from, to] = [firstIndexFrom(openTime, span.from), firstIndexFrom(openTime, span.to)];
      const counts = await upsert(sliceColumns(page.columns, from, to));
      for (const part of sharedParts([answeredPart(page)], [span]))
        await port.recordCoverage({ ...series, ...part, ...toldBy(page), result: 'confirmed' });
      return counts;
    },
  };
}

/** What is old enough that the vendor will not change it is final. */
function withStates(columns: BarColumns, settled: number): BarColumns {
  const state = new Uint8Array(columns.openTime.length).fill(PROVISIONAL);
  return { ...columns, state: state.fill(FINAL, 0, firstIndexFrom(columns.openTime, settled)) };
}
