import Type from 'typebox';
import { PRICE_BASES } from '../../../../market/index.ts';
import type { Bus } from '../../../../platform/bus/index.ts';
import { orNull, VendorJson, type HttpServer } from '../../../../platform/http/index.ts';
import { providerJson } from '../../system-json.ts';
import { getProviders } from './get-providers.query.ts';

const ProviderJson = Type.Object({
  name: Type.String(),
  isSynthetic: Type.Boolean({ description: 'Made up: to be labelled so wherever it is shown' }),
  basis: Type.Enum(PRICE_BASES),
  intervals: Type.Array(Type.String(), { description: 'Intervals it has a history of' }),
  sessionIntervals: Type.Array(Type.String(), {
    description: 'Intervals of which it has bars that begin with trading',
  }),
  hasSearch: Type.Boolean(),
  hasCorporateActions: Type.Boolean(),
  live: orNull(Type.Enum(['trades', 'quotes'])),
  key: Type.Enum(['none', 'optional', 'needed'], {
    description: '`needed`: some of what it has is not given without a key',
  }),
  hasKey: Type.Boolean(),
  state: orNull(VendorJson, {
    description: 'As in /health; null where there is no vendor: files, and what is made up',
  }),
});

const schema = {
  operationId: 'getProviders',
  tags: ['system'],
  summary: 'Providers: what each can do, and how it does',
  response: { 200: Type.Object({ providers: Type.Array(ProviderJson) }) },
};

export function routeGetProviders(http: HttpServer, bus: Bus): void {
  http.get('/providers', { schema }, async ({ id }) => ({
    providers: (await bus.ask(getProviders({}), { correlationId: id })).map(providerJson),
  }));
}
