import Type from 'typebox';
import type { SessionSchedule } from '../../../../market/index.ts';
import { ExchangeText } from '../../../../market/schemas.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { declaredIn, type InstrumentDetails, type InstrumentsCollections } from '../../collections.ts';
import { withSeries, type InstrumentWithSeries } from '../../instrument.ts';

export interface SymbolsAnswer {
  /** In order of instrumentId. */
  readonly symbols: readonly InstrumentWithSeries[];
  /** How many match, beyond `limit` too. */
  readonly total: number;
}

const DEFAULT_LIMIT = 1_000;

/**
 * Instruments that are registered or have bars. `query` is looked for in ids, names and aliases, whatever the case;
 * `exchange` is the part before the colon.
 */
export const getSymbols = defineQuery<SymbolsAnswer>()(
  'instruments.get-symbols',
  Type.Object({
    query: Type.Optional(Type.String({ maxLength: 100 })),
    exchange: Type.Optional(ExchangeText),
    limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 10_000 })),
  }),
);

export function answerGetSymbols(
  { instruments, series }: InstrumentsCollections,
  schedules: ReadonlyMap<string, SessionSchedule>,
): HandlerOf<typeof getSymbols> {
  return async ({ query, exchange, limit = DEFAULT_LIMIT }) => {
    const idRange = exchange === undefined ? {} : { $gte: `${exchange}:`, $lt: `${exchange};` }; // ';' follows ':'
    const [documents, heads] = await Promise.all([
      instruments.find(exchange === undefined ? {} : { _id: idRange }).toArray(),
      series.find({ ...(exchange === undefined ? {} : { _id: idRange }), count: { $gt: 0 } }).toArray(),
    ]);
    const detailsOf = new Map(documents.map((document) => [document._id, declaredIn(document)]));
    const headsOf = Map.groupBy(heads, ({ instrumentId }) => instrumentId);
    const ids = [...new Set([...detailsOf.keys(), ...headsOf.keys()])].sort();
    const wanted = ids.filter((id) => matches(id, detailsOf.get(id), query));
    const symbols = wanted
      .slice(0, limit)
      .map((id) => withSeries(schedules, id, detailsOf.get(id), headsOf.get(id) ?? []));
    return { symbols, total: wanted.length };
  };
}

function matches(id: string, details: InstrumentDetails | undefined, query: string | undefined): boolean {
  if (query === undefined) return true;
  const wanted = query.toLowerCase();
  const names = [id, details?.name ?? '', ...(details?.aliases ?? [])];
  return names.some((name) => name.toLowerCase().includes(wanted));
}
