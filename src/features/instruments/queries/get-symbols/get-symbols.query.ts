import Type from 'typebox';
import type { SessionSchedule } from '../../../../market/index.ts';
import { ExchangeText } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { cursorAfter, placeOfCursor } from '../../../../platform/paging/index.ts';
import { declaredIn, type InstrumentsCollections } from '../../collections.ts';
import { namesMatching } from '../../names-matching.ts';
import { withSeries, type InstrumentWithSeries } from '../../instrument.ts';

export interface SymbolsAnswer {
  /** In order of instrumentId. */
  readonly symbols: readonly InstrumentWithSeries[];
  /** How many match, on other pages too. */
  readonly total: number;
  /** For the next page; `undefined` on the last one. */
  readonly nextCursor: string | undefined;
}

const DEFAULT_LIMIT = 1_000;

/**
 * Instruments that are registered or have bars, a page at a time. `query` is looked for in ids, names and aliases, whatever
 * the case; `exchange` is the part before the colon; `cursor` is the `nextCursor` of the page before.
 * @throws InvalidRequestError `INVALID_CURSOR`, `CURSOR_MISMATCH`
 */
export const getSymbols = defineQuery<SymbolsAnswer>()(
  'instruments.get-symbols',
  Type.Object({
    query: Type.Optional(Type.String({ maxLength: 100 })),
    exchange: Type.Optional(ExchangeText),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
    cursor: Type.Optional(Type.String({ maxLength: 1_000 })),
  }),
);

export function answerGetSymbols(
  collections: InstrumentsCollections,
  schedules: ReadonlyMap<string, SessionSchedule>,
): HandlerOf<typeof getSymbols> {
  const { instruments, series } = collections;
  return async ({ query, exchange, limit = DEFAULT_LIMIT, cursor }) => {
    const scope = { query, exchange };
    const after = cursor === undefined ? '' : placeOfCursor(cursor, /:/, scope);
    const { ids } = await namesMatching(collections, scope);
    const rest = ids.filter((id) => id > after);
    const page = rest.slice(0, limit);
    const [documents, heads] = await Promise.all([
      instruments.find({ _id: { $in: page } }).toArray(),
      series.find({ instrumentId: { $in: page }, count: { $gt: 0 } }).toArray(),
    ]);
    const detailsOf = new Map(documents.map((document) => [document._id, declaredIn(document)]));
    const headsOf = Map.groupBy(heads, ({ instrumentId }) => instrumentId);
    const symbols = page.map((id) => withSeries(schedules, id, detailsOf.get(id), headsOf.get(id) ?? []));
    const last = rest.length > limit ? page.at(-1) : undefined;
    return { symbols, total: ids.length, nextCursor: last && cursorAfter(last, scope) };
  };
}
