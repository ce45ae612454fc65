import Type from 'typebox';
import { parseSeriesId, type ParsedSeriesId } from '../../../../market/index.ts';
import { ExchangeText, IntervalText } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { InstrumentsCollections } from '../../collections.ts';
import { namesMatching } from '../../names-matching.ts';

export interface SeriesListed {
  /** All instruments that match, in order, those without such a series too. */
  readonly ids: readonly string[];
  /** Their stored series of the interval. */
  readonly series: readonly ParsedSeriesId[];
}

/** The stored series of an interval by their names; instruments are chosen as `getSymbols` does. */
export const listSeries = defineQuery<SeriesListed>()(
  'instruments.list-series',
  Type.Object({
    interval: IntervalText,
    query: Type.Optional(Type.String({ maxLength: 100 })),
    exchange: Type.Optional(ExchangeText),
  }),
);

export function answerListSeries(collections: InstrumentsCollections): HandlerOf<typeof listSeries> {
  return async ({ interval, ...wanted }) => {
    const { ids, series } = await namesMatching(collections, wanted);
    const isOfInterval = (name: string): boolean =>
      /^[^@]*/.exec(name.slice(name.lastIndexOf('/') + 1))?.[0] === interval;
    return { ids, series: series.filter(isOfInterval).map(parseSeriesId) };
  };
}
