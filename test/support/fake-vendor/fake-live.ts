import type { MisbehavingSockets } from './fake-sockets.ts';

/** A trade as a fake vendor holds it; each tells it in its own form. */
export interface FakeTrade {
  /** UTC epoch ms. */
  readonly eventTime: number;
  readonly tradeId: number;
  readonly price: number;
  readonly size: number;
  /** Who took the price that was there: `buy`. */
  readonly side?: 'buy' | 'sell';
}

/** The live side of a fake vendor; its symbols are the vendor's own. */
export interface FakeLive {
  readonly sockets: MisbehavingSockets;
  /** What somebody is subscribed to now. */
  subscribed(): ReadonlySet<string>;
  /** Somebody trades: whoever is subscribed hears of it. */
  trade(symbol: string, trade: FakeTrade): void;
  /** The same to everybody, whatever they are subscribed to. */
  tradeUnasked(symbol: string, trade: FakeTrade): void;
}
