import Type, { type StaticDecode } from 'typebox';
import { chunkWindow, mergeBars, OUTCOMES, type ChunkContent } from '../../../../chunk/index.ts';
import {
  BAR_STATES,
  columnsOfRows,
  DAY_MS,
  firstIndexFrom,
  instrumentId,
  optionalOf,
  seriesId,
  sliceColumns,
  type BarColumns,
  type BarGrid,
  type BarInterval,
  type InstrumentId,
  type SeriesId,
} from '../../../../market/index.ts';
import { AlignText, EpochMsNumber, InstrumentIdText, IntervalText, Time } from '../../../../market/schemas.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import { InvalidRequestError } from '../../../../platform/errors/index.ts';
import type { BarsCollections } from '../../collections.ts';
import { ColumnsSchema, EpochNumbersText, ProviderText, WritableState } from '../../schemas.ts';
import { findGrid } from '../../series-grid.ts';
import { writeChunks, type ChunkChange, type ChunkRevision, type ChunkTask } from '../../write-chunks.ts';
import { findUnfinished, type FindInstrument } from './find-unfinished.ts';
import { observedByNow } from './observed-by-now.ts';
import { prepareBars, type RejectedBar } from './prepare-bars.ts';
import { quarantineBars } from './quarantine-bars.ts';

/** What became of every bar of a call: the five add up to the bars sent. */
export interface UpsertOutcome {
  readonly inserted: number;
  /** Another value than before (the old one is kept as a revision), or a provisional bar that became final. */
  readonly changed: number;
  readonly unchanged: number;
  /** Provisional onto final, or observed earlier than what is stored. */
  readonly skippedStale: number;
  readonly rejected: readonly RejectedBar[];
  /** Names what was written, for a later read that must see it. Opaque. */
  readonly revision: string;
}

/** How many bars a call has written. */
export type WrittenBars = Pick<UpsertOutcome, 'inserted' | 'changed'>;

/** What all bars of a call have in common. */
export const WrittenFields = {
  interval: IntervalText,
  align: Type.Optional(AlignText),
  provider: ProviderText,
  state: Type.Optional(WritableState),
  observedAt: Type.Optional(Time),
  /** What is over is told by the clock of the vendor whose bars these are; no more than a day ahead of ours. */
  vendorNow: Type.Optional(EpochMsNumber),
  epochNumbers: Type.Optional(EpochNumbersText),
};
/** The bars of one series. */
export const SeriesBarsFields = {
  instrumentId: InstrumentIdText,
  columns: Type.Optional(ColumnsSchema),
  bars: Type.Optional(Type.Array(Type.Unknown())),
};
const UpsertBarsSchema = Type.Object({ ...SeriesBarsFields, ...WrittenFields });
type UpsertBarsInput = StaticDecode<typeof UpsertBarsSchema>;

/**
 * Stores bars of one series; repeating a call changes nothing. Bars come as `columns` or as `bars` (objects), in any
 * order. A bad bar is rejected with a code and kept in quarantine; it never stops the others.
 *
 * `state` goes for every bar that names none. A day, week or month is refused while its trading goes on by the schedule
 * of its instrument; where that is not known it is stored as provisional until its UTC dates are over. `observedAt` (UTC epoch ms, default: now; not in the
 * future) is when the values became known; an older observation never overwrites a newer one.
 * With `align: 'session'` bars of less than a day are those of the series that begins with trading.
 * @throws InvalidRequestError `NO_SCHEDULE`, `NO_SESSIONS` where they cannot
 * @throws ConflictError `WRITE_CONFLICT` if another writer kept changing the same chunk
 */
export const upsertBars = defineCommand<UpsertOutcome>()('bars.upsert-bars', UpsertBarsSchema);

/** Hears of the series that were written to. */
export type OnWritten = (id: InstrumentId, bars: WrittenBars) => void;

export function handleUpsertBars(
  collections: BarsCollections,
  onWritten: OnWritten,
  findInstrument: FindInstrument,
): HandlerOf<typeof upsertBars> {
  return async (input, { now }) => {
    const { id, series, tasks, outcomeOf } = await prepareUpsert(collections, input, now, findInstrument);
    const revisions = await writeChunks(collections, { series, now }, tasks);
    const outcome = outcomeOf(revisions);
    if (revisions.length > 0) onWritten(id, outcome);
    return outcome;
  };
}

/** The bars of one series, checked and ready to be written. */
export interface PreparedUpsert {
  readonly id: InstrumentId;
  readonly series: SeriesId;
  readonly tasks: readonly ChunkTask[];
  /** What became of every bar, once the tasks are done. */
  outcomeOf(revisions: readonly ChunkRevision[]): UpsertOutcome;
}

/**
 * Checks the bars of one series; those that are refused are in quarantine then.
 * @throws InvalidRequestError as `upsertBars`
 */
