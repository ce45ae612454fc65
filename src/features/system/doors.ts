import type { Bus } from '../../platform/bus/index.ts';
import type { HttpServer } from '../../platform/http/index.ts';
import { routeGetConfiguration } from './queries/get-configuration/get-configuration.route.ts';
import { routeGetProviders } from './queries/get-providers/get-providers.route.ts';

export function routeSystem(http: HttpServer, bus: Bus): void {
  routeGetProviders(http, bus);
  routeGetConfiguration(http, bus);
}
