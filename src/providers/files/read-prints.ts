import { readRecords, type Fields, type FileRecord } from '../../barfiles/index.ts';
import { closeTimeOf, type Trade } from '../../market/index.ts';
import type { VendorBar } from '../contract/index.ts';
import type { BarFile, DataFile } from './bar-files.ts';
import { damaged, ofProvider, readBars, requireAscending } from './read-bars.ts';

/** A trade as it stands in a file, or as a bar allows it. Without an id: played a second time, it is another trade. */
export type Print = Omit<Trade, 'instrumentId'>;

type TradeField = 'eventTime' | 'price' | 'size' | 'side';

const TRADE_FIELDS: Fields<TradeField> = {
  names: { eventTime: ['eventtime', 'time'], price: ['price'], size: ['size'], side: ['side'] },
  required: ['eventTime', 'price', 'size'],
  time: 'eventTime',
  expected: 'eventTime (or time), price, size, and if known side',
};

/** What a file says was traded, ascending by time. @throws ProviderError as {@link readBars} does */
export async function* readPrints(file: BarFile | DataFile, now: number): AsyncGenerator<Print> {
  if (!('interval' in file)) yield* readTrades(file, now);
  else for await (const bar of readBars(file, now)) yield* printsOf(bar, closeTimeOf(bar.openTime, file.interval));
}

async function* readTrades(file: DataFile, now: number): AsyncGenerator<Print> {
  let last = -Infinity;
  try {
    for await (const row of readRecords(file.path, TRADE_FIELDS, now)) {
      const trade = tradeOf(row);
      if (typeof trade === 'string') throw damaged(file, row.line, trade);
      requireAscending(file, row.line, last, trade.eventTime);
      last = trade.eventTime;
      yield trade;
    }
  } catch (error) {
    throw ofProvider(file, error);
  }
}

/** The trade of a row, or why it is none. */
function tradeOf({ time, cells, fault }: FileRecord<TradeField>): Print | string {
  if (fault !== undefined) return fault;
  if (Number.isNaN(time)) return `Not a time as the file has them: ${shown(cells.eventTime)}`;
  const [price, size] = [Number(cells.price ?? NaN), Number(cells.size ?? NaN)];
  if (!Number.isFinite(price) || cells.price === '') return `price is not a number: ${shown(cells.price)}`;
  if (!Number.isFinite(size) || cells.size === '') return `size is not a number: ${shown(cells.size)}`;
  if (size < 0) return `size is negative: ${size}`;
  const told = cells.side ?? '';
  const side = typeof told === 'string' ? told.trim() : told;
  if (side !== '' && side !== 'buy' && side !== 'sell') return `side is neither buy nor sell: ${shown(side)}`;
  return { tradeId: undefined, eventTime: time, price, size, side: side === '' ? undefined : side };
}

function shown(value: unknown): string {
  return JSON.stringify(value) ?? 'missing';
}

/** Four prices that make the bar again; which of high and low came first is a guess. */
function printsOf({ openTime, open, high, low, close, volume }: VendorBar, closeTime: number): Print[] {
  const [second, third] = close >= open ? [low, high] : [high, low];
  const step = Math.floor((closeTime - openTime) / 3);
  const times = [openTime, openTime + step, openTime + 2 * step, closeTime - 1];
  // Quarters: added up they are the volume to the last bit.
  const size = Number.isNaN(volume) ? 0 : volume / 4;
  return [open, second, third, close].map((price, at) => ({
    tradeId: undefined,
    eventTime: times[at],
    price,
    size,
    side: undefined,
    trades: NaN,
  }));
}
