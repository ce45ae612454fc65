export type { TradingViewLimits, TradingViewOptions } from './options.ts';
export { createTradingView } from './tradingview.ts';
