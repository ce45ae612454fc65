import Type from 'typebox';
import { idsOfSeries, latestBarAsOf } from '../../../../chunk/index.ts';
import { instrumentId, isoOfEpochMs, seriesId, type ObservedBar } from '../../../../market/index.ts';
import { AlignText, InstrumentIdText, IntervalText, Time } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { NotFoundError } from '../../../../platform/errors/index.ts';
import type { BarsCollections } from '../../collections.ts';
import { contentSince } from '../../reading/moved-revisions.ts';

/**
 * The newest stored bar of a series, as known at `asOf` (UTC epoch ms; default: now).
 * @throws NotFoundError `BAR_NOT_FOUND` if no bar was known by then
 */
export const getLatestBar = defineQuery<ObservedBar>()(
  'bars.get-latest-bar',
  Type.Object({
    instrumentId: InstrumentIdText,
    interval: IntervalText,
    align: Type.Optional(AlignText),
    asOf: Type.Optional(Time),
  }),
);

export function answerGetLatestBar({ chunks, chunkHistory }: BarsCollections): HandlerOf<typeof getLatestBar> {
  return async ({ instrumentId: id, interval, align, asOf }, { now }) => {
    const knownAt = asOf ?? now;
    const series = seriesId(instrumentId(id), interval, align);
    const ids = idsOfSeries(series);
    const newestFirst = chunks.find(
      { _id: { $gte: ids.first, $lte: ids.last } },
      { projection: { pending: 0 }, sort: { _id: -1 }, batchSize: 2 },
    );
    // The newest chunk may hold nothing known by then; an older one answers instead.
    for await (const chunk of newestFirst) {
      const found = latestBarAsOf(await contentSince(chunkHistory, chunk, knownAt), knownAt);
      if (found !== undefined) return found;
    }
    throw new NotFoundError('BAR_NOT_FOUND', `No bar of ${series} was known at ${isoOfEpochMs(knownAt)}`);
  };
}
