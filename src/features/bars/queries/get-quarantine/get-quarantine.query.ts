import Type from 'typebox';
import {
  ALIGNMENTS,
  BAR_INTERVALS,
  instrumentId,
  parseSeriesId,
  seriesId,
  type InstrumentId,
  type SeriesShape,
} from '../../../../market/index.ts';
import { AlignText, InstrumentIdText, IntervalText } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { InvalidRequestError } from '../../../../platform/errors/index.ts';
import { newestFirst } from '../../../../platform/paging/index.ts';
import type { BarsCollections, QuarantinedBar } from '../../collections.ts';

/** A bar that was refused. */
export interface RefusedBar extends SeriesShape {
  readonly id: string;
  readonly instrumentId: InstrumentId;
  readonly provider: string;
  readonly code: string;
  readonly message: string;
  /** UTC epoch ms; `undefined` where the time itself could not be read. */
  readonly openTime: number | undefined;
  /** What was sent, as text; the first 2,000 characters of it. */
  readonly sent: string;
  /** UTC epoch ms. */
  readonly rejectedAt: number;
}

export interface QuarantineAnswer {
  /** Newest first. */
  readonly bars: readonly RefusedBar[];
  /** Where the next page begins; `undefined` on the last. */
  readonly nextCursor: string | undefined;
}

const DEFAULT_LIMIT = 100;

/**
 * Bars that were refused, the newest first; of one instrument, one interval of it, or all. `align` tells which series
 * below a day is meant; without it both are.
 * @throws InvalidRequestError `INVALID_CURSOR`, `CURSOR_MISMATCH`, `INVALID_REQUEST`
 */
export const getQuarantine = defineQuery<QuarantineAnswer>()(
  'bars.get-quarantine',
  Type.Object({
    instrumentId: Type.Optional(InstrumentIdText),
    interval: Type.Optional(IntervalText),
    align: Type.Optional(AlignText),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000 })),
    cursor: Type.Optional(Type.String({ maxLength: 1_000 })),
  }),
);

export function answerGetQuarantine({ quarantine }: BarsCollections): HandlerOf<typeof getQuarantine> {
  return async ({ instrumentId: id, interval, align, limit = DEFAULT_LIMIT, cursor }) => {
    const scope = { instrumentId: id, interval, align };
    if (id === undefined && (interval !== undefined || align !== undefined))
      throw new InvalidRequestError('INVALID_REQUEST', 'Name instrumentId, of which interval and align tell a series');
    const intervals = interval === undefined ? BAR_INTERVALS : [interval];
    const alignments = align === undefined ? ALIGNMENTS : [align];
    const filter =
      id === undefined
        ? {}
        : {
            series: { $in: intervals.flatMap((one) => alignments.map((way) => seriesId(instrumentId(id), one, way))) },
          };
    const { documents, nextCursor } = await newestFirst(quarantine, filter, 'rejectedAt', { limit, cursor, scope });
    return { bars: documents.map(refusedBar), nextCursor };
  };
}

function refusedBar({ _id: id, series, openTime, bar: sent, ...refused }: QuarantinedBar): RefusedBar {
  return { id, ...parseSeriesId(series), ...refused, openTime, sent };
}
