import Type from 'typebox';
import { clockGrid, type Span } from '../../../../market/index.ts';
import { EpochMsNumber, InstrumentIdText, IntervalText } from '../../../../market/schemas.ts';
import { defineCommand, type HandlerOf } from '../../../../platform/bus/index.ts';
import { providerCalled, symbolAmong } from '../../../../providers/contract/index.ts';
import type { SyncPort } from '../../port.ts';
import { ProviderText } from '../../schemas.ts';
import { askBars } from '../../syncing/ask-bars.ts';
import { pageStore } from '../../syncing/store-page.ts';

/**
 * Fetches a range from its provider at once and stores it, for who cannot wait for a job; whatever is held already is
 * fetched again.
 * @returns for which parts of the range the answer was whole
 * @throws ProviderError, or `CANCELLED` when its signal ends it; what came before is stored
 */
export const fetchRange = defineCommand<readonly Span[]>()(
  'sync.fetch-range',
  Type.Object({
    instrumentId: InstrumentIdText,
    interval: IntervalText,
    provider: ProviderText,
    from: EpochMsNumber,
    to: EpochMsNumber,
  }),
);

export function handleFetchRange(port: SyncPort, clock: () => number): HandlerOf<typeof fetchRange> {
  return async ({ instrumentId: id, interval, provider: name, from, to }, { signal }) => {
    const provider = providerCalled(port.providers, name);
    const symbol = symbolAmong(await port.aliasesOf(id), name);
    const series = { instrumentId: id, interval };
    const tools = { provider, port, grid: clockGrid(interval), clock };
    const { store } = pageStore(series, tools);
    const covered: Span[] = [];
    for await (const page of askBars({ ...series, symbol }, { from, to }, tools, signal)) {
      await store(page);
      covered.push(page.covered);
    }
    return covered;
  };
}
