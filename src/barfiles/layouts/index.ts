import { InvalidRequestError } from '../../platform/errors/index.ts';
import type { Layout } from './layout.ts';
import { alpaca } from './alpaca.ts';
import { alphavantage } from './alphavantage.ts';
import { binanceVision } from './binance-vision.ts';
import { bitfinex } from './bitfinex.ts';
import { bybit } from './bybit.ts';
import { coinbase } from './coinbase.ts';
import { cryptodatadownload } from './cryptodatadownload.ts';
import { databento } from './databento.ts';
import { dukascopy } from './dukascopy.ts';
import { firstrate } from './firstrate.ts';
import { freqtrade } from './freqtrade.ts';
import { gateio } from './gateio.ts';
import { histdata } from './histdata.ts';
import { ibkr } from './ibkr.ts';
import { investing } from './investing.ts';
import { kibot } from './kibot.ts';
import { kraken } from './kraken.ts';
import { kucoin } from './kucoin.ts';
import { lean } from './lean.ts';
import { massive } from './massive.ts';
import { metatrader } from './metatrader.ts';
import { nasdaq } from './nasdaq.ts';
import { ninjatrader } from './ninjatrader.ts';
import { okx } from './okx.ts';
import { qlib } from './qlib.ts';
import { stooq } from './stooq.ts';
import { tradestation } from './tradestation.ts';
import { tradingview } from './tradingview.ts';
import { tushare } from './tushare.ts';
import { twelvedata } from './twelvedata.ts';
import { vnpy } from './vnpy.ts';
import { yfinance } from './yfinance.ts';

export type { Layout } from './layout.ts';

/** All layouts that are known by name. */
export const LAYOUTS: readonly Layout[] = [
  alpaca,
  alphavantage,
  binanceVision,
  bitfinex,
  bybit,
  coinbase,
  cryptodatadownload,
  databento,
  dukascopy,
  firstrate,
  freqtrade,
  gateio,
  histdata,
  ibkr,
  investing,
  kibot,
  kraken,
  kucoin,
  lean,
  massive,
  metatrader,
  nasdaq,
  ninjatrader,
  okx,
  qlib,
  stooq,
  tradestation,
  tradingview,
  tushare,
  twelvedata,
  vnpy,
  yfinance,
];

/**
 * The layout that the user named, or the one whose columns a file has that cannot be read without it.
 * @throws InvalidRequestError `UNKNOWN_LAYOUT`
 */
export function layoutOf(name: string | undefined, columns: readonly string[] = []): Layout | undefined {
  if (name === undefined)
    return LAYOUTS.find(({ signature }) => signature?.every((column) => columns.includes(column)));
  const layout = LAYOUTS.find((one) => one.name === name);
  if (layout !== undefined) return layout;
  const known = LAYOUTS.map((one) => one.name).join(', ');
  throw new InvalidRequestError('UNKNOWN_LAYOUT', `There is no layout ${JSON.stringify(name)}; known are ${known}`);
}
