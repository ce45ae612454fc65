import { agree, OUTCOMES } from '../../../../chunk/index.ts';
import {
  fixedStepMs,
  gatherBars,
  instrumentId as idOf,
  OPTIONAL_COLUMNS,
  seriesId,
  type BarColumns,
  type BarGrid,
  type BarInterval,
  type ParsedSeriesId,
  type Span,
} from '../../../../market/index.ts';
import type { HandlerOf, MessageContext } from '../../../../platform/bus/index.ts';
import type { ReadingContext, SeriesBatch } from '../../../../barfiles/index.ts';
import type { BarsCollections } from '../../collections.ts';
import type { getBars } from '../../queries/get-bars/get-bars.query.ts';
import type { deleteBars } from '../delete-bars/delete-bars.command.ts';
import type { RejectedBar } from '../upsert-bars/prepare-bars.ts';
import { quarantineBars } from '../upsert-bars/quarantine-bars.ts';
import type { upsertManyBars } from '../upsert-many-bars/upsert-many-bars.command.ts';
import { NO_ROWS, Rejections, type ImportCounts } from './import-account.ts';
import { SeenTimes } from './seen-times.ts';
import type { StoreBars } from './store-together.ts';

/** What an import needs of other handlers. */
export interface ImportTools {
  readonly quarantine: BarsCollections['quarantine'];
  readonly upsertMany: HandlerOf<typeof upsertManyBars>;
  readonly remove: HandlerOf<typeof deleteBars>;
  readonly read: HandlerOf<typeof getBars>;
  readonly recordFetched: RecordFetched;
  readonly hoursOf: ReadingContext['hoursOf'];
}

export interface ImportTarget {
  readonly instrumentId: string;
  readonly interval: BarInterval;
  readonly align?: 'session';
  readonly provider: string;
  readonly state: 'provisional' | 'final';
}

/** Notes that a provider told all that traded in `[from, to)` of a series. */
export type RecordFetched = (entry: Span & Omit<ImportTarget, 'state'>) => Promise<void>;

const MINUTE_MS = 60_000;

interface RepeatedBar {
  readonly line: number;
  readonly bar: BarColumns;
}

/** One series of a file while it is imported. */
export class ImportedSeries {
  readonly instrumentId: string;
  readonly rejections = new Rejections();
  readonly #target: ImportTarget;
  readonly #grid: BarGrid;
  readonly #duplicates: 'first' | 'last' | undefined;
  readonly #tools: ImportTools;
  readonly #storeBars: StoreBars;
  readonly #context: MessageContext;
  readonly #counts = { ...NO_ROWS };
  readonly #seen: SeenTimes;
  /** Bars whose openTime another bar of the file has, far from them. */
  #repeated: RepeatedBar[] = [];
  /** From the first good bar to the last. */
  #span: Span | undefined;
  #areTimesKnown = true;
  #stored = Promise.resolve();

  constructor(
    target: ImportTarget,
    grid: BarGrid,
    duplicates: 'first' | 'last' | undefined,
    tools: ImportTools,
    storeBars: StoreBars,
    context: MessageContext,
  ) {
    this.instrumentId = target.instrumentId;
    this.#target = target;
    this.#grid = grid;
    this.#duplicates = duplicates;
    this.#tools = tools;
    this.#storeBars = storeBars;
    this.#context = context;
    this.#seen = new SeenTimes(seenStep(target));
  }

  get shape(): ParsedSeriesId {
    const { instrumentId, interval, align } = this.#target;
    return { instrumentId: idOf(instrumentId), interval, ...(align === undefined ? {} : { align }) };
  }

  get counts(): ImportCounts {
    return this.#counts;
  }

