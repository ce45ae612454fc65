import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import { TimeText, type HttpServer } from '../../../../platform/http/index.ts';
import { RevisionJson, SeriesParams, SeriesQuery } from '../../bars-http.ts';
import { revisionJson } from '../../bars-json.ts';
import { getRevisions } from './get-revisions.query.ts';

const schema = {
  tags: ['bars'],
  summary: 'All revisions of one bar, oldest first',
  params: SeriesParams,
  querystring: Type.Object({ ...SeriesQuery.properties, openTime: TimeText }),
  response: { 200: Type.Object({ revisions: Type.Array(RevisionJson) }) },
};

export function routeGetRevisions(http: HttpServer, bus: Bus): void {
  http.get('/bars/:instrumentId/revisions', { schema }, async ({ params, query, id }) => {
    const revisions = await bus.ask(getRevisions({ ...params, ...query }), { correlationId: id });
    return { revisions: revisions.map(revisionJson) };
  });
}
