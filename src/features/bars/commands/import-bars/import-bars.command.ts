import Type from 'typebox';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import { OUTCOMES } from '../../../../chunk/index.ts';
import { closeTimeOf, instrumentId, seriesId, type BarFault, type Span } from '../../../../market/index.ts';
import { InstrumentIdText, IntervalText } from '../../../../market/schemas.ts';
import { openBarFile, BAR_FILE_FORMATS, type BarFileSource, type ReadBatch } from '../../../../barfiles/index.ts';
import type { BarsCollections } from '../../collections.ts';
import { ProviderText, WritableState } from '../../schemas.ts';
import type { RejectedBar } from '../upsert-bars/prepare-bars.ts';
import { quarantineBars } from '../upsert-bars/quarantine-bars.ts';
import type { upsertBars, UpsertOutcome } from '../upsert-bars/upsert-bars.command.ts';

/** What happened to every row of a file. The five counts add up to `rows`. */
export interface ImportOutcome {
  readonly rows: number;
  readonly inserted: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly skippedStale: number;
  readonly rejected: number;
  /** Refused rows by code; they are kept in the quarantine. */
  readonly rejections: readonly RejectionSummary[];
  /** Where absent bars count as "nothing traded" now, `[from, to)`, UTC epoch ms; `undefined` where nothing was declared. */
  readonly completeIn: Span | undefined;
  /** Whether it was stopped before the end; run it again to go on: what is stored stays unchanged. */
  readonly stopped: boolean;
}

export interface RejectionSummary {
  readonly code: BarFault;
  readonly rows: number;
  /** Line numbers (of a binary file: row numbers) of the first of them, from 1. */
  readonly lines: readonly number[];
  /** What was wrong with the first. */
  readonly message: string;
}

export interface ImportProgress {
  readonly rows: number;
  readonly bytesRead: number;
  /** Size of the file; `undefined` for a stream. */
  readonly bytesTotal: number | undefined;
}

/**
 * Stores the bars of a file: CSV, NDJSON, Parquet or Arrow, plain or in gzip or zstd, told apart by content and name.
 * Bad rows are rejected with their line numbers and never stop the others. It can be stopped by its signal and run again.
 *
 * A file says nothing of what is absent, unless `isComplete` declares that from its first good bar to its last nothing
 * else traded. Refused bars stay refused; with a row whose time cannot be told nothing is declared, as any absent bar
 * might be that one.
 * @throws InvalidRequestError `FILE_UNREADABLE`, `FILE_DAMAGED`, `FILE_HEADER_INVALID`, `FILE_LINE_TOO_LONG`,
 *   `UNKNOWN_FORMAT`; the rows before the damage are stored
 */
export const importBars = defineCommand<ImportOutcome, ImportProgress>()(
  'bars.import-bars',
  Type.Object({
    source: Type.Unsafe<BarFileSource>({}),
    instrumentId: InstrumentIdText,
    interval: IntervalText,
    provider: ProviderText,
    state: WritableState,
    isComplete: Type.Optional(Type.Boolean()),
    format: Type.Optional(Type.Enum(BAR_FILE_FORMATS)),
  }),
);

const SHOWN_LINES = 10;

export function handleImportBars(
  { quarantine }: BarsCollections,
  upsert: HandlerOf<typeof upsertBars>,
  recordFetched: RecordFetched,
): HandlerOf<typeof importBars> {
  return async ({ source, format, isComplete = false, ...target }, context) => {
    const { instrumentId: id, interval, provider, state } = target;
    const { signal, onProgress, now } = context;
    const refusal = { series: seriesId(instrumentId(id), interval), provider, now };
    const counts = { rows: 0, inserted: 0, changed: 0, unchanged: 0, skippedStale: 0, rejected: 0 };
    const rejections = new Map<BarFault, RejectionSummary>();
    const times: SeenTimes = { areAllKnown: true };

    async function storeBatch({ columns, lines, faults }: ReadBatch): Promise<void> {
      const rawOf = new Map(faults.map(({ line, raw }) => [line, raw]));
      const unread = faults.map(({ line, raw: _raw, ...fault }) => ({ ...fault, index: line }));
      await quarantineBars(quarantine, refusal, unread, (line) => rawOf.get(line));
      const outcome = await upsert({ ...target, columns }, context);
      const rejected = [...unread, ...outcome.rejected.map((bar) => ({ ...bar, index: lines[bar.index] }))];
      counts.rows += columns.openTime.length + faults.length;
      for (const name of OUTCOMES) counts[name] += outcome[name];
      counts.rejected += rejected.length;
      times.span = spanWith(times.span, columns.openTime, interval, outcome.rejected);
      times.areAllKnown &&= rejected.every(({ openTime }) => openTime !== undefined);
      for (const bar of rejected) noteRejection(rejections, bar);
    }

    try {
      const file = await openBarFile(source, { format, defaultState: state });
      for await (const batch of file.batches) {
        if (signal.aborted) break;
        await storeBatch(batch);
        onProgress({ rows: counts.rows, bytesRead: file.bytesRead(), bytesTotal: file.bytesTotal });
      }
    } catch (error) {
      if (!isGivenUp(error)) throw error; // a stream that says nothing ends with the signal
    }
    const stopped = signal.aborted;
    const completeIn = isComplete && times.areAllKnown && !stopped ? times.span : undefined;
    if (completeIn !== undefined) await recordFetched({ instrumentId: id, interval, provider, ...completeIn });
    return { ...counts, rejections: [...rejections.values()], completeIn, stopped };
  };
}

interface SeenTimes {
  /** From the first good bar to the last. */
  span?: Span | undefined;
  areAllKnown: boolean;
}

function isGivenUp(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

type ImportTarget = Pick<Parameters<typeof importBars>[0], 'instrumentId' | 'interval' | 'provider'>;

/** Notes that a provider told all that traded in `[from, to)` of a series. */
export type RecordFetched = (entry: Span & ImportTarget) => Promise<void>;

function spanWith(
  before: Span | undefined,
  openTimes: Float64Array,
  interval: ImportTarget['interval'],
  rejected: UpsertOutcome['rejected'],
): Span | undefined {
  const refused = new Set(rejected.map(({ index }) => index));
  let [first, last] = [Infinity, -Infinity];
  for (let i = 0; i < openTimes.length; i++) {
    if (refused.has(i)) continue;
    if (openTimes[i] < first) first = openTimes[i];
    if (openTimes[i] > last) last = openTimes[i];
  }
  if (first > last) return before;
  const to = closeTimeOf(last, interval);
  return { from: Math.min(before?.from ?? first, first), to: Math.max(before?.to ?? to, to) };
}

function noteRejection(rejections: Map<BarFault, RejectionSummary>, { code, index: line, message }: RejectedBar): void {
  const before = rejections.get(code) ?? { code, rows: 0, lines: [], message };
  const lines = before.lines.length < SHOWN_LINES ? [...before.lines, line] : before.lines;
  rejections.set(code, { ...before, rows: before.rows + 1, lines });
}
