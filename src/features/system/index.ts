import type { Bus } from '../../platform/bus/index.ts';
import type { MarketDataProvider } from '../../providers/contract/index.ts';
import {
  answerGetConfiguration,
  getConfiguration,
  type Setting,
} from './queries/get-configuration/get-configuration.query.ts';
import { answerGetProviders, getProviders } from './queries/get-providers/get-providers.query.ts';

export { vendorState } from './provider-state.ts';
export { getProviders };
export type { Setting };
export type { ProviderStatus } from './queries/get-providers/get-providers.query.ts';

export interface SystemWiring {
  readonly bus: Bus;
  readonly providers: ReadonlyMap<string, MarketDataProvider>;
  /** The configuration in force, without secrets. */
  readonly settings: readonly Setting[];
}

/** Gives the bus the handlers of this slice. */
export function registerSystem({ bus, providers, settings }: SystemWiring): void {
  bus.answer(getProviders, answerGetProviders(providers));
  bus.answer(getConfiguration, answerGetConfiguration(settings));
}
