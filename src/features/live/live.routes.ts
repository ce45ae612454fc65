import Type from 'typebox';
import { BAR_INTERVALS } from '../../market/index.ts';
import { InstrumentIdText, IntervalText } from '../../market/schemas.ts';
import type { Bus } from '../../platform/bus/index.ts';
import type { HttpServer } from '../../platform/http/index.ts';
import { startFeed } from './commands/start-feed/start-feed.command.ts';
import { stopFeed } from './commands/stop-feed/stop-feed.command.ts';
import { subscribe } from './commands/subscribe/subscribe.command.ts';
import { unsubscribe } from './commands/unsubscribe/unsubscribe.command.ts';
import { currentBarJson, feedJson, knownQuoteJson, subscriptionJson } from './live-json.ts';
import { getCurrentBar } from './queries/get-current-bar/get-current-bar.query.ts';
import { getFeeds } from './queries/get-feeds/get-feeds.query.ts';
import { getAllQuotes, getLatestQuote } from './queries/get-quotes/get-quotes.query.ts';
import { getSubscriptions } from './queries/get-subscriptions/get-subscriptions.query.ts';
import { Intervals, ProviderText, SubscriptionId } from './schemas.ts';

const Time = Type.String({ description: 'RFC 3339' });
const OptionalTime = Type.Union([Time, Type.Null()]);
const OptionalNumber = Type.Union([Type.Number(), Type.Null()]);
const Failure = Type.Union([Type.Object({ code: Type.String(), message: Type.String(), at: Time }), Type.Null()]);

const FeedJson = Type.Object({
  provider: Type.String(),
  state: Type.Enum(['stopped', 'waiting', 'connecting', 'live', 'disconnected']),
  since: OptionalTime,
  heardAt: OptionalTime,
  error: Failure,
  instruments: Type.Array(
    Type.Object({
      instrumentId: Type.String(),
      intervals: Type.Array(Type.String()),
      heardAt: OptionalTime,
      isStale: Type.Boolean(),
      refused: Failure,
    }),
  ),
});

const SubscriptionJson = Type.Object({
  id: Type.String(),
  provider: Type.String(),
  instrumentId: Type.String(),
  intervals: Type.Array(Type.String()),
  createdAt: Time,
  refused: Failure,
});

const QuoteJson = Type.Object({
  instrumentId: Type.String(),
  provider: Type.String(),
  last: OptionalNumber,
  lastSize: OptionalNumber,
  bid: OptionalNumber,
  bidSize: OptionalNumber,
  ask: OptionalNumber,
  askSize: OptionalNumber,
  dayVolume: OptionalNumber,
  eventTime: OptionalTime,
  receivedAt: Time,
});

const CurrentBarJson = Type.Object({
  instrumentId: Type.String(),
  provider: Type.String(),
  at: Time,
  interval: Type.String(),
  openTime: Time,
  open: Type.Number(),
  high: Type.Number(),
  low: Type.Number(),
  close: Type.Number(),
  volume: OptionalNumber,
  state: Type.Literal('open'),
  isPartial: Type.Boolean({ description: 'Trades are missing in it' }),
});

const tags = ['live'];

/** Feeds, what they are subscribed to, and what they tell. */
export function routeLive(http: HttpServer, bus: Bus): void {
  const feedsJson = async (id: string) => ({
    feeds: (await bus.ask(getFeeds({}), { correlationId: id })).map(feedJson),
  });
  const FeedsJson = Type.Object({ feeds: Type.Array(FeedJson) });
  http.get('/feed', { schema: { tags, summary: 'Feed status', response: { 200: FeedsJson } } }, ({ id }) =>
    feedsJson(id),
  );
  for (const [path, command, summary] of [
    ['/feed/start', startFeed, "Have a provider's feed run, also after a restart"],
    ['/feed/stop', stopFeed, "End a provider's feed until it is started again"],
  ] as const) {
    const body = Type.Object({ provider: ProviderText }, { additionalProperties: false });
    http.post(path, { schema: { tags, summary, body, response: { 200: FeedsJson } } }, async ({ body: asked, id }) => {
      await bus.execute(command(asked), { correlationId: id });
      return feedsJson(id);
    });
  }
  http.get(
    '/subscriptions',
    {
      schema: {
        tags,
        summary: 'Live subscriptions',
        querystring: Type.Object({ provider: Type.Optional(ProviderText) }),
        response: { 200: Type.Object({ subscriptions: Type.Array(SubscriptionJson) }) },
      },
    },
    async ({ query, id }) => ({
      subscriptions: (await bus.ask(getSubscriptions(query), { correlationId: id })).map(subscriptionJson),
    }),
  );
  http.post(
    '/subscriptions',
    {
      schema: {
        tags,
        summary: 'Start a live feed',
        description: 'Intervals already subscribed to are kept; without any, all are subscribed to.',
        body: Type.Object(
          {
            instrumentId: InstrumentIdText,
            intervals: Type.Optional(Intervals),
            provider: Type.Optional(ProviderText),
          },
          { additionalProperties: false },
        ),
        response: { 200: SubscriptionJson },
      },
    },
    async ({ body, id }) =>
      subscriptionJson(await bus.execute(subscribe({ intervals: [...BAR_INTERVALS], ...body }), { correlationId: id })),
  );
  http.delete(
    '/subscriptions/:id',
    {
      schema: {
        tags,
        summary: 'End a subscription; stored bars are kept',
        params: Type.Object({ id: SubscriptionId }),
        response: { 204: Type.Null() },
      },
    },
    async ({ params, id }, reply) => {
      await bus.execute(unsubscribe(params), { correlationId: id });
      return reply.status(204).send(null);
    },
  );
  http.get(
    '/quotes',
    {
      schema: {
        tags,
        summary: 'The newest quote of every instrument',
        response: { 200: Type.Object({ quotes: Type.Array(QuoteJson) }) },
      },
    },
    async ({ id }) => ({ quotes: (await bus.ask(getAllQuotes({}), { correlationId: id })).map(knownQuoteJson) }),
  );
  const params = Type.Object({ instrumentId: InstrumentIdText });
  http.get(
    '/quotes/:instrumentId',
    { schema: { tags, summary: 'The newest quote of an instrument', params, response: { 200: QuoteJson } } },
    async ({ params: asked, id }) => knownQuoteJson(await bus.ask(getLatestQuote(asked), { correlationId: id })),
  );
  http.get(
    '/quotes/:instrumentId/current-bar',
    {
      schema: {
        tags,
        summary: 'The current bar of a series',
        params,
        querystring: Type.Object({ interval: IntervalText }),
        response: { 200: CurrentBarJson },
      },
    },
    async ({ params: asked, query, id }) =>
      currentBarJson(await bus.ask(getCurrentBar({ ...asked, ...query }), { correlationId: id })),
  );
}
