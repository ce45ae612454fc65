import Type from 'typebox';
import type { Bus } from '../../../../platform/bus/index.ts';
import { orNull, type HttpServer } from '../../../../platform/http/index.ts';
import { getConfiguration } from './get-configuration.query.ts';

const SettingJson = Type.Object({
  variable: Type.String({ description: 'The environment variable that sets it' }),
  value: orNull(Type.Union([Type.String(), Type.Number()]), {
    description: 'Of a key only whether there is one: `set` or `unset`; URLs have no user, password and query',
  }),
  isDefault: Type.Boolean(),
});

const schema = {
  operationId: 'getConfiguration',
  tags: ['system'],
  summary: 'The configuration in force, without secrets',
  response: { 200: Type.Object({ settings: Type.Array(SettingJson) }) },
};

export function routeGetConfiguration(http: HttpServer, bus: Bus): void {
  http.get('/configuration', { schema }, async ({ id }) => {
    const settings = await bus.ask(getConfiguration({}), { correlationId: id });
    return { settings: settings.map(({ value = null, ...setting }) => ({ ...setting, value })) };
  });
}
