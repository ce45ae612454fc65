import Type from 'typebox';
import { isoOrNull } from '../../../../market/index.ts';
import type { BarRevision } from '../../../../chunk/index.ts';
import type { Bus } from '../../../../platform/bus/index.ts';
import { InvalidRequestError, readField } from '../../../../platform/errors/index.ts';
import { orNull, TimeJson, TimeText, type HttpServer } from '../../../../platform/http/index.ts';
import { RevisionJson, SeriesParams, SeriesQuery } from '../../bars-http.ts';
import { revisionJson } from '../../bars-json.ts';
import { barFields, FieldsText } from '../../fields.ts';
import { getCorrections } from '../get-corrections/get-corrections.query.ts';
import { getRevisions } from './get-revisions.query.ts';

const { limit } = getCorrections.schema.properties;
const schema = {
  operationId: 'getRevisions',
  tags: ['bars'],
  summary: 'All revisions of one bar, oldest first; with from and to, of the bars of a range that were ever corrected',
  params: SeriesParams,
  querystring: Type.Object({
    ...SeriesQuery.properties,
    openTime: Type.Optional(TimeText),
    from: Type.Optional(TimeText),
    to: Type.Optional(TimeText),
    limit,
    fields: Type.Optional(FieldsText),
  }),
  response: {
    200: Type.Object({
      revisions: Type.Array(RevisionJson),
      nextFrom: orNull(TimeJson, {
        description: 'Of a range: the first corrected bar beyond `limit` (500), to be sent as the next `from`',
      }),
    }),
  },
};

export function routeGetRevisions(http: HttpServer, bus: Bus): void {
  http.get('/bars/:instrumentId/revisions', { schema }, async ({ params, query, id }) => {
    const { openTime, from, to, limit: most, fields, ...series } = { ...params, ...query };
    const told = fields === undefined ? [] : readField('fields', fields, barFields);
    const json = (revision: BarRevision) => revisionJson(revision, told);
    const origin = { correlationId: id };
    if (openTime !== undefined && from === undefined && to === undefined) {
      const revisions = await bus.ask(getRevisions({ ...series, openTime }), origin);
      return { revisions: revisions.map(json), nextFrom: null };
    }
    if (openTime !== undefined || from === undefined || to === undefined)
      throw new InvalidRequestError('INVALID_REQUEST', 'Name either openTime, or from and to');
    const { revisions, nextFrom } = await bus.ask(getCorrections({ ...series, from, to, limit: most }), origin);
    return { revisions: revisions.map(json), nextFrom: isoOrNull(nextFrom) };
  });
}
