import Type from 'typebox';
import { BAR_FORMATS } from '../../../../barfiles/index.ts';
import type { Bus } from '../../../../platform/bus/index.ts';
import { bodies, sendFile, type HttpServer } from '../../../../platform/http/index.ts';
import { BarsQuery, mediaTypeOf, SeriesParams, trailerJson } from '../../bars-http.ts';
import { getBarsFile } from './get-bars-file.query.ts';

/** Addresses end as names of such files do; Arrow's readers take an `.arrow` for the kind that is read in any order. */
const FORMAT_OF = { parquet: 'parquet', csv: 'csv', arrow: 'feather', feather: 'feather' } as const;
type Ending = keyof typeof FORMAT_OF;
const ENDINGS = Object.keys(FORMAT_OF) as Ending[];

const { limit: _limit, cursor: _cursor, include: _include, format: _format, ...FileQuery } = BarsQuery.properties;

const schema = {
  operationId: 'getBarsFile',
  tags: ['bars'],
  summary: 'All bars of a series as a file, for tools that read by URL',
  description:
    'The same bars as GET /bars/{instrumentId}, without a limit, as a file with HEAD, Range and ETag. The header ' +
    'PocketQuant-Completeness tells what is missing, with the first 50 ranges; parquet, arrow and feather have all ' +
    'of them in their metadata. arrow and feather are the Arrow IPC file format.',
  params: Type.Object({ ...SeriesParams.properties, ending: Type.Enum(ENDINGS) }),
  querystring: Type.Object(FileQuery),
  response: {
    200: bodies(
      'The file, or with status 206 the part that Range asks for',
      Object.fromEntries(Object.values(FORMAT_OF).map((format) => [mediaTypeOf(format), Type.String()])),
    ),
  },
};

export function routeGetBarsFile(http: HttpServer, bus: Bus): void {
  for (const method of ['GET', 'HEAD'] as const)
    http.route({
      method,
      exposeHeadRoute: false,
      url: `/bars/:instrumentId.:ending(${ENDINGS.join('|')})`,
      schema: { ...schema, hide: method === 'HEAD' },
      // What is read in parts has to be the same bytes for everyone.
      compress: false,
      async handler({ params, query, headers, id }, reply) {
        const { instrumentId, ending } = params;
        const format = FORMAT_OF[ending];
        const isFurtherPart = headers.range !== undefined && headers['if-range'] === undefined;
        const asked = { instrumentId, ...query, format, isFurtherPart };
        const file = await bus.ask(getBarsFile(asked), { correlationId: id });
        reply.header('PocketQuant-Completeness', JSON.stringify(trailerJson(file.completeness)));
        const name = `${instrumentId}-${query.interval}.${ending}`.replaceAll(/[/:]/g, '_');
        return sendFile(reply, { ...file, contentType: BAR_FORMATS[format].contentType, name });
      },
    });
}
