import { DAY_MS, exchangeOf, symbolOf } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import type { BarsRequest } from './market-data-provider.ts';
import type { RequestedInstrument } from './requested-instrument.ts';

/**
 * The code to ask a vendor for: its own where the instrument names one, else the symbol, on exchanges where the two
 * are the same.
 * @throws ProviderError `PROVIDER_SYMBOL_UNKNOWN` where they need not be: the bars could be another instrument's
 */
export function symbolAt(
  vendor: string,
  { instrumentId, symbol }: RequestedInstrument,
  isSame: (exchange: string) => boolean,
): string {
  if (symbol !== undefined) return symbol;
  const exchange = exchangeOf(instrumentId);
  if (isSame(exchange)) return symbolOf(instrumentId);
  throw new ProviderError(
    'PROVIDER_SYMBOL_UNKNOWN',
    `${vendor} may call ${instrumentId} otherwise; name its code in the aliases of the instrument`,
  );
}

/** What reaches into the last day is looked at now; the rest is work on the past. */
export function priorityOf({ range, now }: BarsRequest): 'fresh' | 'backfill' {
  return range.to > now - DAY_MS ? 'fresh' : 'backfill';
}
