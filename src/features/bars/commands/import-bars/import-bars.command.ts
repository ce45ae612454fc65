import Type from 'typebox';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import { InvalidRequestError } from '../../../../platform/errors/index.ts';
import { SideBySide } from '../../../../platform/waiting/index.ts';
import type { BarInterval, Span } from '../../../../market/index.ts';
import { openBarFile, type BarFile, type BarFileSource, type Reading } from '../../../../barfiles/index.ts';
import { ProviderText, WritableState } from '../../schemas.ts';
import { findGrid } from '../../series-grid.ts';
import { FileReadingFields } from '../../file-reading.ts';
import {
  NO_ROWS,
  Rejections,
  sumOfCounts,
  sumOfRejections,
  type ImportCounts,
  type RejectionSummary,
} from './import-account.ts';
import { ImportedSeries, type ImportTools } from './imported-series.ts';
import { storeTogether } from './store-together.ts';

/** What happened to every row of a file. The seven counts add up to `rows`. */
export interface ImportOutcome extends ImportCounts {
  /** How the file was read. */
  readonly reading: Reading;
  readonly rows: number;
  /** Refused rows by code; those that name a series are kept in its quarantine. */
  readonly rejections: readonly RejectionSummary[];
  /** The series of the file, each with its own account. */
  readonly series: readonly SeriesAccount[];
  /** Where absent bars of a file of one series count as "nothing traded" now, `[from, to)`, UTC epoch ms; `undefined` where nothing was declared. */
  readonly completeIn: Span | undefined;
  /** Whether it was stopped before the end; run it again to go on: what is stored stays unchanged. */
  readonly stopped: boolean;
}

export interface SeriesAccount extends ImportCounts {
  readonly instrumentId: string;
  readonly interval: BarInterval;
  readonly align?: 'session';
  readonly completeIn: Span | undefined;
}

export interface ImportProgress {
  readonly rows: number;
  readonly bytesRead: number;
  /** Size of the file; `undefined` for a stream. */
  readonly bytesTotal: number | undefined;
}

/**
 * Stores the bars of a file: CSV, JSON, NDJSON, Parquet or Arrow, plain or packed, told apart by content. A file is read in
 * one way, which it shows beyond doubt or which was named; else it is refused with the option that decides, and nothing of
 * it is stored. Bad rows are rejected with their line numbers and never stop the others. It can be stopped by its signal and
 * run again.
 *
 * A file says nothing of what is absent, unless `isComplete` declares that from its first good bar to its last nothing
 * else traded. Refused bars stay refused; with a row whose time cannot be told nothing is declared, as any absent bar
 * might be that one.
 * @throws InvalidRequestError `FILE_UNREADABLE`, `UNKNOWN_FORMAT`, `FILE_HEADER_INVALID`, `COLUMNS_NEEDED`,
 *   `TIME_ZONE_NEEDED` and the like before anything is stored; `FILE_DAMAGED`, `FILE_LINE_TOO_LONG` after the rows before the
 *   damage
 */
export const importBars = defineCommand<ImportOutcome, ImportProgress>()(
  'bars.import-bars',
  Type.Object({
    ...FileReadingFields,
    source: Type.Unsafe<BarFileSource>({}),
    provider: ProviderText,
    state: WritableState,
    isComplete: Type.Optional(Type.Boolean()),
    /** Which of two bars of one openTime is meant where they have other values; without it both are rejected. */
    duplicates: Type.Optional(Type.Enum(['first', 'last'])),
  }),
);

/** Series that are written at a time, in one go. */
const SERIES_AT_A_TIME = 64;

export function handleImportBars(tools: ImportTools): HandlerOf<typeof importBars> {
  return async ({ source, provider, state, isComplete = false, duplicates, ...options }, context) => {
    const { signal, now } = context;
    const file = await openBarFile(
      source,
      { ...options, defaultState: state },
      { now, hoursOf: tools.hoursOf, signal },
    ).catch((error: unknown) => {
      signal.throwIfAborted(); // the input that it waited for was given up
      throw error;
    });
    const { interval, align } = file.reading;
    const common = { interval, ...(align === undefined ? {} : { align }), provider, state };
    const storeBars = storeTogether(tools.upsertMany, common, context);
    const series = new Map<string, ImportedSeries>();
    const seriesOf = async (instrumentId: string): Promise<ImportedSeries> => {
      let one = series.get(instrumentId);
      if (one === undefined) {
        const target = { instrumentId, ...common };
        const grid = await findGrid(target, tools.hoursOf);
        one = new ImportedSeries(target, grid, duplicates, tools, storeBars, context);
        series.set(instrumentId, one);
      }
      return one;
    };
    const unnamed = new Rejections();
    try {
      await storeAll(file, seriesOf, unnamed, context);
    } finally {
      await file.close();
    }
    if (series.size === 0 && unnamed.rows > 0)
      throw new InvalidRequestError(
        'INSTRUMENT_NEEDED',
        'No row of the file names its symbol; name it with --instrument',
      );
    const stopped = signal.aborted;
    const accounts: SeriesAccount[] = [];
    for (const one of series.values()) {
      await one.settleRepeated();
      const completeIn = isComplete && !stopped ? await one.declareComplete() : undefined;
      accounts.push({ ...one.shape, ...one.counts, completeIn });
    }
    const counts = sumOfCounts([...accounts, { ...NO_ROWS, rejected: unnamed.rows }]);
    return {
      reading: file.reading,
      rows: Object.values(counts).reduce((sum, count) => sum + count, 0),
      ...counts,
      rejections: sumOfRejections([unnamed, ...[...series.values()].map(({ rejections }) => rejections)]),
      series: accounts,
      completeIn: accounts.length === 1 ? accounts[0].completeIn : undefined,
      stopped,
    };
  };
}

async function storeAll(
  file: BarFile,
  seriesOf: (instrumentId: string) => Promise<ImportedSeries>,
  unnamed: Rejections,
  { signal, onProgress }: { readonly signal: AbortSignal; readonly onProgress: (progress: ImportProgress) => void },
): Promise<void> {
  const writing = new SideBySide(SERIES_AT_A_TIME);
  let rows = 0;
  try {
    for await (const batch of file.batches) {
      if (signal.aborted) break;
      rows += batch.columns.openTime.length + batch.faults.length + batch.empty;
      if (batch.instrumentId === '') {
        for (const { code, line, message } of batch.faults) unnamed.add({ code, rows: 1, lines: [line], message });
        continue;
      }
      const one = await seriesOf(batch.instrumentId);
      if (file.isOfMany) await writing.start(() => one.store(batch));
      else await one.store(batch); // its batches share their memory
      onProgress({ rows, bytesRead: file.bytesRead(), bytesTotal: file.bytesTotal });
    }
  } catch (error) {
    if (!isGivenUp(error)) throw error; // a stream that says nothing ends with the signal
  } finally {
    await writing.all();
  }
}

function isGivenUp(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}
