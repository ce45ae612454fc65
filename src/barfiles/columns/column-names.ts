/** What a column of a bar file can tell. */
export const COLUMN_FIELDS = [
  'openTime',
  'timeOfDay',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'state',
  'symbol',
  'exchange',
  'interval',
  'trades',
  'turnover',
  'openInterest',
] as const;
export type ColumnField = (typeof COLUMN_FIELDS)[number];

/** Recognised, and told as not stored. */
export const NOT_STORED: readonly ColumnField[] = ['trades', 'turnover', 'openInterest'];

/**
 * What vendors, libraries and spreadsheets call the columns, as {@link plainName} writes names. Where a file has columns
 * for several names of one field, `find-columns.ts` decides.
 */
export const NAMES_OF: Readonly<Record<ColumnField, readonly string[]>> = {
  openTime: [
    'opentime', // ours, Binance
    'time', // TradingView, ccxt, most
    'date',
    'datetime',
    'timestamp', // Alpaca, Alpha Vantage
    'dt',
    't', // Alpaca, Massive, UDF
    'ts',
    'unix', // CryptoDataDownload
    'unixtime',
    'unixtimestamp',
    'epoch',
    'epochms',
    'tsevent', // Databento
    'windowstart', // Massive's flat files
    'starttime',
    'start',
    'begin',
    'begins',
    'gmttime', // Dukascopy
    'utctime',
    'utc',
    'localtime',
    'datetimeutc',
    'timeutc',
    'dateutc',
    'utctimestamp',
    'tradedate', // Tushare
    'tradetime',
    'tradingday',
    'day',
    'month',
    'week',
    'period',
    'bartime',
    'candletime',
    'dtyyyymmdd', // MetaStock
    'asofdate',
    'data', // Stooq in Polish
    'fecha',
    'datum',
    'zeit',
    'datetimeus',
  ],
  timeOfDay: ['time', 'timeofday', 'hour', 'timestamp', 'localtime', 'bartime', 'czas', 'hora', 'uhrzeit'],
  open: ['open', 'o', 'openprice', 'priceopen', 'opening', 'first', 'otwarcie', 'eroffnung', 'erster'],
  high: ['high', 'h', 'highprice', 'pricehigh', 'max', 'hi', 'najwyzszy', 'hoch', 'dayhigh'],
  low: ['low', 'l', 'lowprice', 'pricelow', 'min', 'lo', 'najnizszy', 'tief', 'daylow'],
  close: [
    'close',
    'c',
    'closeprice',
    'priceclose',
    'closelast', // Nasdaq
    'last',
    'lastprice',
    'closing',
    'price', // Investing.com
    'settle',
    'zamkniecie',
    'schluss',
    'schlusskurs',
  ],
  volume: [
    'volume',
    'v',
    'vol',
    'basevolume',
    'volumebase',
    'qty',
    'quantity',
    'shares',
    'totaltradequantity',
    'wolumen',
    'volumen',
    'tickvol', // MetaTrader
    'tickvolume',
    'volumetraded',
  ],
  state: ['state'],
  symbol: [
    'symbol',
    'ticker', // Stooq, Massive
    'sym',
    'instrument',
    'name', // of the S&P 500 files that many have
    'code',
    'tscode', // Tushare
    'pair',
    'market',
    'stock',
    'tic',
    'secid',
    'instrumentid',
    'vtsymbol',
    'asset',
    'contract',
  ],
  exchange: ['exchange', 'exch', 'mic'],
  interval: ['interval', 'per', 'timeframe', 'barsize', 'resolution', 'granularity', 'frequency', 'freq'],
  trades: [
    'trades',
    'n', // Alpaca, Massive
    'count',
    'tradecount',
    'tradescount',
    'numberoftrades', // Binance
    'numtrades',
    'transactions', // Massive's flat files
    'barcount', // Interactive Brokers
    'ticks',
    'trans',
  ],
  turnover: [
    'turnover',
    'quotevolume',
    'volumequote',
    'quoteassetvolume', // Binance
    'amount',
    'value',
    'volumecurrency',
    'money',
    'quoteqty',
  ],
  openInterest: ['openinterest', 'oi', 'openint'],
};

/** A name in lower case, letters and digits alone: `Open time`, `open_time` and `<OPENTIME>` are one. */
export function plainName(name: string): string {
  return name
    .normalize('NFD')
    .toLowerCase()
    .replaceAll('ł', 'l')
    .replace(/[^\p{L}\p{N}]/gu, '');
}
