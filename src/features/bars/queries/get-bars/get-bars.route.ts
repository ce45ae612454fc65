import type { Bus } from '../../../../platform/bus/index.ts';
import { sendStream, type HttpServer } from '../../../../platform/http/index.ts';
import { BarsQuery, DEFAULT_LIMIT, SeriesParams } from '../../bars-http.ts';
import { completenessJson } from '../../bars-json.ts';
import { BAR_FORMATS, giveBack, type BarFormat } from '../../formats/index.ts';
import { questionOf } from '../../question.ts';
import { exportBars } from '../export-bars/export-bars.query.ts';

const schema = {
  tags: ['bars'],
  summary: 'Bars of a series, with what is missing and why',
  description:
    'json and columns answer in pages. The other formats stream the whole range; what there is to say about it follows ' +
    'in the trailers PocketQuant-Completeness and PocketQuant-Next-Cursor.',
  params: SeriesParams,
  querystring: BarsQuery,
};

/** Formats whose body has the completeness in it. */
const PAGED: ReadonlySet<BarFormat> = new Set(['json', 'columns']);

export function routeGetBars(http: HttpServer, bus: Bus): void {
  http.get('/bars/:instrumentId', { schema }, async ({ params, query, id }, reply) => {
    const { format = 'json', limit = PAGED.has(format) ? DEFAULT_LIMIT : undefined, ...asked } = query;
    const question = questionOf({ ...params, ...asked, ...(limit === undefined ? {} : { limit }) });
    const { bytes, end } = await bus.ask(exportBars({ ...question, format }), { correlationId: id });
    const { contentType } = BAR_FORMATS[format];
    if (PAGED.has(format)) {
      const body = await wholeBody(bytes);
      reply.raw.once('finish', () => giveBack(body)); // all of it was handed to the system
      return reply.type(contentType).send(body);
    }
    // Header values are Latin-1; the JSON of numbers, times and reasons is ASCII.
    reply.trailer('PocketQuant-Completeness', () =>
      Promise.resolve(JSON.stringify(completenessJson(end().completeness))),
    );
    reply.trailer('PocketQuant-Next-Cursor', () => Promise.resolve(end().nextCursor ?? ''));
    return sendStream(reply, contentType, bytes);
  });
}

/** A page is small: in one piece it is quicker than as a stream. */
async function wholeBody(pieces: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return all.length === 1 ? all[0] : Buffer.concat(all);
}
