import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import { problem, untilGone, type HttpServer } from '../../../../platform/http/index.ts';
import { symbolJson } from '../../instrument-json.ts';
import { SymbolJson } from '../../instruments-http.ts';
import { searchSymbols } from '../search-symbols/search-symbols.query.ts';
import { getSymbols } from './get-symbols.query.ts';

const schema = {
  operationId: 'getSymbols',
  tags: ['symbols'],
  summary: 'Instruments with their series; with `provider`, its instruments matching `query`',
  querystring: Type.Object({
    ...getSymbols.schema.properties,
    provider: Type.Optional(searchSymbols.schema.properties.provider),
  }),
  response: {
    200: Type.Object({ symbols: Type.Array(SymbolJson), total: Type.Integer() }),
    502: problem('The provider refuses, or its answer cannot be read'),
  },
};

export function routeGetSymbols(http: HttpServer, bus: Bus): void {
  http.get('/symbols', { schema }, async ({ query: { provider, ...query }, id }, reply) => {
    const { symbols, total } = await (provider === undefined
      ? bus.ask(getSymbols(query), { correlationId: id })
      : bus.ask(searchSymbols({ query: '', ...query, provider }), { correlationId: id, signal: untilGone(reply) }));
    return { symbols: symbols.map(symbolJson), total };
  });
}
