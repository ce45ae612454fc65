import Type from 'typebox';
import { chunkIdRange, deleteRange, parseChunkId } from '../../../../chunk/index.ts';
import { instrumentId, seriesId, type Alignment, type InstrumentId, type Span } from '../../../../market/index.ts';
import { AlignText, InstrumentIdText, IntervalText, Time } from '../../../../market/schemas.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import { outlastFailover } from '../../../../platform/database/index.ts';
import type { BarsCollections } from '../../collections.ts';
import { requireRange } from '../../range.ts';
import type { BarsQuestion } from '../../reading/bars-question.ts';
import { deleteMovedRevisions } from '../../reading/moved-revisions.ts';
import { writeChunks, type ChunkTask } from '../../write-chunks.ts';

export interface DeleteOutcome {
  readonly deleted: number;
}

/** Forgets what providers were asked for in a range of a series, lest what is deleted counts as known to be empty. */
export type ForgetFetched = (
  of: Span & Pick<BarsQuestion, 'instrumentId' | 'interval'> & { readonly align?: Alignment | undefined },
) => Promise<void>;

/**
 * Removes the bars of `[from, to)` with their revisions, for retention: as-of reads no longer know them either, and a
 * sync of the range fetches them again.
 * @throws InvalidRequestError `INVALID_RANGE` if `from` is not before `to`
 */
export const deleteBars = defineCommand<DeleteOutcome>()(
  'bars.delete-bars',
  Type.Object({
    instrumentId: InstrumentIdText,
    interval: IntervalText,
    align: Type.Optional(AlignText),
    from: Time,
    to: Time,
  }),
);

export function handleDeleteBars(
  collections: BarsCollections,
  onWritten: (id: InstrumentId) => void,
  forgetFetched: ForgetFetched,
): HandlerOf<typeof deleteBars> {
  return async ({ instrumentId: idText, interval, align, from, to }, { now }) => {
    const range = requireRange(from, to);
    const id = instrumentId(idText);
    const series = seriesId(id, interval, align);
    // First, so that a crash in between leaves bars that nobody asked for, and not holes that count as known.
    await forgetFetched({ instrumentId: id, interval, align, from, to });
    const ids = chunkIdRange(series, range);
    const stored = await outlastFailover(() =>
      collections.chunks
        .find({ _id: { $gte: ids.first, $lte: ids.last } }, { projection: { _id: 1 }, sort: { _id: 1 } })
        .toArray(),
    );
    const deletedOf = new Map<string, number>();
    const tasks = stored.map(({ _id }): ChunkTask => {
      const { window } = parseChunkId(_id);
      return {
        window,
        decide: (content) => {
          const kept = content === undefined ? undefined : deleteRange(content, range);
          const deleted = (content?.bars.openTime.length ?? 0) - (kept?.bars.openTime.length ?? 0);
          deletedOf.set(_id, deleted);
          if (kept === undefined || deleted === 0) return undefined;
          const touched = { from: Math.max(from, window.from), to: Math.min(to, window.to) };
          return { content: kept, ...touched, inserted: 0, changed: 0, deleted, providers: [] };
        },
      };
    });
    await writeChunks(collections, { series, now }, tasks);
    const chunkIds = stored.map(({ _id }) => _id);
    await outlastFailover(() => deleteMovedRevisions(collections.chunkHistory, chunkIds, range));
    onWritten(id);
    return { deleted: [...deletedOf.values()].reduce((sum, count) => sum + count, 0) };
  };
}
