import type { SessionSchedule } from '../../market/index.ts';
import type { Bus } from '../../platform/bus/index.ts';
import type { MarketDataProvider } from '../../providers/contract/index.ts';
import { openInstrumentsCollections, type InstrumentsCollections } from './collections.ts';
import { createStoredNames, type StoredNames } from './stored-names.ts';
import { describeSymbol, handleDescribeSymbol } from './commands/describe-symbol/describe-symbol.command.ts';
import { handleNoteListing, noteListing } from './commands/note-listing/note-listing.command.ts';
import { handleRegisterSymbol, registerSymbol } from './commands/register-symbol/register-symbol.command.ts';
import { handleUnregisterSymbol, unregisterSymbol } from './commands/unregister-symbol/unregister-symbol.command.ts';
import { answerChooseSymbols, chooseSymbols } from './queries/choose-symbols/choose-symbols.query.ts';
import {
  answerGetManySymbolDetails,
  getManySymbolDetails,
} from './queries/get-many-symbol-details/get-many-symbol-details.query.ts';
import { answerGetSymbolDetails, getSymbolDetails } from './queries/get-symbol-details/get-symbol-details.query.ts';
import { answerGetSymbol, getSymbol } from './queries/get-symbol/get-symbol.query.ts';
import { answerGetSymbols, getSymbols } from './queries/get-symbols/get-symbols.query.ts';
import { answerHasSymbols, hasSymbols } from './queries/has-symbols/has-symbols.query.ts';
import { answerListSeries, listSeries } from './queries/list-series/list-series.query.ts';
import { answerSearchSymbols, searchSymbols } from './queries/search-symbols/search-symbols.query.ts';

export { instrumentsDocuments } from './stored-documents.ts';
export {
  chooseSymbols,
  describeSymbol,
  getManySymbolDetails,
  getSymbolDetails,
  getSymbol,
  getSymbols,
  hasSymbols,
  listSeries,
  noteListing,
  registerSymbol,
  searchSymbols,
  unregisterSymbol,
};
export { createStoredNames, openInstrumentsCollections };
export type { StoredNames };
export type { InstrumentDetails, InstrumentsCollections } from './collections.ts';
export type { InstrumentWithSeries, StoredSeries } from './instrument.ts';
export type { SymbolsAnswer } from './queries/get-symbols/get-symbols.query.ts';
export type { FoundSymbol, SearchAnswer } from './queries/search-symbols/search-symbols.query.ts';

export interface InstrumentsWiring {
  readonly bus: Bus;
  readonly instruments: InstrumentsCollections;
  readonly names: StoredNames;
  /** Every schedule that an instrument may name. */
  readonly schedules: ReadonlyMap<string, SessionSchedule>;
  /** Who may be asked for instruments, by name. */
  readonly providers: ReadonlyMap<string, MarketDataProvider>;
}

/** Gives the bus the handlers of this slice. */
export function registerInstruments({
  bus,
  instruments: collections,
  names,
  schedules,
  providers,
}: InstrumentsWiring): void {
  bus.handle(registerSymbol, handleRegisterSymbol(collections, schedules, names));
  bus.handle(describeSymbol, handleDescribeSymbol(collections));
  bus.handle(noteListing, handleNoteListing(collections));
  bus.handle(unregisterSymbol, handleUnregisterSymbol(collections, names));
  bus.answer(chooseSymbols, answerChooseSymbols(collections, names));
  bus.answer(getManySymbolDetails, answerGetManySymbolDetails(collections));
  bus.answer(getSymbolDetails, answerGetSymbolDetails(collections));
  bus.answer(getSymbol, answerGetSymbol(collections, schedules));
  bus.answer(getSymbols, answerGetSymbols(collections, schedules));
  bus.answer(hasSymbols, answerHasSymbols(collections));
  bus.answer(listSeries, answerListSeries(collections));
  bus.answer(searchSymbols, answerSearchSymbols(providers, schedules));
}
