import Type from 'typebox';
import type { BarInterval, PriceBasis } from '../../../../market/index.ts';
import { defineQuery, type HandlerOf } from '../../../../platform/bus/index.ts';
import type { VendorHealth } from '../../../../platform/http/index.ts';
import type { MarketDataProvider } from '../../../../providers/contract/index.ts';
import { vendorState } from '../../provider-state.ts';

/** What a provider can do, and how it does. */
export interface ProviderStatus {
  readonly name: string;
  /** Made up, and to be labelled so wherever it is shown. */
  readonly isSynthetic: boolean;
  /** What its prices mean. */
  readonly basis: PriceBasis;
  /** Intervals it has a history of; others are derived. */
  readonly intervals: readonly BarInterval[];
  /** Intervals of which it has bars that begin with trading. */
  readonly sessionIntervals: readonly BarInterval[];
  readonly hasSearch: boolean;
  readonly hasCorporateActions: boolean;
  /** What its live data is made of; `undefined` where it has none. */
  readonly live: 'trades' | 'quotes' | undefined;
  /** `needed`: some of what it has is not given without a key. */
  readonly key: 'none' | 'optional' | 'needed';
  readonly hasKey: boolean;
  /** How requests to it fare; `undefined` where there is no vendor: files, and what is made up. */
  readonly state: VendorHealth | undefined;
}

/** Every provider, in the order in which they are looked for. */
export const getProviders = defineQuery<readonly ProviderStatus[]>()('system.get-providers', Type.Object({}));

export function answerGetProviders(providers: ReadonlyMap<string, MarketDataProvider>): HandlerOf<typeof getProviders> {
  return () => Promise.resolve([...providers.values()].map(statusOf));
}

function statusOf(provider: MarketDataProvider): ProviderStatus {
  const { name, isSynthetic, basis, intervals, sessionIntervals = [], live, key } = provider;
  return {
    name,
    isSynthetic,
    basis,
    intervals,
    sessionIntervals,
    hasSearch: provider.searchInstruments !== undefined,
    hasCorporateActions: provider.fetchCorporateActions !== undefined,
    live: live?.kind,
    key: key?.need ?? 'none',
    hasKey: key?.isSet ?? false,
    state: vendorState(provider),
  };
}
