import Type from 'typebox';
import type { InstrumentId } from '../../../../market/index.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import { InvalidRequestError, type ErrorCode, type PocketQuantError } from '../../../../platform/errors/index.ts';
import { together } from '../../../../platform/waiting/index.ts';
import type { BarsCollections } from '../../collections.ts';
import type { ManyBarsPort } from '../../reading/many-reads.ts';
import { writeConflict, writeManyChunks, type SeriesTask } from '../../write-chunks.ts';
import { observedByNow } from '../upsert-bars/observed-by-now.ts';
import {
  prepareUpsert,
  SeriesBarsFields,
  WrittenFields,
  type OnWritten,
  type PreparedUpsert,
  type UpsertOutcome,
} from '../upsert-bars/upsert-bars.command.ts';

/** What became of one series: its bars, or why none of them is stored. */
export type SeriesOutcome =
  | ({ readonly instrumentId: string } & UpsertOutcome)
  | { readonly instrumentId: string; readonly failed: { readonly code: ErrorCode; readonly message: string } };

/** Sums over all series, and each with its own account, in the order in which they were sent. */
export interface UpsertManyOutcome {
  readonly inserted: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly skippedStale: number;
  readonly rejected: number;
  /** How many series failed; the bars of the others are stored. */
  readonly failed: number;
  readonly series: readonly SeriesOutcome[];
}

/**
 * The same as `upsertBars` for many series of one interval: each has its own account, and one that fails does not stop
 * the others. Repeating a call changes nothing, also one that was interrupted.
 * @throws InvalidRequestError `INVALID_REQUEST` if a series is named twice
 */
export const upsertManyBars = defineCommand<UpsertManyOutcome>()(
  'bars.upsert-many-bars',
  Type.Object({ ...WrittenFields, series: Type.Array(Type.Object(SeriesBarsFields), { maxItems: 10_000 }) }),
);

/** Series that are prepared in one go, while others are written: memory holds the chunks of a part of them. */
const SERIES_AT_A_TIME = 256;

export function handleUpsertManyBars(
  collections: BarsCollections,
  onWritten: OnWritten,
  { findInstruments }: Pick<ManyBarsPort, 'findInstruments'>,
): HandlerOf<typeof upsertManyBars> {
  return async ({ series: sent, ...common }, { now }) => {
    requireEachOnce(sent);
    observedByNow(common.observedAt ?? now, now); // is of no series alone
    const findInstrument = together((ids: readonly InstrumentId[]) => findInstruments(ids));
    const prepared: (PreparedUpsert | PocketQuantError)[] = [];

    async function* tasks(): AsyncGenerator<readonly SeriesTask[]> {
      for (let start = 0; start < sent.length; start += SERIES_AT_A_TIME) {
        const group = await Promise.all(
          sent
            .slice(start, start + SERIES_AT_A_TIME)
            .map((one) => prepareUpsert(collections, { ...common, ...one }, now, findInstrument).catch(asFailure)),
        );
        for (const one of group) prepared.push(one);
        yield group.flatMap((one) => ('tasks' in one ? tasksOf(one) : []));
      }
    }

    const written = await writeManyChunks(collections, now, tasks());
    const touched: (readonly [InstrumentId, UpsertOutcome])[] = [];
    const outcomes = prepared.map((one, i) => ({ instrumentId: sent[i].instrumentId, ...settle(one) }));
    // The relay begins when all is written, lest it takes turns with the rest; it looks by itself each second.
    for (const [id, outcome] of touched) onWritten(id, outcome);
    return accountOf(outcomes);

    function settle(one: PreparedUpsert | PocketQuantError): UpsertOutcome | Failed {
      if (!('tasks' in one)) return failedWith(one);
      if (written.conflicts.has(one.series)) return failedWith(writeConflict(one.series));
      const revisions = written.revisionsOf(one.series);
      const outcome = one.outcomeOf(revisions);
      if (revisions.length > 0) touched.push([one.id, outcome]);
      return outcome;
    }
  };
}

function tasksOf({ series, tasks }: PreparedUpsert): SeriesTask[] {
  return tasks.map(({ window, decide }) => ({ series, window, decide }));
}

type Failed = Pick<Extract<SeriesOutcome, { failed: unknown }>, 'failed'>;

const failedWith = ({ code, message }: PocketQuantError): Failed => ({ failed: { code, message } });

/** What is wrong with one series; trouble with the database ends the call. */
function asFailure(error: unknown): InvalidRequestError {
  if (error instanceof InvalidRequestError) return error;
  throw error;
}

function requireEachOnce(sent: readonly { readonly instrumentId: string }[]): void {
  const seen = new Set<string>();
  for (const { instrumentId: id } of sent) {
    if (seen.has(id))
      throw new InvalidRequestError('INVALID_REQUEST', `${id} is named twice; send its bars as one series`);
    seen.add(id);
  }
}

function accountOf(series: readonly SeriesOutcome[]): UpsertManyOutcome {
  const total = { inserted: 0, changed: 0, unchanged: 0, skippedStale: 0, rejected: 0, failed: 0 };
  for (const one of series) {
    if ('failed' in one) {
      total.failed++;
      continue;
    }
    for (const name of ['inserted', 'changed', 'unchanged', 'skippedStale'] as const) total[name] += one[name];
    total.rejected += one.rejected.length;
  }
  return { ...total, series };
}