export async function prepareUpsert(
  { quarantine }: BarsCollections,
  input: UpsertBarsInput,
  now: number,
  findInstrument: FindInstrument,
): Promise<PreparedUpsert> {
  const { interval, align, provider } = input;
  const id = instrumentId(input.instrumentId);
  const series = seriesId(id, interval, align);
  const grid = await findGrid(input, () => findInstrument(id));
  const observedAt = observedByNow(input.observedAt ?? now, now);
  const sent = barsSent(input);
  const judgedAt = Math.min(input.vendorNow ?? now, now + DAY_MS);
  const unfinished = await findUnfinished(sent.columns.openTime, { id, interval, now: judgedAt }, findInstrument);
  const {
    columns,
    rejected: refused,
    repeated,
  } = prepareBars(sent.columns, { interval, grid, now: judgedAt, unfinished });
  const rejected = [...sent.rejected, ...refused.map((bar) => ({ ...bar, index: sent.placeOf(bar.index) }))];
  rejected.sort((a, b) => a.index - b.index);
  await quarantineBars(quarantine, { series, provider, now }, rejected, sent.barAt);

  const tally = new Map<ChunkTask, Tally>();
  const observation = { provider, observedAt, isObservedAtGiven: input.observedAt !== undefined };
  const tasks = splitByWindow(columns, interval).map(({ window, part }) => {
    const task: ChunkTask = {
      window,
      decide: (content) => {
        const { change, counts } = decideUpsert(content, part, grid, observation);
        tally.set(task, counts); // a conflict decides again and replaces the counts
        return change;
      },
    };
    return task;
  });
  return {
    id,
    series,
    tasks,
    outcomeOf(revisions) {
      const totals: Tally = { inserted: 0, changed: 0, unchanged: repeated, skippedStale: 0 };
      for (const counts of tally.values()) for (const name of OUTCOMES) totals[name] += counts[name];
      return { ...totals, rejected, revision: revisionToken(revisions) };
    },
  };
}

type Tally = Record<(typeof OUTCOMES)[number], number>;

interface SentBars {
  readonly columns: BarColumns;
  readonly rejected: readonly RejectedBar[];
  /** The caller's place of a bar of `columns`. */
  placeOf(index: number): number;
  /** What the caller sent in a place, for the quarantine. */
  barAt(place: number): unknown;
}

function barsSent({ columns, bars, state, epochNumbers }: UpsertBarsInput): SentBars {
  const stateCode = state === undefined ? undefined : BAR_STATES.indexOf(state);
  if ((columns === undefined) === (bars === undefined))
    throw new InvalidRequestError('INVALID_REQUEST', 'Send the bars either as `columns` or as `bars`');
  if (columns !== undefined) {
    const { openTime } = columns;
    const states =
      columns.state ?? (stateCode === undefined ? undefined : new Uint8Array(openTime.length).fill(stateCode));
    if (states === undefined)
      throw new InvalidRequestError(
        'INVALID_REQUEST',
        'Name the state of the bars: `state` for all, or a `state` column',
      );
    const { open, high, low, close, volume = new Float64Array(openTime.length).fill(NaN) } = columns;
    const complete = { openTime, open, high, low, close, volume, state: states, ...optionalOf(columns) };
    return { columns: complete, rejected: [], placeOf: (index) => index, barAt: (place) => rowAt(complete, place) };
  }
  const rows = bars ?? [];
  const read = columnsOfRows(rows, stateCode, epochNumbers);
  return {
    columns: read.columns,
    rejected: read.faults.map((fault) => ({ ...fault, code: 'invalidBar' })),
    placeOf: (index) => read.rows[index],
    barAt: (place) => rows[place],
  };
}

function rowAt(columns: BarColumns, index: number): object {
  return Object.fromEntries(
    Object.entries(columns).map(([name, column]: [string, Float64Array | Uint8Array]) => [name, column[index]]),
  );
}

function splitByWindow(columns: BarColumns, interval: BarInterval) {
  const parts: { readonly window: ReturnType<typeof chunkWindow>; readonly part: BarColumns }[] = [];
  for (let start = 0; start < columns.openTime.length;) {
    const window = chunkWindow(columns.openTime[start], interval);
    const end = firstIndexFrom(columns.openTime, window.to);
    const isAll = end - start === columns.openTime.length;
    parts.push({ window, part: isAll ? columns : sliceColumns(columns, start, end) });
    start = end;
  }
  return parts;
}

/** Merges bars of one chunk into it. */
export function decideUpsert(
  content: ChunkContent | undefined,
  part: BarColumns,
  grid: BarGrid,
  observation: { readonly provider: string; readonly observedAt: number; readonly isObservedAtGiven: boolean },
): { change: ChunkChange | undefined; counts: Tally } {
  const { counts, ...merged } = mergeBars(content, { columns: part, ...observation });
  if (!merged.changed) return { change: undefined, counts };
  const { openTime } = part;
  const change: ChunkChange = {
    content: merged.content,
    from: openTime[0],
    to: grid.closeTimeOf(openTime[openTime.length - 1]),
    inserted: counts.inserted,
    changed: counts.changed,
    deleted: 0,
    providers: [observation.provider],
  };
  return { change, counts };
}

const MAX_TOKEN_CHUNKS = 16;

/** Few chunks are named with their revs; of many, only that a read must be a strong one. */
function revisionToken(revisions: readonly ChunkRevision[]): string {
  if (revisions.length > MAX_TOKEN_CHUNKS) return 'strong';
  return revisions.map(({ key, rev }) => `${key}@${rev}`).join(',');
}
