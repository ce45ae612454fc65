import type { Bus } from '../../platform/bus/index.ts';
import type { Cli } from '../../platform/cli/index.ts';
import type { Database } from '../../platform/database/index.ts';
import { openInstrumentsCollections } from './collections.ts';
import { cliRegisterSymbol } from './commands/register-symbol/register-symbol.cli.ts';
import { handleRegisterSymbol, registerSymbol } from './commands/register-symbol/register-symbol.command.ts';
import { handleUnregisterSymbol, unregisterSymbol } from './commands/unregister-symbol/unregister-symbol.command.ts';
import { routeInstruments } from './instruments.routes.ts';
import { answerGetInstrument, getInstrument } from './queries/get-instrument/get-instrument.query.ts';
import { answerGetSymbol, getSymbol } from './queries/get-symbol/get-symbol.query.ts';
import { cliGetSymbols } from './queries/get-symbols/get-symbols.cli.ts';
import { answerGetSymbols, getSymbols } from './queries/get-symbols/get-symbols.query.ts';

export { getInstrument, getSymbol, getSymbols, registerSymbol, routeInstruments, unregisterSymbol };
export type { InstrumentDetails } from './collections.ts';
export type { InstrumentWithSeries, StoredSeries } from './instrument.ts';
export type { SymbolsAnswer } from './queries/get-symbols/get-symbols.query.ts';

export interface InstrumentsWiring {
  readonly bus: Bus;
  readonly database: Database;
  /** Every schedule that an instrument may name. */
  readonly schedules: ReadonlyMap<string, unknown>;
}

/** Gives the bus the handlers of this slice. */
export function registerInstruments({ bus, database, schedules }: InstrumentsWiring): void {
  const collections = openInstrumentsCollections(database);
  bus.handle(registerSymbol, handleRegisterSymbol(collections, schedules));
  bus.handle(unregisterSymbol, handleUnregisterSymbol(collections));
  bus.answer(getInstrument, answerGetInstrument(collections));
  bus.answer(getSymbol, answerGetSymbol(collections));
  bus.answer(getSymbols, answerGetSymbols(collections));
}

export function cliInstruments(cli: Cli): void {
  cliGetSymbols(cli);
  cliRegisterSymbol(cli);
}
