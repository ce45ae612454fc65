import Type from 'typebox';
import { epochMsOfWire } from '../../../../market/index.ts';
import type { Bus } from '../../../../platform/bus/index.ts';
import { readField } from '../../../../platform/errors/index.ts';
import { problem, TimeText, type HttpServer } from '../../../../platform/http/index.ts';
import { SeriesParams, SeriesQuery } from '../../bars-http.ts';
import { deleteBars } from './delete-bars.command.ts';

const schema = {
  tags: ['bars'],
  summary: 'Remove the bars of [from, to) with their history, for retention',
  description: 'A sync of the range fetches them again, also that which keeps a tracked series complete.',
  params: SeriesParams,
  querystring: Type.Object({ ...SeriesQuery.properties, from: TimeText, to: TimeText }),
  response: {
    200: Type.Object({ deleted: Type.Integer() }),
    409: problem('Another writer kept changing the same bars'),
  },
};

export function routeDeleteBars(http: HttpServer, bus: Bus): void {
  http.delete('/bars/:instrumentId', { schema }, async ({ params, query, id }) => {
    const from = readField('from', query.from, epochMsOfWire);
    const to = readField('to', query.to, epochMsOfWire);
    return bus.execute(deleteBars({ ...params, interval: query.interval, from, to }), { correlationId: id });
  });
}
