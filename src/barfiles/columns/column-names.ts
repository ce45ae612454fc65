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
  'vwap',
  'openInterest',
] as const;
export type ColumnField = (typeof COLUMN_FIELDS)[number];

/** What bars need not have: taken where the values bear the names out. An average price gives the turnover by the volume. */
export type OptionalField = 'trades' | 'turnover' | 'vwap' | 'openInterest';

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
    'timeopen', // CoinMarketCap
    'date1', // NSE of India
    'traddt',
    'fechahora',
    '日期',
    '时间',
    '日付',
    '일자',
    '날짜',
  ],
  timeOfDay: ['time', 'timeofday', 'hour', 'timestamp', 'localtime', 'bartime', 'czas', 'hora', 'uhrzeit'],
  open: [
    'open',
    'o',
    'openprice',
    'opnpric', // NSE of India
    'priceopen',
    'opening',
    'first',
    'otwarcie',
    'eroffnung',
    'eroffn',
    'erster',
    'apertura',
    'abertura',
    'ouv',
    'ouverture',
    '开盘',
    '开盘价',
    '始値',
    '시가',
  ],
  high: [
    'high',
    'h',
    'highprice',
    'hghpric',
    'pricehigh',
    'max',
    'hi',
    'najwyzszy',
    'hoch',
    'tageshoch',
    'dayhigh',
    'maximo',
    'maxima',
    'massimo',
    'plushaut',
    '最高',
    '最高价',
    '高値',
    '고가',
  ],
  low: [
    'low',
    'l',
    'lowprice',
    'lwpric',
    'pricelow',
    'min',
    'lo',
    'najnizszy',
    'tief',
    'tagestief',
    'daylow',
    'minimo',
    'minima',
    'plusbas',
    '最低',
    '最低价',
    '安値',
    '저가',
  ],
  close: [
    'close',
    'c',
    'closeprice',
    'clspric', // NSE of India
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
    'latest', // Barchart
    'zuletzt', // Investing.com in German, as the next ones in other languages
    'ultimo',
    'dernier',
    'cierre',
    'fechamento',
    'cloture',
    'chiusura',
    '收盘',
    '收盘价',
    '終値',
    '종가',
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
    'totaltradedquantity',
    'tottrdqty', // NSE of India, as the two that follow
    'ttltrdqnty',
    'ttltradgvol',
    'noofshares', // BSE
    'numberofshares', // Euronext
    'volumefrom', // CryptoCompare
    'totalvolume',
    'tradedvolume',
    'sharevolume',
    'stuck', // German: a Volumen beside it is money
    'stuecke',
    'umsatzinstuck',
    'wolumen',
    'volumen',
    '成交量',
    '出来高',
    '거래량',
    'realvolume', // MetaTrader, as the next one
    'tickvol',
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
    'tckrsymb', // NSE of India
    'asset',
    'contract',
    '股票代码',
    '代码',
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
    'nooftrades', // NSE of India, as the two that follow
    'totaltrades',
    'ttlnboftxsexctd',
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
    'volumeto', // CryptoCompare
    'tottrdval', // NSE of India, as the next one
    'ttltrfval',
    'totalturnover',
    'umsatzineuro',
    '成交额',
    '거래대금',
  ],
  vwap: [
    'vwap', // Alpaca's library
    'vw', // Alpaca, Massive
    'volumeweightedaverageprice',
    'weightedaverage',
    'average', // Interactive Brokers, which also calls it WAP
    'wap',
  ],
  openInterest: ['openinterest', 'oi', 'openint', 'opnintrst'],
};

/** A name in lower case, letters and digits alone: `Open time`, `open_time` and `<OPENTIME>` are one. */
export function plainName(name: string): string {
  return name
    .normalize('NFD')
    .toLowerCase()
    .replaceAll('ł', 'l')
    .replace(/[^\p{L}\p{N}]/gu, '');
}
