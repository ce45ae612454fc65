import type { Bus } from '../../platform/bus/index.ts';
import type { Cli } from '../../platform/cli/index.ts';
import type { HttpServer } from '../../platform/http/index.ts';
import { cliRegisterSymbol } from './commands/register-symbol/register-symbol.cli.ts';
import { routeRegisterSymbol } from './commands/register-symbol/register-symbol.route.ts';
import { routeUnregisterSymbol } from './commands/unregister-symbol/unregister-symbol.route.ts';
import { routeGetSymbol } from './queries/get-symbol/get-symbol.route.ts';
import { cliGetSymbols } from './queries/get-symbols/get-symbols.cli.ts';
import { routeGetSymbols } from './queries/get-symbols/get-symbols.route.ts';

export function cliInstruments(cli: Cli): void {
  cliGetSymbols(cli);
  cliRegisterSymbol(cli);
}

export function routeInstruments(http: HttpServer, bus: Bus): void {
  routeGetSymbols(http, bus);
  routeGetSymbol(http, bus);
  routeRegisterSymbol(http, bus);
  routeUnregisterSymbol(http, bus);
}
