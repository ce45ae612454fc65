import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import { bodies, sendStream, type HttpServer } from '../../../../platform/http/index.ts';
import { BarsAnswerJson, BarsQuery, mediaTypeOf, SeriesParams, STREAMED, trailerJson } from '../../bars-http.ts';
import { BAR_FORMATS } from '../../../../barfiles/index.ts';
import { getBarsBody } from '../get-bars-body/get-bars-body.query.ts';

const schema = {
  operationId: 'getBars',
  tags: ['bars'],
  summary: 'Bars of a series, what is missing and why',
  description:
    'json and columns return pages. Other formats stream the whole range; completeness and next cursor follow ' +
    'in the trailers PocketQuant-Completeness, with the first 50 missing ranges and missingCount of all, and ' +
    'PocketQuant-Next-Cursor. arrow, feather and parquet also have both in their metadata, with all ranges.',
  params: SeriesParams,
  querystring: BarsQuery,
  response: {
    200: bodies('Bars in the format that was asked for', {
      'application/json': BarsAnswerJson,
      ...Object.fromEntries(STREAMED.map((format) => [mediaTypeOf(format), Type.String()])),
    }),
  },
};

/** All answers are ready-made bytes; this is for problems alone. */
const serializerCompiler = () => JSON.stringify;

export function routeGetBars(http: HttpServer, bus: Bus): void {
  http.get('/bars/:instrumentId', { schema, serializerCompiler }, async ({ params, query, id }, reply) => {
    const { format = 'json', ...asked } = query;
    const body = await bus.ask(getBarsBody({ ...params, ...asked, format }), { correlationId: id });
    const { contentType } = BAR_FORMATS[format];
    if (body.kind === 'page') {
      reply.raw.once('finish', () => body.release()); // all of it was handed to the system
      return reply.type(contentType).send(body.bytes);
    }
    // Header values are Latin-1; the JSON of numbers, times and reasons is ASCII.
    reply.trailer('PocketQuant-Completeness', () =>
      Promise.resolve(JSON.stringify(trailerJson(body.end().completeness))),
    );
    reply.trailer('PocketQuant-Next-Cursor', () => Promise.resolve(body.end().nextCursor ?? ''));
    return sendStream(reply, contentType, body.bytes);
  });
}
