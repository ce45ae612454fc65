import { ProviderError } from '../../platform/errors/index.ts';
import type { Requester } from '../../platform/requests/index.ts';
import { isCrypto } from './mapper.ts';
import { readLatestBars } from './schema.ts';

const MOST_KNOWN = 20_000;
const SYMBOLS_PER_REQUEST = 100;

export interface SymbolCheck {
  /** @throws ProviderError `PROVIDER_SYMBOL_UNKNOWN` if Alpaca never had a bar of it */
  confirm(symbol: string, signal: AbortSignal): Promise<void>;
  /** Those of which Alpaca never had a bar, each with the error that says so. */
  unknownOf(symbols: readonly string[], signal: AbortSignal): Promise<ReadonlyMap<string, ProviderError>>;
}

/** Alpaca is silent about symbols that it does not know; only the latest bar tells. One that is known stays so. */
export function createSymbolCheck(requester: Requester, feed: string | undefined): SymbolCheck {
  const known = new Set<string>();

  async function load(symbols: readonly string[], signal: AbortSignal): Promise<void> {
    const path = isCrypto(symbols[0]) ? '/v1beta3/crypto/us/latest/bars' : '/v2/stocks/bars/latest';
    const params = { symbols: symbols.join(','), ...(isCrypto(symbols[0]) ? {} : { feed }) };
    const { json } = await requester.getJson(path, params, { signal });
    const { bars } = readLatestBars(json);
    if (known.size >= MOST_KNOWN) known.clear();
    for (const symbol of symbols) if (bars?.[symbol] !== undefined) known.add(symbol);
  }

  async function confirm(symbol: string, signal: AbortSignal): Promise<void> {
    if (!known.has(symbol)) await load([symbol], signal);
    if (!known.has(symbol))
      throw new ProviderError('PROVIDER_SYMBOL_UNKNOWN', `alpaca: no bar of ${symbol} was ever seen`);
  }

  return {
    confirm,
    async unknownOf(symbols, signal) {
      const unknown = new Map<string, ProviderError>();
      for (const batch of batchesOf(symbols.filter((symbol) => !known.has(symbol)))) {
        // One that is malformed spoils the answer about all of its batch.
        await load(batch, signal).catch(unlessUnknown);
        for (const symbol of batch)
          await confirm(symbol, signal).catch((error: unknown) => unknown.set(symbol, unlessUnknown(error)));
      }
      return unknown;
    },
  };
}

function unlessUnknown(error: unknown): ProviderError {
  if (error instanceof ProviderError && error.code === 'PROVIDER_SYMBOL_UNKNOWN') return error;
  throw error;
}

/** Of one kind each. */
function batchesOf(symbols: readonly string[]): readonly (readonly string[])[] {
  const kinds = Object.values(Object.groupBy(symbols, (symbol) => (isCrypto(symbol) ? 'crypto' : 'stock')));
  return kinds.flatMap((kind) =>
    Array.from({ length: Math.ceil(kind.length / SYMBOLS_PER_REQUEST) }, (_, index) =>
      kind.slice(index * SYMBOLS_PER_REQUEST, (index + 1) * SYMBOLS_PER_REQUEST),
    ),
  );
}
