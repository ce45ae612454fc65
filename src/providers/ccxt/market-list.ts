import { instrumentIdIn } from '../../market/index.ts';
import type { ProviderInstrument } from '../contract/index.ts';
import type { Market } from './schema.ts';

const MOST_FOUND = 50;
/** Ways in which ccxt writes a precision: the size of a step, or a number of decimals. */
const TICK_SIZE = 4;
const DECIMAL_PLACES = 2;
const MOST_DECIMALS = 15;

export interface MarketList {
  /** By ccxt's symbol, or by the exchange's id, in any case. `undefined` where none or several fit. */
  find(name: string): Market | undefined;
  /** Those with an InstrumentId of their own: of the exchange's id, or of ccxt's symbol where others have that id. */
  search(text: string): readonly ProviderInstrument[];
  describe(market: Market): Omit<ProviderInstrument, 'instrumentId'>;
}

/** @param exchangeName of InstrumentIds: `BINANCE` */
export function listMarkets(markets: readonly Market[], precisionMode: number, exchangeName: string): MarketList {
  const bySymbol = new Map(markets.map((market) => [market.symbol, market]));
  const byId = Map.groupBy(markets, ({ id }) => id);
  const byUpperId = Map.groupBy(markets, ({ id }) => id.toUpperCase());

  const find = (name: string): Market | undefined =>
    bySymbol.get(name) ?? onlyOne(byId.get(name) ?? byUpperId.get(name) ?? []);

  const describe = ({ symbol, quote, precision }: Market): Omit<ProviderInstrument, 'instrumentId'> => ({
    symbol,
    name: symbol,
    assetType: 'crypto',
    currency: quote ?? undefined,
    priceDecimals: decimalsOf(precision?.price ?? undefined, precisionMode),
  });

  return {
    find,
    describe,
    search: (text) => {
      const wanted = text.toUpperCase();
      const found = markets.filter(({ id, symbol }) => `${id} ${symbol}`.toUpperCase().includes(wanted));
      const named = found.flatMap((market) => {
        const own = [market.id, market.symbol].find((name) => find(name) === market);
        const instrumentId = own === undefined ? undefined : instrumentIdIn(`${exchangeName}:${own}`);
        return instrumentId === undefined ? [] : { ...describe(market), instrumentId };
      });
      return named.slice(0, MOST_FOUND);
    },
  };
}

/** A swap may have the id of a spot market, which goes first. */
function onlyOne(markets: readonly Market[]): Market | undefined {
  const spot = markets.filter((market) => market.spot === true);
  const candidates = spot.length > 0 ? spot : markets;
  return candidates.length === 1 ? candidates[0] : undefined;
}

function decimalsOf(price: number | undefined, precisionMode: number): number | undefined {
  if (price === undefined || precisionMode === DECIMAL_PLACES) return price;
  if (precisionMode !== TICK_SIZE || price <= 0) return undefined;
  for (let places = 0; places <= MOST_DECIMALS; places++) if (Number(price.toFixed(places)) === price) return places;
  return undefined;
}
