import Type from 'typebox';
import { invalidInput, InvalidRequestError } from '../../../../platform/errors/index.ts';
import { bodies, problem, type HttpServer } from '../../../../platform/http/index.ts';
import { validatorOf } from '../../../../platform/schemas/index.ts';
import { EventTexts, type JsonShapes } from '../../event-texts.ts';
import type { Hub } from '../../hub.ts';
import { After, TopicTexts } from '../../topics.ts';
import { serveSocket } from './socket-door.ts';
import { openEvents } from './sse-door.ts';

const tags = ['streams'];
const MESSAGES =
  'Topics: bars:ID/INTERVAL, quotes:ID, changes, jobs. Messages: subscribed, unsubscribed, bar, quote, change, job, error, ' +
  'heartbeat; docs/reference/streams.md shows each.';

const isSeq = validatorOf(After);
const Topics = validatorOf(TopicTexts);

const socketSchema = {
  operationId: 'followBySocket',
  tags,
  summary: 'Stream over a WebSocket',
  description:
    `${MESSAGES} A client sends {"action":"subscribe","topics":["bars:NASDAQ:AAPL/1m"],"after":17} and ` +
    '{"action":"unsubscribe","topics":[…]}; with "after" topics of the change feed continue after that seq.',
  response: {
    101: Type.Null({ description: 'A WebSocket, whose messages are JSON texts' }),
    426: problem('Asked as plain HTTP'),
  },
};

const eventsSchema = {
  operationId: 'followByEvents',
  tags,
  summary: 'Stream as server-sent events',
  description: `${MESSAGES} Browsers send Last-Event-ID when they reconnect, and miss nothing of the change feed.`,
  querystring: Type.Object({
    topics: Type.String({ description: 'separated by commas' }),
    after: Type.Optional(After),
  }),
  response: {
    200: bodies('Events without end', { 'text/event-stream': Type.String() }),
    410: problem('Changes after this seq are no longer kept'),
  },
};

/** `/stream`, a WebSocket, and `/stream/sse`. */
export function routeFollowTopics(http: HttpServer, hub: Hub, shapes: JsonShapes): void {
  const texts = new EventTexts(shapes);
  // The server waits for answers that are under way; a stream's has no end of its own.
  http.addHook('preClose', async () => hub.close());
  http.route({
    method: 'GET',
    url: '/stream',
    exposeHeadRoute: false,
    schema: socketSchema,
    handler: () => {
      throw new InvalidRequestError('UPGRADE_REQUIRED', 'This is a WebSocket; server-sent events are at /stream/sse');
    },
    wsHandler: (socket) => serveSocket(socket, hub, texts),
  });
  // Compression would keep events back.
  const options = { schema: eventsSchema, exposeHeadRoute: false, compress: false } as const;
  http.get('/stream/sse', options, async ({ query, headers }, reply) => {
    const after = seqOf(headers['last-event-id']) ?? query.after;
    const events = await openEvents(hub, texts, topicsOf(query.topics), after);
    return reply
      .type('text/event-stream')
      .headers({ 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
      .send(events);
  });
}

/** A comma of a symbol stands before no topic. */
const betweenTopics = /,(?=bars:|quotes:|(?:changes|jobs)(?:,|$))/;

function topicsOf(text: string): string[] {
  const topics = text.split(betweenTopics);
  if (Topics().Check(topics)) return topics;
  throw invalidInput('topics', Topics().Errors(topics), { schema: TopicTexts, value: topics });
}

function seqOf(text: string | string[] | undefined): number | undefined {
  if (text === undefined || text === '') return undefined;
  const seq = Number(text);
  if (/^\d+$/.test(String(text)) && isSeq().Check(seq)) return seq;
  throw new InvalidRequestError('INVALID_REQUEST', `Last-Event-ID must be a seq, not ${String(text)}`);
}
