import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import { timesAsText, TimeValue, type HttpServer } from '../../../../platform/http/index.ts';
import { symbolJson } from '../../instrument-json.ts';
import { SymbolJson } from '../../instruments-http.ts';
import { detailFields } from '../../schemas.ts';
import { registerSymbol } from './register-symbol.command.ts';

const schema = {
  operationId: 'registerSymbol',
  tags: ['symbols'],
  summary: 'Declare an instrument, or change its declaration',
  params: Type.Pick(registerSymbol.schema, ['instrumentId']),
  body: Type.Object(
    { ...detailFields, listedFrom: Type.Optional(TimeValue), listedTo: Type.Optional(TimeValue) },
    { additionalProperties: false },
  ),
  response: { 200: SymbolJson },
};

export function routeRegisterSymbol(http: HttpServer, bus: Bus): void {
  http.put('/symbols/:instrumentId', { schema }, async ({ params, body: { listedFrom, listedTo, ...body }, id }) => {
    const details = { ...params, ...body, ...timesAsText({ listedFrom, listedTo }) };
    return symbolJson(await bus.execute(registerSymbol(details), { correlationId: id }));
  });
}
