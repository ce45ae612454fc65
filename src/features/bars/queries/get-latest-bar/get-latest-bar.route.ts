import Type from 'typebox';
import { isoOfEpochMs } from '../../../../market/index.ts';
import type { Bus } from '../../../../platform/bus/index.ts';
import { readField } from '../../../../platform/errors/index.ts';
import { TimeText, type HttpServer } from '../../../../platform/http/index.ts';
import { ObservedBarJson, SeriesParams, SeriesQuery } from '../../bars-http.ts';
import { barJson, fieldsJson } from '../../bars-json.ts';
import { barFields, FieldsText } from '../../fields.ts';
import { getLatestBar } from './get-latest-bar.query.ts';

const schema = {
  operationId: 'getLatestBar',
  tags: ['bars'],
  summary: 'The newest bar of a series',
  params: SeriesParams,
  querystring: Type.Object({
    ...SeriesQuery.properties,
    asOf: Type.Optional(TimeText),
    fields: Type.Optional(FieldsText),
  }),
  response: { 200: ObservedBarJson },
};

export function routeGetLatestBar(http: HttpServer, bus: Bus): void {
  http.get('/bars/:instrumentId/latest', { schema }, async ({ params, query: { fields, ...query }, id }) => {
    const told = fields === undefined ? [] : readField('fields', fields, barFields);
    const bar = await bus.ask(getLatestBar({ ...params, ...query }), { correlationId: id });
    const observed = { provider: bar.provider, observedAt: isoOfEpochMs(bar.observedAt) };
    return { ...barJson(bar), ...observed, ...fieldsJson(bar, told) };
  });
}
