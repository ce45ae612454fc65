import type { Bus } from '../../../../platform/bus/index.ts';
import type { HttpServer } from '../../../../platform/http/index.ts';
import { symbolJson } from '../../instrument-json.ts';
import { SymbolJson } from '../../instruments-http.ts';
import { getSymbol } from './get-symbol.query.ts';

const schema = {
  operationId: 'getSymbol',
  tags: ['symbols'],
  summary: 'One instrument with its series',
  params: getSymbol.schema,
  response: { 200: SymbolJson },
};

export function routeGetSymbol(http: HttpServer, bus: Bus): void {
  http.get('/symbols/:instrumentId', { schema }, async ({ params, id }) =>
    symbolJson(await bus.ask(getSymbol(params), { correlationId: id })),
  );
}
