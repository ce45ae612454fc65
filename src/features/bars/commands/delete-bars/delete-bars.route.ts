import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import { problem, TimeText, type HttpServer } from '../../../../platform/http/index.ts';
import { SeriesParams, SeriesQuery } from '../../bars-http.ts';
import { deleteBars } from './delete-bars.command.ts';

const schema = {
  operationId: 'deleteBars',
  tags: ['bars'],
  summary: 'Delete the bars of [from, to) and their revisions',
  description: 'The next sync of the range fetches them again, including the scheduled one of a tracked series.',
  params: SeriesParams,
  querystring: Type.Object({ ...SeriesQuery.properties, from: TimeText, to: TimeText }),
  response: {
    200: Type.Object({ deleted: Type.Integer() }),
    409: problem('Another writer kept changing the same bars'),
  },
};

export function routeDeleteBars(http: HttpServer, bus: Bus): void {
  http.delete('/bars/:instrumentId', { schema }, ({ params, query, id }) =>
    bus.execute(deleteBars({ ...params, ...query }), { correlationId: id }),
  );
}
