import type { Bus } from '../../platform/bus/index.ts';
import type { Cli } from '../../platform/cli/index.ts';
import type { HttpServer } from '../../platform/http/index.ts';
import { cliGetConfiguration } from './queries/get-configuration/get-configuration.cli.ts';
import { routeGetConfiguration } from './queries/get-configuration/get-configuration.route.ts';
import { cliGetProviders } from './queries/get-providers/get-providers.cli.ts';
import { routeGetProviders } from './queries/get-providers/get-providers.route.ts';

export function cliSystem(cli: Cli): void {
  cliGetProviders(cli);
  cliGetConfiguration(cli);
}

export function routeSystem(http: HttpServer, bus: Bus): void {
  routeGetProviders(http, bus);
  routeGetConfiguration(http, bus);
}
