import Type from 'typebox';
import { chunkId, revisionsOf, type BarRevision } from '../../../../chunk/index.ts';
import { instrumentId, isoOfEpochMs, seriesId } from '../../../../market/index.ts';
import { AlignText, InstrumentIdText, IntervalText, Time } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { NotFoundError } from '../../../../platform/errors/index.ts';
import type { BarsCollections } from '../../collections.ts';
import { contentSince } from '../../reading/moved-revisions.ts';

/**
 * All revisions of one bar, oldest first, each with its provider and the span in which it was believed.
 * @throws NotFoundError `BAR_NOT_FOUND` if the series has no bar with this openTime
 */
export const getRevisions = defineQuery<readonly BarRevision[]>()(
  'bars.get-revisions',
  Type.Object({
    instrumentId: InstrumentIdText,
    interval: IntervalText,
    align: Type.Optional(AlignText),
    openTime: Time,
  }),
);

export function answerGetRevisions({ chunks, chunkHistory }: BarsCollections): HandlerOf<typeof getRevisions> {
  return async ({ instrumentId: id, interval, align, openTime }) => {
    const series = seriesId(instrumentId(id), interval, align);
    const _id = chunkId(series, openTime);
    const chunk = await chunks.findOne({ _id }, { projection: { pending: 0 } });
    if (chunk !== null) {
      const revisions = revisionsOf(await contentSince(chunkHistory, chunk), openTime);
      if (revisions.length > 0) return revisions;
    }
    throw new NotFoundError('BAR_NOT_FOUND', `${series} has no bar that opens at ${isoOfEpochMs(openTime)}`);
  };
}
