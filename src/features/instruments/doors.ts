import type { Bus } from '../../platform/bus/index.ts';
import type { HttpServer } from '../../platform/http/index.ts';
import { routeRegisterSymbol } from './commands/register-symbol/register-symbol.route.ts';
import { routeUnregisterSymbol } from './commands/unregister-symbol/unregister-symbol.route.ts';
import { routeGetSymbol } from './queries/get-symbol/get-symbol.route.ts';
import { routeGetSymbols } from './queries/get-symbols/get-symbols.route.ts';

export function routeInstruments(http: HttpServer, bus: Bus): void {
  routeGetSymbols(http, bus);
  routeGetSymbol(http, bus);
  routeRegisterSymbol(http, bus);
  routeUnregisterSymbol(http, bus);
}
