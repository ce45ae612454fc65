import { isoOfEpochMs } from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import type { Requester } from '../../platform/requests/index.ts';
import type { DataPlan } from './data-plan.ts';
import { isCrypto } from './mapper.ts';
import { readBars, readLatestBars } from './schema.ts';

const MOST_KNOWN = 20_000;
const SYMBOLS_PER_REQUEST = 100;
/** Before the first bar that Alpaca has of anything. */
const FIRST_DAY = '2000-01-01';
/** The free plan gives what is so old, too. */
const HOUR_MS = 3_600_000;

export interface SymbolCheck {
  /** @throws ProviderError `PROVIDER_SYMBOL_UNKNOWN` if Alpaca never had a bar of it */
  confirm(symbol: string, signal: AbortSignal): Promise<void>;
  /** Those of which Alpaca never had a bar, each with the error that says so. */
  unknownOf(symbols: readonly string[], signal: AbortSignal): AsyncIterable<readonly [string, ProviderError]>;
}

export interface SymbolCheckOptions {
  readonly feed: string | undefined;
  readonly plan: DataPlan;
  /** UTC epoch ms. */
  readonly clock: () => number;
}

/**
 * Alpaca is silent about symbols that it does not know; only their bars tell, and the oldest day of one tells most: a
 * thin, delisted or OTC stock may have no latest bar, as that of a free plan is IEX's. Of many at once the latest bars are
 * asked for before that. One that is known stays so.
 */
export function createSymbolCheck(requester: Requester, { feed, plan, clock }: SymbolCheckOptions): SymbolCheck {
  const known = new Set<string>();

  function remember(symbol: string): void {
    if (known.size >= MOST_KNOWN) known.clear();
    known.add(symbol);
  }

  async function loadLatest(symbols: readonly string[], signal: AbortSignal): Promise<void> {
    const path = isCrypto(symbols[0]) ? '/v1beta3/crypto/us/latest/bars' : '/v2/stocks/bars/latest';
    const params = { symbols: symbols.join(','), ...(isCrypto(symbols[0]) ? {} : { feed }) };
    const { json } = await requester.getJson(path, params, { signal }).catch((error: unknown) => {
      if (plan.learnsFrom(error, 0)) return { json: { bars: null } };
      throw error;
    });
    const { bars } = readLatestBars(json);
    for (const symbol of symbols) if (bars?.[symbol] !== undefined) remember(symbol);
  }

  async function loadOldestDay(symbol: string, signal: AbortSignal): Promise<void> {
    const path = isCrypto(symbol) ? '/v1beta3/crypto/us/bars' : '/v2/stocks/bars';
    const params = { symbols: symbol, timeframe: '1Day', start: FIRST_DAY, end: isoOfEpochMs(clock() - HOUR_MS) };
    // All exchanges know of stocks that IEX never traded.
    const ofStock = { feed: feed === 'iex' ? undefined : feed };
    const asked = { ...params, limit: 1, sort: 'asc', ...(isCrypto(symbol) ? {} : ofStock) };
    const { bars } = readBars((await requester.getJson(path, asked, { signal })).json);
    if ((bars?.[symbol]?.length ?? 0) > 0) remember(symbol);
  }

  async function confirm(symbol: string, signal: AbortSignal): Promise<void> {
    if (!known.has(symbol)) await loadOldestDay(symbol, signal);
    if (!known.has(symbol))
      throw new ProviderError('PROVIDER_SYMBOL_UNKNOWN', `alpaca: no bar of ${symbol} was ever seen`);
  }

  return {
    confirm,
    async *unknownOf(symbols, signal) {
      for (const batch of batchesOf(symbols.filter((symbol) => !known.has(symbol)))) {
        const malformed = await loadLatest(batch, signal).catch(unlessUnknown);
        for (const symbol of batch) {
          // One that is malformed spoils the answer about all of its batch.
          if (malformed !== undefined) await loadLatest([symbol], signal).catch(unlessUnknown);
          const unknown = await confirm(symbol, signal).catch(unlessUnknown);
          if (unknown !== undefined) yield [symbol, unknown];
        }
      }
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
