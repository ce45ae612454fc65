import Type from 'typebox';
import { BAR_FORMATS } from '../../../../barfiles/index.ts';
import type { Bus } from '../../../../platform/bus/index.ts';
import { bodies, problem, sendStream, type HttpServer } from '../../../../platform/http/index.ts';
import { BarsQuery, ChoiceQuery, idsIn, ManyBarsAnswerJson, mediaTypeOf, STREAMED } from '../../bars-http.ts';
import { manySummaryJson } from '../../bars-json.ts';
import { exportManyBars } from '../export-many-bars/export-many-bars.query.ts';

const schema = {
  operationId: 'getManyBars',
  tags: ['bars'],
  summary: 'Bars of many series, what is missing and why',
  description:
    'Of `ids`, of an `exchange` or of a `glob`, in order of instruments; each bar says which instrument it is of. json ' +
    'and columns return pages, other formats stream the whole range. The sum of what is missing and the next cursor ' +
    'follow in the trailers PocketQuant-Completeness and PocketQuant-Next-Cursor, also of json; json, columns, arrow ' +
    'and parquet have the completeness of each series, too, with up to 20 missing ranges.',
  querystring: Type.Object({
    ...ChoiceQuery,
    ...BarsQuery.properties,
    cursor: Type.Optional(Type.String({ maxLength: 1_000 })),
  }),
  response: {
    200: bodies('Bars in the format that was asked for', {
      'application/json': ManyBarsAnswerJson,
      ...Object.fromEntries(STREAMED.map((format) => [mediaTypeOf(format), Type.String()])),
    }),
    404: problem('The exchange or the glob has no instrument'),
  },
};

export function routeGetManyBars(http: HttpServer, bus: Bus): void {
  http.get('/bars', { schema }, async ({ query, id }, reply) => {
    const { format = 'json', ids, ...asked } = query;
    const named = ids === undefined ? {} : { ids: idsIn(ids) };
    const { bytes, end } = await bus.ask(exportManyBars({ ...asked, ...named, format }), { correlationId: id });
    reply.trailer('PocketQuant-Completeness', () => Promise.resolve(asciiJson(manySummaryJson(end()))));
    reply.trailer('PocketQuant-Next-Cursor', () => Promise.resolve(end().nextCursor ?? ''));
    return sendStream(reply, BAR_FORMATS[format].contentType, bytes);
  });
}

/** Header values are Latin-1, and symbols are of any script. */
function asciiJson(value: object): string {
  return JSON.stringify(value).replace(
    /[^\x20-\x7e]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
