import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import { orNull, problem, untilGone, type HttpServer } from '../../../../platform/http/index.ts';
import { symbolsJson } from '../../instrument-json.ts';
import { SymbolJson } from '../../instruments-http.ts';
import { searchSymbols } from '../search-symbols/search-symbols.query.ts';
import { getSymbols } from './get-symbols.query.ts';

const schema = {
  operationId: 'getSymbols',
  tags: ['symbols'],
  summary: 'Instruments with their series, a page at a time; with `provider`, its instruments matching `query`',
  querystring: Type.Object({
    ...getSymbols.schema.properties,
    provider: Type.Optional(searchSymbols.schema.properties.provider),
  }),
  response: {
    200: Type.Object({ symbols: Type.Array(SymbolJson), total: Type.Integer(), nextCursor: orNull(Type.String()) }),
    502: problem('The provider refuses, or its answer cannot be read'),
  },
};

export function routeGetSymbols(http: HttpServer, bus: Bus): void {
  http.get('/symbols', { schema }, async ({ query: { provider, ...query }, id }, reply) => {
    if (provider === undefined) return symbolsJson(await bus.ask(getSymbols(query), { correlationId: id }));
    const origin = { correlationId: id, signal: untilGone(reply) };
    return symbolsJson(await bus.ask(searchSymbols({ query: '', ...query, provider }), origin));
  });
}
