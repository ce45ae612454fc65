import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { FakeTrade } from './fake-vendor/fake-live.ts';

const FILE = fileURLToPath(new URL('../../../shared/data/BINANCE_XRPETH_trades.csv', import.meta.url));

/**
 * Real trades with their times moved and stretched to `[from, to)`, UTC epoch ms: two days of a market in which there
 * are bursts, silences and trades of the same moment. They lie beside the repository; without them they are made up.
 */
export function tradesBetween(from: number, to: number): FakeTrade[] {
  const trades = existsSync(FILE) ? readTrades() : madeTrades();
  const [first, last] = [trades[0].eventTime, trades[trades.length - 1].eventTime];
  const scale = (to - from) / (last - first + 1);
  return trades.map((trade) => ({ ...trade, eventTime: Math.floor(from + (trade.eventTime - first) * scale) }));
}

function readTrades(): FakeTrade[] {
  const [header, ...lines] = readFileSync(FILE, 'utf8').trim().split('\n');
  const names = header.split(',');
  return lines.map((line) => {
    const values = line.split(',');
    const field = (name: string): string => values[names.indexOf(name)];
    return {
      eventTime: Number.isNaN(Number(field('eventTime'))) ? Date.parse(field('eventTime')) : Number(field('eventTime')),
      tradeId: Number(field('tradeId')),
      price: Number(field('price')),
      size: Number(field('size')),
      side: field('side') === 'sell' ? 'sell' : 'buy',
    };
  });
}

function madeTrades(): FakeTrade[] {
  const trades: FakeTrade[] = [];
  let price = 1_000;
  for (let tradeId = 1, eventTime = 0; tradeId <= 10_000; tradeId++) {
    eventTime += Math.random() < 0.3 ? 0 : Math.floor(Math.random() ** 4 * 120_000);
    price = Math.max(1, price + Math.round((Math.random() - 0.5) * 6));
    const side = Math.random() < 0.5 ? 'sell' : 'buy';
    trades.push({ eventTime, tradeId, price: price / 1e5, size: Math.ceil(Math.random() ** 3 * 5_000), side });
  }
  return trades;
}
