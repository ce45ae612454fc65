import Type from 'typebox';
import { chunkIdRange, revisionsOf, type BarRevision } from '../../../../chunk/index.ts';
import { instrumentId, seriesId } from '../../../../market/index.ts';
import { AlignText, InstrumentIdText, IntervalText, Time } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { inIdOrder } from '../../../../platform/database/index.ts';
import type { BarsCollections } from '../../collections.ts';
import { requireRange } from '../../range.ts';
import { contentSince } from '../../reading/moved-revisions.ts';

export interface CorrectionsAnswer {
  /** All revisions of each corrected bar, bars in order of time, the oldest revision of a bar first. */
  readonly revisions: readonly BarRevision[];
  /** openTime of the first corrected bar that was cut off; `undefined` where none was. */
  readonly nextFrom: number | undefined;
}

const DEFAULT_LIMIT = 500;

/**
 * The revisions of those bars of `[from, to)`, UTC epoch ms, that ever had another value than now: of the first 500, or
 * of as many as `limit` says. What comes after them is asked for from `nextFrom` on.
 * @throws InvalidRequestError `INVALID_RANGE`
 */
export const getCorrections = defineQuery<CorrectionsAnswer>()(
  'bars.get-corrections',
  Type.Object({
    instrumentId: InstrumentIdText,
    interval: IntervalText,
    align: Type.Optional(AlignText),
    from: Time,
    to: Time,
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 5_000 })),
  }),
);

export function answerGetCorrections({ chunks, chunkHistory }: BarsCollections): HandlerOf<typeof getCorrections> {
  return async ({ instrumentId: id, interval, align, from, to, limit = DEFAULT_LIMIT }) => {
    const range = chunkIdRange(seriesId(instrumentId(id), interval, align), requireRange(from, to));
    const revisions: BarRevision[] = [];
    let bars = 0;
    for await (const chunk of inIdOrder(chunks, { range, projection: { pending: 0 } })) {
      if (chunk.revisions === undefined) continue;
      const content = await contentSince(chunkHistory, chunk);
      for (const openTime of new Set(content.revisions.openTime)) {
        if (openTime < from || openTime >= to) continue;
        if (bars === limit) return { revisions, nextFrom: openTime };
        revisions.push(...revisionsOf(content, openTime));
        bars++;
      }
    }
    return { revisions, nextFrom: undefined };
  };
}
