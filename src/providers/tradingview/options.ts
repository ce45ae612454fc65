/** How TradingView is reached. It is an unofficial protocol: all of it is observed, none of it promised. */
export interface TradingViewOptions {
  /** Base of the data socket, such as `wss://data.tradingview.com`; the path is ours. */
  readonly wsUrl: string;
  /** Base of the symbol search, such as `https://symbol-search.tradingview.com`. */
  readonly searchUrl: string;
  /** Of a logged-in account; without it the vendor's anonymous data is read. */
  readonly token?: string | undefined;
  /** UTC epoch ms. Only tells when a token expires, and reads a `Retry-After` date: of bars the vendor's clock decides. */
  readonly clock: () => number;
  /** As the vendor's clock needs it. */
  readonly elapsed?: (() => number) | undefined;
  readonly limits?: Partial<TradingViewLimits>;
}

export interface TradingViewLimits {
  /** Until the socket is open and greeted us. */
  readonly connectMs: number;
  /** Until a question over the socket is answered, the first quote of a symbol too. */
  readonly answerMs: number;
  /** Without a word on the socket, heartbeats included, it counts as dead. */
  readonly silenceMs: number;
  /** Until one of the `seriesAtOnce` places is free. */
  readonly queueMs: number;
  /** An unused socket is kept for this long. */
  readonly idleMs: number;
  /** Until a search is answered in full. */
  readonly searchMs: number;
  /** Series loaded at the same time; they share one socket. */
  readonly seriesAtOnce: number;
}

const DEFAULT_LIMITS: TradingViewLimits = {
  connectMs: 10_000,
  answerMs: 20_000,
  silenceMs: 30_000,
  queueMs: 60_000,
  idleMs: 30_000,
  searchMs: 10_000,
  seriesAtOnce: 4,
};

export function limitsOf({ limits = {} }: TradingViewOptions): TradingViewLimits {
  return { ...DEFAULT_LIMITS, ...limits };
}

/** Without both the vendor answers 403. */
export const BROWSER_HEADERS = {
  Origin: 'https://www.tradingview.com',
  'User-Agent': 'Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/138.0.0.0 Safari/537.36',
} as const;
