import Type from 'typebox';
import { TRACKED_SESSIONS } from '../../market/index.ts';
import { InstrumentIdText } from '../../market/schemas.ts';
import type { Bus } from '../../platform/bus/index.ts';
import { problem, timesAsText, TimeValue, untilGone, type HttpServer } from '../../platform/http/index.ts';
import { registerSymbol } from './commands/register-symbol/register-symbol.command.ts';
import { unregisterSymbol } from './commands/unregister-symbol/unregister-symbol.command.ts';
import { symbolJson } from './instrument-json.ts';
import { getSymbol } from './queries/get-symbol/get-symbol.query.ts';
import { getSymbols } from './queries/get-symbols/get-symbols.query.ts';
import { searchSymbols } from './queries/search-symbols/search-symbols.query.ts';
import { detailFields } from './schemas.ts';

const Text = Type.Union([Type.String(), Type.Null()]);

const SymbolJson = Type.Object({
  instrumentId: Type.String(),
  symbol: Type.Optional(Type.String({ description: "The provider's code, if a provider was asked" })),
  name: Text,
  assetType: Text,
  currency: Text,
  schedule: Text,
  sessions: Type.Enum(TRACKED_SESSIONS),
  priceDecimals: Type.Union([Type.Integer(), Type.Null()]),
  listedFrom: Text,
  listedTo: Text,
  aliases: Type.Array(Type.String()),
  series: Type.Array(
    Type.Object({
      interval: Type.String(),
      first: Text,
      last: Text,
      count: Type.Integer(),
      finalCount: Type.Integer(),
      providers: Type.Array(Type.String()),
    }),
  ),
});

const params = Type.Object({ instrumentId: InstrumentIdText });
const tags = ['symbols'];
const details = Type.Object(
  { ...detailFields, listedFrom: Type.Optional(TimeValue), listedTo: Type.Optional(TimeValue) },
  { additionalProperties: false },
);

/** One resource, so its doors stand together. */
export function routeInstruments(http: HttpServer, bus: Bus): void {
  http.get(
    '/symbols',
    {
      schema: {
        tags,
        summary: 'Instruments with their series; with `provider`, its instruments matching `query`',
        querystring: Type.Object({
          ...getSymbols.schema.properties,
          provider: Type.Optional(searchSymbols.schema.properties.provider),
        }),
        response: {
          200: Type.Object({ symbols: Type.Array(SymbolJson), total: Type.Integer() }),
          502: problem('The provider refuses, or its answer cannot be read'),
        },
      },
    },
    async ({ query: { provider, ...query }, id }, reply) => {
      const { symbols, total } = await (provider === undefined
        ? bus.ask(getSymbols(query), { correlationId: id })
        : bus.ask(searchSymbols({ query: '', ...query, provider }), { correlationId: id, signal: untilGone(reply) }));
      return { symbols: symbols.map(symbolJson), total };
    },
  );
  http.get(
    '/symbols/:instrumentId',
    { schema: { tags, summary: 'One instrument with its series', params, response: { 200: SymbolJson } } },
    async ({ params: asked, id }) => symbolJson(await bus.ask(getSymbol(asked), { correlationId: id })),
  );
  http.put(
    '/symbols/:instrumentId',
    {
      schema: {
        tags,
        summary: 'Declare an instrument, or change its declaration',
        params,
        body: details,
        response: { 200: SymbolJson },
      },
    },
    async ({ params: asked, body: { listedFrom, listedTo, ...body }, id }) => {
      const listing = timesAsText({ listedFrom, listedTo });
      return symbolJson(await bus.execute(registerSymbol({ ...asked, ...body, ...listing }), { correlationId: id }));
    },
  );
  http.delete(
    '/symbols/:instrumentId',
    {
      schema: {
        tags,
        summary: 'Delete an instrument without bars',
        params,
        response: { 204: Type.Null(), 409: problem('It has bars') },
      },
    },
    async ({ params: asked, id }, reply) => {
      await bus.execute(unregisterSymbol(asked), { correlationId: id });
      return reply.status(204).send(null);
    },
  );
}
