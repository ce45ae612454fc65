import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import { orNull, TimeJson, type HttpServer } from '../../../../platform/http/index.ts';
import { knownQuoteJson } from '../../live-json.ts';
import { getAllQuotes, getLatestQuote } from './get-quotes.query.ts';

const OptionalNumber = orNull(Type.Number());

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
  eventTime: orNull(TimeJson),
  receivedAt: TimeJson,
});

const ofAll = {
  operationId: 'getAllQuotes',
  tags: ['live'],
  summary: 'The newest quote of every instrument',
  response: { 200: Type.Object({ quotes: Type.Array(QuoteJson) }) },
};

const ofOne = {
  operationId: 'getLatestQuote',
  tags: ['live'],
  summary: 'The newest quote of an instrument',
  params: getLatestQuote.schema,
  response: { 200: QuoteJson },
};

export function routeGetQuotes(http: HttpServer, bus: Bus): void {
  http.get('/quotes', { schema: ofAll }, async ({ id }) => ({
    quotes: (await bus.ask(getAllQuotes({}), { correlationId: id })).map(knownQuoteJson),
  }));
  http.get('/quotes/:instrumentId', { schema: ofOne }, async ({ params, id }) =>
    knownQuoteJson(await bus.ask(getLatestQuote(params), { correlationId: id })),
  );
}