  /** Stores a batch once those before it are: it may repeat their bars. */
  store(batch: SeriesBatch): Promise<void> {
    return (this.#stored = this.#stored.then(() => this.#storeNext(batch)));
  }

  async #storeNext({ columns, lines, faults, empty }: SeriesBatch): Promise<void> {
    this.#counts.empty += empty;
    const rawOf = new Map(faults.map(({ line, raw }) => [line, raw]));
    await this.#refuse(
      faults.map(({ line, raw: _raw, ...fault }) => ({ ...fault, index: line })),
      (line) => rawOf.get(line),
    );
    const kept = this.#withoutRepeated(columns, lines);
    const outcome = await this.#storeBars(this.instrumentId, kept.columns);
    for (const name of OUTCOMES) this.#counts[name] += outcome[name];
    for (const { index, ...bar } of outcome.rejected) this.#note({ ...bar, index: kept.lines[index] });
    const refused = new Set(outcome.rejected.map(({ index }) => index));
    const { openTime } = kept.columns;
    for (let i = 0; i < openTime.length; i++) if (!refused.has(i)) this.#keep(openTime[i]);
  }

  /**
   * Rejects both of two bars that one openTime has in the file with other values: nothing says which of them is right. The
   * first one was stored, and is taken back.
   */
  async settleRepeated(): Promise<void> {
    for (const { line, bar } of this.#repeated.splice(0)) {
      const [openTime] = bar.openTime;
      const span = { ...this.shape, from: openTime, to: openTime + 1 };
      const { columns } = await this.#tools.read({ ...span, fields: OPTIONAL_COLUMNS }, this.#context);
      if (columns.openTime.length === 1 && agree(columns, 0, bar, 0)) {
        const outcome = await this.#storeBars(this.instrumentId, bar);
        for (const name of OUTCOMES) this.#counts[name] += outcome[name];
        continue;
      }
      const message = `Two rows of the file have other values for ${new Date(openTime).toISOString()}; choose with --duplicates first or last`;
      await this.#refuse([{ index: line, openTime, code: 'duplicateInBatch', message }], () => bar);
      if (columns.openTime.length === 0) continue;
      await this.#tools.remove(span, this.#context);
      this.#counts.inserted--;
      this.#counts.rejected++;
    }
  }

  /** Declares that nothing else traded between its first bar and its last. */
  async declareComplete(): Promise<Span | undefined> {
    if (!this.#areTimesKnown || this.#span === undefined) return undefined;
    await this.#tools.recordFetched({ ...this.shape, provider: this.#target.provider, ...this.#span });
    return this.#span;
  }

  /** Sets aside what came in an earlier batch already; within a batch, twins are found when it is stored. */
  #withoutRepeated(columns: BarColumns, lines: Float64Array): { columns: BarColumns; lines: Float64Array } {
    const { openTime } = columns;
    if (this.#duplicates === 'last') {
      const last = lastOfEach(columns, lines);
      this.#counts.duplicates += openTime.length - last.columns.openTime.length;
      return last;
    }
    const kept: number[] = [];
    const inBatch = new Set<number>();
    for (let i = 0; i < openTime.length; i++) {
      const isTwin = this.#duplicates === 'first' && inBatch.has(openTime[i]);
      if (!isTwin && !this.#seen.has(openTime[i])) kept.push(i);
      else if (this.#duplicates === 'first') this.#counts.duplicates++;
      else this.#repeated.push({ line: lines[i], bar: gatherBars(columns, [i]) });
      if (this.#duplicates === 'first') inBatch.add(openTime[i]);
    }
    if (kept.length === openTime.length) return { columns, lines };
    return { columns: gatherBars(columns, kept), lines: Float64Array.from(kept, (i) => lines[i]) };
  }

  #keep(openTime: number): void {
    this.#seen.add(openTime);
    const to = this.#grid.closeTimeOf(openTime);
    if (this.#span === undefined) this.#span = { from: openTime, to };
    else if (openTime < this.#span.from) this.#span = { from: openTime, to: this.#span.to };
    else if (to > this.#span.to) this.#span = { from: this.#span.from, to };
  }

  async #refuse(bars: readonly RejectedBar[], rawOf: (line: number) => unknown): Promise<void> {
    const { interval, align, provider } = this.#target;
    const series = seriesId(idOf(this.instrumentId), interval, align);
    await quarantineBars(this.#tools.quarantine, { series, provider, now: this.#context.now }, bars, rawOf);
    for (const bar of bars) this.#note(bar);
  }

  #note({ code, index, message, openTime }: RejectedBar): void {
    this.#counts.rejected++;
    this.#areTimesKnown &&= openTime !== undefined;
    this.rejections.add({ code, rows: 1, lines: [index], message });
  }
}

/** No two bars open in one of these: bars that begin with trading are not on the grid of their interval. */
function seenStep({ interval, align }: ImportTarget): BarInterval {
  return align === 'session' && (fixedStepMs(interval) ?? 0) > MINUTE_MS ? '1m' : interval;
}

function lastOfEach(columns: BarColumns, lines: Float64Array): { columns: BarColumns; lines: Float64Array } {
  const last = new Map(Array.from(columns.openTime, (openTime, i) => [openTime, i]));
  if (last.size === columns.openTime.length) return { columns, lines };
  const kept = [...last.values()].sort((a, b) => a - b);
  return { columns: gatherBars(columns, kept), lines: Float64Array.from(kept, (i) => lines[i]) };
}
