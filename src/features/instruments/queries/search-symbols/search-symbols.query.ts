import Type from 'typebox';
import { exchangeOf, type SessionSchedule } from '../../../../market/index.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import { InvalidRequestError } from '../../../../platform/errors/index.ts';
import { PROVIDER_NAME_FORMAT, providerCalled, type MarketDataProvider } from '../../../../providers/contract/index.ts';
import { withinDeadline } from '../../../../platform/requests/index.ts';
import { detailsOf } from '../../details-of.ts';
import { withSeries, type InstrumentWithSeries } from '../../instrument.ts';
import { getSymbols } from '../get-symbols/get-symbols.query.ts';

/** An instrument of a provider; its alias makes a registered one found by the provider's code. */
export interface FoundSymbol extends InstrumentWithSeries {
  /** The provider's own code. */
  readonly symbol: string;
}

export interface SearchAnswer {
  /** In the provider's order, without series; whether any are stored `getSymbols` tells. */
  readonly symbols: readonly FoundSymbol[];
  /** How many the provider answered with, beyond `limit` too; few give all that match. */
  readonly total: number;
}

/**
 * Instruments that a provider has, by a part of their code or name.
 * @throws InvalidRequestError `UNKNOWN_PROVIDER`, `PROVIDER_HAS_NO_SEARCH`
 * @throws ProviderError if the provider cannot answer; `PROVIDER_TIMEOUT` after ten seconds
 */
export const searchSymbols = defineQuery<SearchAnswer>()(
  'instruments.search-symbols',
  Type.Object({
    ...Type.Omit(getSymbols.schema, ['cursor']).properties,
    query: Type.String({ minLength: 1, maxLength: 100 }),
    provider: Type.String(PROVIDER_NAME_FORMAT),
  }),
);

const DEADLINE_MS = 10_000;

export function answerSearchSymbols(
  providers: ReadonlyMap<string, MarketDataProvider>,
  schedules: ReadonlyMap<string, SessionSchedule>,
  deadlineMs = DEADLINE_MS,
): HandlerOf<typeof searchSymbols> {
  return async ({ provider: name, query, exchange, limit }, { signal }) => {
    const provider = providerCalled(providers, name);
    const search = provider.searchInstruments?.bind(provider);
    if (search === undefined)
      throw new InvalidRequestError('PROVIDER_HAS_NO_SEARCH', `${name} has no search; sync by the code you know`);
    const found = await withinDeadline(name, deadlineMs, signal, (until) => search(query, until));
    const wanted = found.filter(({ instrumentId }) => exchange === undefined || exchangeOf(instrumentId) === exchange);
    const symbols = wanted.slice(0, limit).map((instrument) => {
      const { instrumentId, symbol } = instrument;
      const details = { ...detailsOf(instrument), aliases: [`${name}:${symbol}`] };
      return { ...withSeries(schedules, instrumentId, details, []), symbol };
    });
    return { symbols, total: wanted.length };
  };
}
