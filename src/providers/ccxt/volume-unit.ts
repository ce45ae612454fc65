import { ProviderError } from '../../platform/errors/index.ts';
import type { Market } from './schema.ts';

/** Where ccxt reads the volume of contracts in units of the base, whatever a contract is. */
const IN_BASE = new Set([
  'binanceusdm',
  'binancecoinm',
  'bitget',
  'bybit',
  'bybiteu',
  'bybitid',
  'myokx',
  'okx',
  'okxus',
]);
/** Where it passes a number of contracts on. */
const IN_CONTRACTS = new Set(['gate', 'gateeu', 'mexc']);

/**
 * How much of the base a market's volume counts as one. Of derivatives ccxt does not say, so that it must be known of the
 * exchange, unless a contract is one unit of the base.
 * @throws ProviderError `PROVIDER_REFUSED` where that is not known, or a contract is an amount of something else
 */
export function volumeUnitOf(name: string, exchange: string, market: Market): number {
  const { contract, linear, contractSize } = market;
  if (contract !== true || IN_BASE.has(exchange)) return 1;
  if (linear === true && contractSize === 1) return 1;
  if (linear === true && IN_CONTRACTS.has(exchange) && typeof contractSize === 'number' && contractSize > 0)
    return contractSize;
  const why =
    linear === true
      ? `may be in contracts of ${contractSize ?? 'unknown size'}, or not, and ccxt does not say`
      : 'may be in contracts, which are no amount of its base';
  throw new ProviderError('PROVIDER_REFUSED', `${name}: the volume of ${market.symbol} ${why}; take its spot market`);
}
