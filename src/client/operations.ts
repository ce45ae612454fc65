// Written by scripts/write-client.ts.

import type { FileBody, NoFields, Route, TimeInput } from './route.ts';

/** Length of a bar; `m` is a minute, `M` a month. */
export type BarInterval =
  | '1s'
  | '5s'
  | '15s'
  | '30s'
  | '1m'
  | '3m'
  | '5m'
  | '15m'
  | '30m'
  | '45m'
  | '1h'
  | '2h'
  | '3h'
  | '4h'
  | '6h'
  | '8h'
  | '12h'
  | '1d'
  | '1w'
  | '1M';

/** What each operation takes and answers. */
export interface Operations {
  /** Cancel a job; stored bars are kept */
  readonly cancelJob: {
    readonly input: {
      /** the id of a job, as GET /jobs lists them */
      readonly id: string;
    };
    readonly answer: Operations['getJob']['answer'];
  };
  /** Store one new bar; 409 if it exists */
  readonly createBar: {
    readonly input: {
      /**
       * Length of a bar; `m` is a minute, `M` a month
       */
      readonly interval: BarInterval;
      /**
       * The series below a day whose bars begin on the UTC clock (default), or the one whose bars begin with trading
       */
      readonly align?: 'clock' | 'session';
      /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
      readonly instrumentId: string;
      /** where the values come from: a name of at most 64 letters, digits and . _ : - */
      readonly provider: string;
      /**
       * Whether the bars may still change
       */
      readonly state: 'provisional' | 'final';
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly observedAt?: TimeInput;
      readonly bar: unknown;
    };
    readonly answer: {
      /** RFC 3339 */
      readonly openTime: string;
      readonly open: number;
      readonly high: number;
      readonly low: number;
      readonly close: number;
      readonly volume: number | null;
      readonly state: 'open' | 'provisional' | 'final';
      readonly trades?: number;
      readonly turnover?: number;
      readonly openInterest?: number;
    };
  };
  /** Delete the bars of [from, to) and their revisions */
  readonly deleteBars: {
    readonly input: {
      /**
       * Length of a bar; `m` is a minute, `M` a month
       */
      readonly interval: BarInterval;
      /**
       * The series below a day whose bars begin on the UTC clock (default), or the one whose bars begin with trading
       */
      readonly align?: 'clock' | 'session';
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly from: TimeInput;
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly to: TimeInput;
      /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
      readonly instrumentId: string;
    };
    readonly answer: {
      readonly deleted: number;
    };
  };
  /** The newest quote of every instrument */
  readonly getAllQuotes: {
    readonly input: NoFields;
    readonly answer: {
      readonly quotes: readonly Operations['getLatestQuote']['answer'][];
    };
  };
  /** Bars of a series, what is missing and why */
  readonly getBars: {
    readonly input: {
      /**
       * Length of a bar; `m` is a minute, `M` a month
       */
      readonly interval: BarInterval;
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly from?: TimeInput;
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly to?: TimeInput;
      /** Default of json and columns: 1000; other formats stream the whole range */
      readonly limit?: number;
      readonly order?: 'asc' | 'desc';
      readonly cursor?: string;
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly asOf?: TimeInput;
      /**
       * Excludes bars of a lower state
       */
      readonly minState?: 'provisional' | 'final';
      /**
       * Bars aligned to the UTC clock, or to trading, by the tracked sessions. Default: the clock below a day, trading days from a day up
       */
      readonly align?: 'clock' | 'session';
      /**
       * Adds the bar of the running interval, in state `open`
       */
      readonly include?: 'current';
      /** What else to tell of each bar, with commas between: trades, turnover, vwap, openInterest, provider, observedAt */
      readonly fields?: string;
      readonly format?: 'json' | 'columns' | 'ndjson' | 'csv' | 'arrow' | 'feather' | 'parquet';
      /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
      readonly instrumentId: string;
    };
    readonly answer:
      | {
          readonly instrumentId: string;
          readonly interval: string;
          /**
           * Bars aligned to the UTC clock, or to trading, by the tracked sessions. Default: the clock below a day, trading days from a day up
           */
          readonly align: 'clock' | 'session';
          /** The interval that the bars were read or derived from; 1h@session if the stored bars begin with trading */
          readonly storedInterval: string | null;
          readonly storedIntervals?: readonly string[];
          /** Adjustment of the stored prices: raw, or split if the provider adjusted them */
          readonly basis: string;
          readonly adjustment: string;
          readonly asOf: string | null;
          readonly bars: readonly {
            /** RFC 3339 */
            readonly openTime: string;
            readonly open: number;
            readonly high: number;
            readonly low: number;
            readonly close: number;
            readonly volume: number | null;
            readonly state: 'open' | 'provisional' | 'final';
            readonly isPartial?: boolean;
            /** How many trades */
            readonly trades?: number | null;
            /** What was paid in all: the sum of price x size */
            readonly turnover?: number | null;
            /** turnover / volume */
            readonly vwap?: number | null;
            /** Contracts open at the end of the bar */
            readonly openInterest?: number | null;
            /** Of a derived bar all its parts came from: `binance+csv` */
            readonly provider?: string;
            readonly observedAt?: string | null;
          }[];
          readonly completeness: {
            /** RFC 3339 */
            readonly from: string;
            /** RFC 3339 */
            readonly to: string;
            /** null if no schedule is known */
            readonly expected: number | null;
            readonly returned: number;
            /** Returned bars outside the expected sessions */
            readonly extra?: number;
            /** Returned bars that lack parts */
            readonly partial?: number;
            readonly missing: readonly {
              /** RFC 3339 */
              readonly from: string;
              /** RFC 3339 */
              readonly to: string;
              readonly bars: number;
              /** Stored bars missing in derived bars */
              readonly parts?: number;
              /** Such as notFetched, noTrades, providerError, notYet, quarantined */
              readonly reason: string;
            }[];
            /** The stored bars that derived bars are made of */
            readonly parts?: {
              readonly interval: string;
              readonly expected: number;
              readonly held: number;
              readonly extra: number;
              readonly missing: number;
            };
            readonly complete: boolean;
            readonly truncated: boolean;
            /** Present where the range goes beyond known holidays */
            readonly scheduleKnown?: {
              /** RFC 3339 */
              readonly from: string;
              /** RFC 3339 */
              readonly to: string;
            };
          };
          readonly nextCursor: string | null;
        }
      | {
          readonly instrumentId: string;
          readonly interval: string;
          /**
           * Bars aligned to the UTC clock, or to trading, by the tracked sessions. Default: the clock below a day, trading days from a day up
           */
          readonly align: 'clock' | 'session';
          /** The interval that the bars were read or derived from; 1h@session if the stored bars begin with trading */
          readonly storedInterval: string | null;
          readonly storedIntervals?: readonly string[];
          /** Adjustment of the stored prices: raw, or split if the provider adjusted them */
          readonly basis: string;
          readonly adjustment: string;
          readonly asOf: string | null;
          /** Arrays of equal length */
          readonly columns: {
            readonly openTime: readonly number[];
            readonly open: readonly number[];
            readonly high: readonly number[];
            readonly low: readonly number[];
            readonly close: readonly number[];
            readonly volume: readonly (number | null)[];
            readonly state: readonly number[];
            readonly isPartial?: readonly number[];
            readonly trades?: readonly (number | null)[];
            readonly turnover?: readonly (number | null)[];
            readonly vwap?: readonly (number | null)[];
            readonly openInterest?: readonly (number | null)[];
            readonly provider?: readonly number[];
            /** Epoch ms */
            readonly observedAt?: readonly (number | null)[];
          };
          readonly states: readonly string[];
          readonly providers?: readonly string[];
          readonly completeness: {
            /** RFC 3339 */
            readonly from: string;
            /** RFC 3339 */
            readonly to: string;
            /** null if no schedule is known */
            readonly expected: number | null;
            readonly returned: number;
            /** Returned bars outside the expected sessions */
            readonly extra?: number;
            /** Returned bars that lack parts */
            readonly partial?: number;
            readonly missing: readonly {
              /** RFC 3339 */
              readonly from: string;
              /** RFC 3339 */
              readonly to: string;
              readonly bars: number;
              /** Stored bars missing in derived bars */
              readonly parts?: number;
              /** Such as notFetched, noTrades, providerError, notYet, quarantined */
              readonly reason: string;
            }[];
            /** The stored bars that derived bars are made of */
            readonly parts?: {
              readonly interval: string;
              readonly expected: number;
              readonly held: number;
              readonly extra: number;
              readonly missing: number;
            };
            readonly complete: boolean;
            readonly truncated: boolean;
            /** Present where the range goes beyond known holidays */
            readonly scheduleKnown?: {
              /** RFC 3339 */
              readonly from: string;
              /** RFC 3339 */
              readonly to: string;
            };
          };
          readonly nextCursor: string | null;
        };
  };
  /** Changes after a seq, in order; each is returned at least once */
  readonly getChanges: {
    readonly input: {
      /** seq of the last change seen; 0 for the beginning */
      readonly after?: number;
      readonly limit?: number;
    };
    readonly answer: {
      readonly changes: readonly {
        readonly seq: number;
        readonly series: string;
        /** RFC 3339 */
        readonly from: string;
        /** RFC 3339 */
        readonly to: string;
        readonly inserted: number;
        readonly changed: number;
        readonly deleted: number;
        /** How many bars the series gained */
        readonly count: number;
        readonly finalCount: number;
        readonly providers: readonly string[];
        /** RFC 3339 */
        readonly at: string;
      }[];
      readonly next: number;
    };
  };
  /** The configuration in force, without secrets */
  readonly getConfiguration: {
    readonly input: NoFields;
    readonly answer: {
      readonly settings: readonly {
        /** The environment variable that sets it */
        readonly variable: string;
        /** Of a key only whether there is one: `set` or `unset`; URLs have no user, password and query */
        readonly value: (string | number) | null;
        readonly isDefault: boolean;
      }[];
    };
  };
  /** Coverage: stored bars, missing bars and reasons, and fetched ranges */
  readonly getCoverage: {
    readonly input: {
      /**
       * Length of a bar; `m` is a minute, `M` a month
       */
      readonly interval: BarInterval;
      /**
       * The series below a day whose bars begin on the UTC clock (default), or the one whose bars begin with trading
       */
      readonly align?: 'clock' | 'session';
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly from?: TimeInput;
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly to?: TimeInput;
      /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
      readonly instrumentId: string;
    };
    readonly answer: {
      readonly instrumentId: string;
      readonly interval: string;
      /**
       * The series below a day whose bars begin on the UTC clock (default), or the one whose bars begin with trading
       */
      readonly align?: 'clock' | 'session';
      /** RFC 3339 */
      readonly from: string;
      /** RFC 3339 */
      readonly to: string;
      readonly basis: string | null;
      readonly currency: string | null;
      readonly refusal: {
        readonly code: string;
        readonly message: string;
        /** RFC 3339 */
        readonly at: string;
      } | null;
      readonly expected: number | null;
      readonly held: number;
      readonly extra: number;
      /** Derived bars with missing parts */
      readonly partial?: number;
      readonly complete: boolean;
      /** Present where the range goes beyond known holidays */
      readonly scheduleKnown?: {
        /** RFC 3339 */
        readonly from: string;
        /** RFC 3339 */
        readonly to: string;
      };
      readonly ranges: readonly {
        /** RFC 3339 */
        readonly from: string;
        /** RFC 3339 */
        readonly to: string;
        readonly bars: number;
        readonly status: string;
        readonly looks: number | null;
      }[];
      readonly days: readonly {
        readonly day: string;
        readonly expected: number;
        readonly bars: {
          readonly [key: string]: number;
        };
      }[];
      readonly asked: readonly {
        /** RFC 3339 */
        readonly from: string;
        /** RFC 3339 */
        readonly to: string;
        readonly provider: string;
        readonly result: string;
        /** RFC 3339 */
        readonly at: string;
        /** Answers that agree that bars are absent */
        readonly looks: number;
        readonly lookAgainAt: string | null;
        readonly code: string | null;
        readonly message: string | null;
      }[];
    };
  };
  /** The current bar of a series */
  readonly getCurrentBar: {
    readonly input: {
      /**
       * Length of a bar; `m` is a minute, `M` a month
       */
      readonly interval: BarInterval;
      /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
      readonly instrumentId: string;
    };
    readonly answer: {
      readonly instrumentId: string;
      readonly provider: string;
      /** RFC 3339 */
      readonly at: string;
      readonly interval: string;
      /** RFC 3339 */
      readonly openTime: string;
      readonly open: number;
      readonly high: number;
      readonly low: number;
      readonly close: number;
      readonly volume: number | null;
      /** @enum {string} */
      readonly state: 'open';
      /** Trades are missing in it */
      readonly isPartial: boolean;
      /** How many; absent where the feed tells of no trades */
      readonly trades?: number;
      readonly turnover?: number;
    };
  };
  /** Feed status */
  readonly getFeeds: {
    readonly input: NoFields;
    readonly answer: {
      readonly feeds: readonly {
        readonly provider: string;
        readonly state: 'stopped' | 'waiting' | 'connecting' | 'live' | 'disconnected';
        readonly since: string | null;
        readonly heardAt: string | null;
        readonly error: {
          readonly code: string;
          readonly message: string;
          /** RFC 3339 */
          readonly at: string;
        } | null;
        readonly instruments: readonly {
          readonly instrumentId: string;
          readonly intervals: readonly string[];
          readonly heardAt: string | null;
          readonly isStale: boolean;
          readonly refused: {
            readonly code: string;
            readonly message: string;
            /** RFC 3339 */
            readonly at: string;
          } | null;
        }[];
      }[];
    };
  };
  /** getHealth */
  readonly getHealth: {
    readonly input: NoFields;
    readonly answer: {
      readonly status: 'ok' | 'unavailable';
      readonly version: string;
      readonly uptimeSeconds: number;
      readonly checks: readonly {
        readonly name: string;
        readonly ok: boolean;
        readonly detail: string;
      }[];
      readonly cache: {
        readonly entries: number;
        readonly bytes: number;
        readonly hits: number;
        readonly misses: number;
        readonly shared: 'off' | 'up' | 'down';
      };
      readonly clock: {
        /** How often this machine's clock was set since the process started */
        readonly jumps: number;
        readonly lastJump: {
          /** RFC 3339; when it was noticed */
          readonly at: string;
          /** How far it was set forward; negative: back */
          readonly byMs: number;
        } | null;
      };
      readonly providers: readonly {
        readonly name: string;
        readonly breaker: 'closed' | 'open' | 'halfOpen';
        readonly queued: number;
        readonly room: {
          readonly windowMs: number;
          readonly most: number;
          readonly left: number;
        } | null;
        readonly pausedUntil: string | null;
        /**
         * `skewed`: this machine's clock and the vendor's differ by more than 2 s; the vendor's decides what is closed and final
         */
        readonly clock: 'ok' | 'skewed' | 'unknown';
        readonly clockSkewMs: number | null;
      }[];
      /** null while the database cannot be asked */
      readonly storage: {
        /** Size of the database on disk */
        readonly bytes: number;
        readonly series: number;
        readonly bars: number;
      } | null;
    };
  };
  /** One job */
  readonly getJob: {
    readonly input: {
      /** the id of a job, as GET /jobs lists them */
      readonly id: string;
    };
    readonly answer: {
      readonly id: string;
      readonly kind: string;
      readonly state: string;
      readonly instrumentId: string | null;
      readonly interval: string | null;
      /**
       * The series below a day whose bars begin on the UTC clock (default), or the one whose bars begin with trading
       */
      readonly align?: 'clock' | 'session';
      readonly provider: string;
      readonly from: string | null;
      readonly to: string | null;
      readonly fileName: string | null;
      readonly progress:
        | {
            readonly expected: number | null;
            readonly wanted: number;
            readonly fetched: number;
            readonly inserted: number;
            readonly changed: number;
            readonly unchanged: number;
            readonly skippedStale: number;
            readonly rejected: number;
            readonly empty: number;
            readonly failed: number;
            readonly requests: number;
          }
        | {
            readonly rows: number;
            readonly bytesRead?: number;
            readonly bytesTotal?: number;
            readonly files?: number;
            readonly filesTotal?: number;
          };
      readonly gaps: readonly {
        readonly from: string;
        readonly to: string;
        readonly bars: number;
        readonly reason: string;
      }[];
      readonly failures: readonly {
        readonly from: string;
        readonly to: string;
        readonly code: string;
        readonly message: string;
      }[];
      /** Of an import that has ended: as POST /imports answers */
      readonly outcome: {
        readonly [key: string]: unknown;
      } | null;
      readonly attempts: number;
      readonly error: {
        readonly code: string;
        readonly message: string;
      } | null;
      readonly createdAt: string;
      readonly startedAt: string | null;
      readonly endedAt: string | null;
      readonly nextAttemptAt: string | null;
    };
  };
  /** Jobs, the newest first */
  readonly getJobs: {
    readonly input: {
      readonly state?: 'waiting' | 'running' | 'completed' | 'incomplete' | 'failed' | 'cancelled';
      readonly limit?: number;
      readonly cursor?: string;
    };
    readonly answer: {
      readonly jobs: readonly Operations['getJob']['answer'][];
      readonly nextCursor: string | null;
    };
  };
  /** The newest bar of a series */
  readonly getLatestBar: {
    readonly input: {
      /**
       * Length of a bar; `m` is a minute, `M` a month
       */
      readonly interval: BarInterval;
      /**
       * The series below a day whose bars begin on the UTC clock (default), or the one whose bars begin with trading
       */
      readonly align?: 'clock' | 'session';
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly asOf?: TimeInput;
      /** What else to tell of each bar, with commas between: trades, turnover, vwap, openInterest, provider, observedAt */
      readonly fields?: string;
      /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
      readonly instrumentId: string;
    };
    readonly answer: {
      /** RFC 3339 */
      readonly openTime: string;
      readonly open: number;
      readonly high: number;
      readonly low: number;
      readonly close: number;
      readonly volume: number | null;
      readonly state: 'open' | 'provisional' | 'final';
      readonly provider: string;
      /** RFC 3339 */
      readonly observedAt: string;
      /** How many trades */
      readonly trades?: number | null;
      /** What was paid in all: the sum of price x size */
      readonly turnover?: number | null;
      /** turnover / volume */
      readonly vwap?: number | null;
      /** Contracts open at the end of the bar */
      readonly openInterest?: number | null;
    };
  };
  /** The newest quote of an instrument */
  readonly getLatestQuote: {
    readonly input: {
      /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
      readonly instrumentId: string;
    };
    readonly answer: {
      readonly instrumentId: string;
      readonly provider: string;
      readonly last: number | null;
      readonly lastSize: number | null;
      readonly bid: number | null;
      readonly bidSize: number | null;
      readonly ask: number | null;
      readonly askSize: number | null;
      readonly dayVolume: number | null;
      readonly eventTime: string | null;
      /** RFC 3339 */
      readonly receivedAt: string;
    };
  };
  /** getLiveness */
  readonly getLiveness: {
    readonly input: NoFields;
    readonly answer: {
      /** @enum {string} */
      readonly status: 'ok';
    };
  };
  /** Bars of many series, what is missing and why */
  readonly getManyBars: {
    readonly input: {
      /** Instruments, with commas between */
      readonly ids?: string;
      /** an exchange, such as NASDAQ */
      readonly exchange?: string;
      /** Ids in any case, such as NASDAQ:A*; * is any text, ? any character */
      readonly glob?: string;
      /**
       * Length of a bar; `m` is a minute, `M` a month
       */
      readonly interval: BarInterval;
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly from?: TimeInput;
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly to?: TimeInput;
      /** Default of json and columns: 1000; other formats stream the whole range */
      readonly limit?: number;
      readonly order?: 'asc' | 'desc';
      readonly cursor?: string;
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly asOf?: TimeInput;
      /**
       * Excludes bars of a lower state
       */
      readonly minState?: 'provisional' | 'final';
      /**
       * Bars aligned to the UTC clock, or to trading, by the tracked sessions. Default: the clock below a day, trading days from a day up
       */
      readonly align?: 'clock' | 'session';
      /**
       * Adds the bar of the running interval, in state `open`
       */
      readonly include?: 'current';
      /** What else to tell of each bar, with commas between: trades, turnover, vwap, openInterest, provider, observedAt */
      readonly fields?: string;
      readonly format?: 'json' | 'columns' | 'ndjson' | 'csv' | 'arrow' | 'feather' | 'parquet';
    };
    readonly answer:
      | {
          readonly interval: string;
          readonly adjustment: string;
          readonly asOf: string | null;
          readonly bars: readonly {
            readonly instrumentId: string;
            /** RFC 3339 */
            readonly openTime: string;
            readonly open: number;
            readonly high: number;
            readonly low: number;
            readonly close: number;
            readonly volume: number | null;
            readonly state: 'open' | 'provisional' | 'final';
            readonly isPartial: boolean;
            /** How many trades */
            readonly trades?: number | null;
            /** What was paid in all: the sum of price x size */
            readonly turnover?: number | null;
            /** turnover / volume */
            readonly vwap?: number | null;
            /** Contracts open at the end of the bar */
            readonly openInterest?: number | null;
            /** Of a derived bar all its parts came from: `binance+csv` */
            readonly provider?: string;
            readonly observedAt?: string | null;
          }[];
          /** The series that this page tells of */
          readonly series: readonly {
            readonly instrumentId: string;
            /**
             * Bars aligned to the UTC clock, or to trading, by the tracked sessions. Default: the clock below a day, trading days from a day up
             */
            readonly align: 'clock' | 'session';
            /** The interval that the bars were read or derived from; 1h@session if the stored bars begin with trading */
            readonly storedInterval: string | null;
            readonly storedIntervals?: readonly string[];
            /** Adjustment of the stored prices: raw, or split if the provider adjusted them */
            readonly basis: string;
            readonly completeness: {
              /** RFC 3339 */
              readonly from: string;
              /** RFC 3339 */
              readonly to: string;
              /** null if no schedule is known */
              readonly expected: number | null;
              readonly returned: number;
              /** Returned bars outside the expected sessions */
              readonly extra?: number;
              /** Returned bars that lack parts */
              readonly partial?: number;
              readonly missing: readonly {
                /** RFC 3339 */
                readonly from: string;
                /** RFC 3339 */
                readonly to: string;
                readonly bars: number;
                /** Stored bars missing in derived bars */
                readonly parts?: number;
                /** Such as notFetched, noTrades, providerError, notYet, quarantined */
                readonly reason: string;
              }[];
              /** The stored bars that derived bars are made of */
              readonly parts?: {
                readonly interval: string;
                readonly expected: number;
                readonly held: number;
                readonly extra: number;
                readonly missing: number;
              };
              readonly complete: boolean;
              readonly truncated: boolean;
              /** Present where the range goes beyond known holidays */
              readonly scheduleKnown?: {
                /** RFC 3339 */
                readonly from: string;
                /** RFC 3339 */
                readonly to: string;
              };
            };
          }[];
          /** Instruments that are neither registered nor have any bar */
          readonly unknown: readonly string[];
          /** Series that cannot be answered */
          readonly refused: readonly {
            readonly instrumentId: string;
            readonly code: string;
            readonly message: string;
          }[];
          readonly completeness: {
            readonly series: number;
            readonly completeSeries: number;
            /** null if no schedule is known of one of them */
            readonly expected: number | null;
            readonly returned: number;
            readonly extra: number;
            readonly partial: number;
            /** Missing bars by reason */
            readonly missing: {
              readonly [key: string]: number;
            };
            /** The first series that are not complete */
            readonly incomplete: readonly string[];
            readonly complete: boolean;
            readonly truncated: boolean;
          };
          readonly nextCursor: string | null;
        }
      | {
          readonly interval: string;
          readonly adjustment: string;
          readonly asOf: string | null;
          /** Arrays of equal length */
          readonly columns: {
            readonly instrument: readonly number[];
            readonly openTime: readonly number[];
            readonly open: readonly number[];
            readonly high: readonly number[];
            readonly low: readonly number[];
            readonly close: readonly number[];
            readonly volume: readonly (number | null)[];
            readonly state: readonly number[];
            readonly isPartial: readonly number[];
            readonly trades?: readonly (number | null)[];
            readonly turnover?: readonly (number | null)[];
            readonly vwap?: readonly (number | null)[];
            readonly openInterest?: readonly (number | null)[];
            readonly provider?: readonly number[];
            /** Epoch ms */
            readonly observedAt?: readonly (number | null)[];
          };
          readonly states: readonly string[];
          readonly providers?: readonly string[];
          readonly instruments: readonly string[];
          /** The series that this page tells of */
          readonly series: readonly {
            readonly instrumentId: string;
            /**
             * Bars aligned to the UTC clock, or to trading, by the tracked sessions. Default: the clock below a day, trading days from a day up
             */
            readonly align: 'clock' | 'session';
            /** The interval that the bars were read or derived from; 1h@session if the stored bars begin with trading */
            readonly storedInterval: string | null;
            readonly storedIntervals?: readonly string[];
            /** Adjustment of the stored prices: raw, or split if the provider adjusted them */
            readonly basis: string;
            readonly completeness: {
              /** RFC 3339 */
              readonly from: string;
              /** RFC 3339 */
              readonly to: string;
              /** null if no schedule is known */
              readonly expected: number | null;
              readonly returned: number;
              /** Returned bars outside the expected sessions */
              readonly extra?: number;
              /** Returned bars that lack parts */
              readonly partial?: number;
              readonly missing: readonly {
                /** RFC 3339 */
                readonly from: string;
                /** RFC 3339 */
                readonly to: string;
                readonly bars: number;
                /** Stored bars missing in derived bars */
                readonly parts?: number;
                /** Such as notFetched, noTrades, providerError, notYet, quarantined */
                readonly reason: string;
              }[];
              /** The stored bars that derived bars are made of */
              readonly parts?: {
                readonly interval: string;
                readonly expected: number;
                readonly held: number;
                readonly extra: number;
                readonly missing: number;
              };
              readonly complete: boolean;
              readonly truncated: boolean;
              /** Present where the range goes beyond known holidays */
              readonly scheduleKnown?: {
                /** RFC 3339 */
                readonly from: string;
                /** RFC 3339 */
                readonly to: string;
              };
            };
          }[];
          /** Instruments that are neither registered nor have any bar */
          readonly unknown: readonly string[];
          /** Series that cannot be answered */
          readonly refused: readonly {
            readonly instrumentId: string;
            readonly code: string;
            readonly message: string;
          }[];
          readonly completeness: {
            readonly series: number;
            readonly completeSeries: number;
            /** null if no schedule is known of one of them */
            readonly expected: number | null;
            readonly returned: number;
            readonly extra: number;
            readonly partial: number;
            /** Missing bars by reason */
            readonly missing: {
              readonly [key: string]: number;
            };
            /** The first series that are not complete */
            readonly incomplete: readonly string[];
            readonly complete: boolean;
            readonly truncated: boolean;
          };
          readonly nextCursor: string | null;
        };
  };
  /** Coverage by day of all stored and tracked series of an interval, 100 a page */
  readonly getManyCoverages: {
    readonly input: {
      /**
       * Length of a bar; `m` is a minute, `M` a month
       */
      readonly interval: BarInterval;
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly from: TimeInput;
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly to: TimeInput;
      readonly query?: string;
      /** an exchange, such as NASDAQ */
      readonly exchange?: string;
      /** Instruments, with commas between: instead of query and exchange */
      readonly ids?: string;
      /**
       * The series below a day whose bars begin on the UTC clock (default), or the one whose bars begin with trading
       */
      readonly align?: 'clock' | 'session';
      readonly limit?: number;
      readonly cursor?: string;
    };
    readonly answer: {
      readonly series: readonly {
        readonly instrumentId: string;
        readonly interval: string;
        /** @enum {string} */
        readonly align?: 'session';
        /** null if no schedule is known; then there are no days */
        readonly expected: number | null;
        readonly held: number;
        readonly extra: number;
        readonly complete: boolean;
        /** Days that follow each other, lack no bar and expect equally many; `to` is included */
        readonly whole: readonly {
          /** A UTC date */
          readonly from: string;
          /** A UTC date */
          readonly to: string;
          readonly bars: number;
        }[];
        /** All other days on which bars are expected */
        readonly days: readonly {
          /** A UTC date */
          readonly day: string;
          readonly expected: number;
          readonly held: number;
          /** Missing bars by reason */
          readonly reasons: {
            readonly [key: string]: number;
          };
        }[];
      }[];
      readonly total: number;
      readonly nextCursor: string | null;
    };
  };
  /** getMetrics */
  readonly getMetrics: {
    readonly input: NoFields;
    readonly answer: string;
  };
  /** Providers: what each can do, and how it does */
  readonly getProviders: {
    readonly input: NoFields;
    readonly answer: {
      readonly providers: readonly {
        readonly name: string;
        /** Made up: to be labelled so wherever it is shown */
        readonly isSynthetic: boolean;
        readonly basis: 'raw' | 'split' | 'mixed';
        /** Intervals it has a history of */
        readonly intervals: readonly string[];
        /** Intervals of which it has bars that begin with trading */
        readonly sessionIntervals: readonly string[];
        readonly hasSearch: boolean;
        readonly hasCorporateActions: boolean;
        readonly live: ('trades' | 'quotes') | null;
        /**
         * `needed`: some of what it has is not given without a key
         */
        readonly key: 'none' | 'optional' | 'needed';
        readonly hasKey: boolean;
        /** As in /health; null where there is no vendor: files, and what is made up */
        readonly state: {
          readonly name: string;
          readonly breaker: 'closed' | 'open' | 'halfOpen';
          readonly queued: number;
          readonly room: {
            readonly windowMs: number;
            readonly most: number;
            readonly left: number;
          } | null;
          readonly pausedUntil: string | null;
          /**
           * `skewed`: this machine's clock and the vendor's differ by more than 2 s; the vendor's decides what is closed and final
           */
          readonly clock: 'ok' | 'skewed' | 'unknown';
          readonly clockSkewMs: number | null;
        } | null;
      }[];
    };
  };
  /** Rejected bars, the newest first */
  readonly getQuarantine: {
    readonly input: {
      /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
      readonly instrumentId?: string;
      /**
       * Length of a bar; `m` is a minute, `M` a month
       */
      readonly interval?: BarInterval;
      /**
       * The series below a day whose bars begin on the UTC clock (default), or the one whose bars begin with trading
       */
      readonly align?: 'clock' | 'session';
      readonly limit?: number;
      readonly cursor?: string;
    };
    readonly answer: {
      readonly bars: readonly {
        readonly id: string;
        readonly instrumentId: string;
        readonly interval: string;
        /** @enum {string} */
        readonly align?: 'session';
        readonly provider: string;
        /** Such as highLowOrder, invalidPrice, notAligned, inFuture */
        readonly code: string;
        readonly message: string;
        /** null where the time itself could not be read */
        readonly openTime: string | null;
        /** What was sent: its first 2,000 characters, as JSON where it was JSON */
        readonly sent: string;
        /** RFC 3339 */
        readonly rejectedAt: string;
      }[];
      readonly nextCursor: string | null;
    };
  };
  /** getReadiness */
  readonly getReadiness: {
    readonly input: NoFields;
    readonly answer: {
      readonly status: 'ok' | 'unavailable';
      readonly version: string;
      readonly uptimeSeconds: number;
      readonly checks: readonly {
        readonly name: string;
        readonly ok: boolean;
        readonly detail: string;
      }[];
      readonly cache: {
        readonly entries: number;
        readonly bytes: number;
        readonly hits: number;
        readonly misses: number;
        readonly shared: 'off' | 'up' | 'down';
      };
      readonly clock: {
        /** How often this machine's clock was set since the process started */
        readonly jumps: number;
        readonly lastJump: {
          /** RFC 3339; when it was noticed */
          readonly at: string;
          /** How far it was set forward; negative: back */
          readonly byMs: number;
        } | null;
      };
      readonly providers: readonly {
        readonly name: string;
        readonly breaker: 'closed' | 'open' | 'halfOpen';
        readonly queued: number;
        readonly room: {
          readonly windowMs: number;
          readonly most: number;
          readonly left: number;
        } | null;
        readonly pausedUntil: string | null;
        /**
         * `skewed`: this machine's clock and the vendor's differ by more than 2 s; the vendor's decides what is closed and final
         */
        readonly clock: 'ok' | 'skewed' | 'unknown';
        readonly clockSkewMs: number | null;
      }[];
    };
  };
  /** All revisions of one bar, oldest first; with from and to, of the bars of a range that were ever corrected */
  readonly getRevisions: {
    readonly input: {
      /**
       * Length of a bar; `m` is a minute, `M` a month
       */
      readonly interval: BarInterval;
      /**
       * The series below a day whose bars begin on the UTC clock (default), or the one whose bars begin with trading
       */
      readonly align?: 'clock' | 'session';
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly openTime?: TimeInput;
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly from?: TimeInput;
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly to?: TimeInput;
      readonly limit?: number;
      /** What else to tell of each bar, with commas between: trades, turnover, vwap, openInterest, provider, observedAt */
      readonly fields?: string;
      /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
      readonly instrumentId: string;
    };
    readonly answer: {
      readonly revisions: readonly {
        /** RFC 3339 */
        readonly openTime: string;
        readonly open: number;
        readonly high: number;
        readonly low: number;
        readonly close: number;
        readonly volume: number | null;
        readonly state: 'open' | 'provisional' | 'final';
        readonly provider: string;
        /** RFC 3339 */
        readonly observedAt: string;
        readonly observedTo: string | null;
        readonly finalAt: string | null;
        /** How many trades */
        readonly trades?: number | null;
        /** What was paid in all: the sum of price x size */
        readonly turnover?: number | null;
        /** turnover / volume */
        readonly vwap?: number | null;
        /** Contracts open at the end of the bar */
        readonly openInterest?: number | null;
      }[];
      /** Of a range: the first corrected bar beyond `limit` (500), to be sent as the next `from` */
      readonly nextFrom: string | null;
    };
  };
  /** Scheduled jobs */
  readonly getSchedules: {
    readonly input: NoFields;
    readonly answer: {
      readonly schedules: readonly {
        readonly id: string;
        readonly description: string;
        readonly nextRunAt: string | null;
        readonly lastRunAt: string | null;
      }[];
    };
  };
  /** Live subscriptions */
  readonly getSubscriptions: {
    readonly input: {
      /** the name of a provider, such as binance or yahoo */
      readonly provider?: string;
    };
    readonly answer: {
      readonly subscriptions: readonly Operations['subscribe']['answer'][];
    };
  };
  /** One instrument with its series */
  readonly getSymbol: {
    readonly input: {
      /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
      readonly instrumentId: string;
    };
    readonly answer: {
      readonly instrumentId: string;
      /** The provider's code, if a provider was asked */
      readonly symbol?: string;
      readonly name: string | null;
      readonly assetType: string | null;
      readonly currency: string | null;
      readonly schedule: string | null;
      readonly timeZone: string | null;
      readonly sessions: 'regular' | 'extended';
      readonly priceDecimals: number | null;
      readonly listedFrom: string | null;
      readonly listedTo: string | null;
      readonly aliases: readonly string[];
      readonly series: readonly {
        readonly interval: string;
        /**
         * Present where bars begin with trading
         * @enum {string}
         */
        readonly align?: 'session';
        readonly first: string | null;
        readonly last: string | null;
        readonly count: number;
        readonly finalCount: number;
        readonly providers: readonly string[];
      }[];
    };
  };
  /** Instruments with their series, a page at a time; with `provider`, its instruments matching `query` */
  readonly getSymbols: {
    readonly input: {
      readonly query?: string;
      /** an exchange, such as NASDAQ */
      readonly exchange?: string;
      readonly limit?: number;
      readonly cursor?: string;
      /** the name of a provider, such as binance or yahoo */
      readonly provider?: string;
    };
    readonly answer: {
      readonly symbols: readonly Operations['getSymbol']['answer'][];
      readonly total: number;
      readonly nextCursor: string | null;
    };
  };
  /** Sync status of the tracked series */
  readonly getSyncStatus: {
    readonly input: NoFields;
    readonly answer: Operations['getSyncStatusOf']['answer'];
  };
  /** Sync status of one instrument */
  readonly getSyncStatusOf: {
    readonly input: {
      /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
      readonly instrumentId: string;
    };
    readonly answer: {
      readonly series: readonly {
        readonly series: string;
        readonly instrumentId: string;
        readonly interval: string;
        /** @enum {string} */
        readonly align?: 'session';
        readonly provider: string;
        readonly from: string;
        readonly jobId: string;
        readonly state: string;
        readonly error: {
          readonly code: string;
          readonly message: string;
        } | null;
        readonly endedAt: string | null;
      }[];
    };
  };
  /** Import a file of bars */
  readonly importBars: {
    readonly input: {
      /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
      readonly instrumentId?: string;
      /**
       * Length of a bar; `m` is a minute, `M` a month
       */
      readonly interval?: BarInterval;
      /**
       * The series below a day whose bars begin on the UTC clock (default), or the one whose bars begin with trading
       */
      readonly align?: 'clock' | 'session';
      readonly forceInterval?: boolean;
      readonly format?: 'csv' | 'json' | 'ndjson' | 'parquet' | 'arrow';
      readonly member?: string;
      readonly encoding?: string;
      readonly layout?: string;
      readonly columns?: string;
      readonly timezone?: string;
      readonly dateOrder?: 'ymd' | 'mdy' | 'dmy';
      readonly timeUnit?: 's' | 'ms' | 'us' | 'ns';
      readonly timeIs?: 'open' | 'close';
      readonly decimal?: 'point' | 'comma';
      readonly symbol?: string;
      readonly exchange?: string;
      readonly symbolColumn?: string;
      /** where the values come from: a name of at most 64 letters, digits and . _ : - */
      readonly provider?: string;
      /**
       * Whether the bars may still change
       */
      readonly state?: 'provisional' | 'final';
      readonly isComplete?: boolean;
      readonly duplicates?: 'first' | 'last';
      /** What file names say: {exchange}_{symbol}-{interval}; reads all files of a zip */
      readonly name?: string;
      /** Of the file, where no form names it */
      readonly fileName?: string;
      readonly preview?: boolean;
      /** First rows of a preview; default 10 */
      readonly rows?: number;
      /** Whether to answer 202 with a job; default: above 32 MiB */
      readonly job?: boolean;
      readonly file: FileBody;
    };
    readonly answer:
      | (
          | {
              readonly reading: {
                readonly format: string;
                readonly layout?: string;
                readonly columns: {
                  readonly [key: string]: readonly string[];
                };
                readonly notStored: readonly string[];
                readonly notRead: readonly string[];
                readonly time: {
                  readonly form: string;
                  readonly zone?: string;
                  readonly zoneBy?: string;
                  readonly is: 'open' | 'close';
                };
                readonly numbers: string;
                readonly interval: string;
                readonly intervalBy: 'option' | 'file';
                /** @enum {string} */
                readonly align?: 'session';
              };
              readonly rows: number;
              readonly inserted: number;
              readonly changed: number;
              readonly unchanged: number;
              readonly skippedStale: number;
              readonly rejected: number;
              readonly empty: number;
              readonly duplicates: number;
              readonly rejections: readonly {
                readonly code: string;
                readonly rows: number;
                readonly lines: readonly number[];
                readonly message: string;
              }[];
              readonly series: readonly {
                readonly instrumentId: string;
                readonly interval: string;
                /** @enum {string} */
                readonly align?: 'session';
                readonly inserted: number;
                readonly changed: number;
                readonly unchanged: number;
                readonly skippedStale: number;
                readonly rejected: number;
                readonly empty: number;
                readonly duplicates: number;
                readonly completeIn: {
                  /** RFC 3339 */
                  readonly from: string;
                  /** RFC 3339 */
                  readonly to: string;
                } | null;
              }[];
              readonly seriesCount: number;
              readonly completeIn: {
                /** RFC 3339 */
                readonly from: string;
                /** RFC 3339 */
                readonly to: string;
              } | null;
              readonly stopped: boolean;
            }
          | {
              readonly files: readonly {
                readonly file: string;
                readonly outcome: {
                  readonly reading: {
                    readonly format: string;
                    readonly layout?: string;
                    readonly columns: {
                      readonly [key: string]: readonly string[];
                    };
                    readonly notStored: readonly string[];
                    readonly notRead: readonly string[];
                    readonly time: {
                      readonly form: string;
                      readonly zone?: string;
                      readonly zoneBy?: string;
                      readonly is: 'open' | 'close';
                    };
                    readonly numbers: string;
                    readonly interval: string;
                    readonly intervalBy: 'option' | 'file';
                    /** @enum {string} */
                    readonly align?: 'session';
                  };
                  readonly rows: number;
                  readonly inserted: number;
                  readonly changed: number;
                  readonly unchanged: number;
                  readonly skippedStale: number;
                  readonly rejected: number;
                  readonly empty: number;
                  readonly duplicates: number;
                  readonly rejections: readonly {
                    readonly code: string;
                    readonly rows: number;
                    readonly lines: readonly number[];
                    readonly message: string;
                  }[];
                  readonly series: readonly {
                    readonly instrumentId: string;
                    readonly interval: string;
                    /** @enum {string} */
                    readonly align?: 'session';
                    readonly inserted: number;
                    readonly changed: number;
                    readonly unchanged: number;
                    readonly skippedStale: number;
                    readonly rejected: number;
                    readonly empty: number;
                    readonly duplicates: number;
                    readonly completeIn: {
                      /** RFC 3339 */
                      readonly from: string;
                      /** RFC 3339 */
                      readonly to: string;
                    } | null;
                  }[];
                  readonly seriesCount: number;
                  readonly completeIn: {
                    /** RFC 3339 */
                    readonly from: string;
                    /** RFC 3339 */
                    readonly to: string;
                  } | null;
                  readonly stopped: boolean;
                } | null;
                readonly error: {
                  readonly code: string;
                  readonly message: string;
                } | null;
              }[];
              readonly filesCount: number;
              readonly stopped: boolean;
            }
          | {
              readonly reading: {
                readonly format: string;
                readonly layout?: string;
                readonly columns: {
                  readonly [key: string]: readonly string[];
                };
                readonly notStored: readonly string[];
                readonly notRead: readonly string[];
                readonly time: {
                  readonly form: string;
                  readonly zone?: string;
                  readonly zoneBy?: string;
                  readonly is: 'open' | 'close';
                };
                readonly numbers: string;
                readonly interval: string;
                readonly intervalBy: 'option' | 'file';
                /** @enum {string} */
                readonly align?: 'session';
              };
              readonly series: readonly {
                readonly instrumentId: string;
                readonly bars: readonly Operations['createBar']['answer'][];
              }[];
              readonly faults: readonly {
                readonly line: number;
                readonly code: string;
                readonly message: string;
                readonly openTime: string | null;
              }[];
            }
          | {
              readonly files: readonly {
                readonly file: string;
                readonly preview: {
                  readonly reading: {
                    readonly format: string;
                    readonly layout?: string;
                    readonly columns: {
                      readonly [key: string]: readonly string[];
                    };
                    readonly notStored: readonly string[];
                    readonly notRead: readonly string[];
                    readonly time: {
                      readonly form: string;
                      readonly zone?: string;
                      readonly zoneBy?: string;
                      readonly is: 'open' | 'close';
                    };
                    readonly numbers: string;
                    readonly interval: string;
                    readonly intervalBy: 'option' | 'file';
                    /** @enum {string} */
                    readonly align?: 'session';
                  };
                  readonly series: readonly {
                    readonly instrumentId: string;
                    readonly bars: readonly Operations['createBar']['answer'][];
                  }[];
                  readonly faults: readonly {
                    readonly line: number;
                    readonly code: string;
                    readonly message: string;
                    readonly openTime: string | null;
                  }[];
                } | null;
                readonly error: {
                  readonly code: string;
                  readonly message: string;
                } | null;
              }[];
              readonly filesCount: number;
            }
        )
      | {
          readonly id: string;
          /** @enum {string} */
          readonly kind: 'import';
          readonly state: string;
        };
  };
  /** Declare an instrument, or change its declaration */
  readonly registerSymbol: {
    readonly input: {
      /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
      readonly instrumentId: string;
      /** a text of one line without control characters */
      readonly name?: string;
      /** one word in lower case, such as stock, crypto, future, forex */
      readonly assetType?: string;
      /** a code in upper case, such as USD or USDT */
      readonly currency?: string;
      /** the name of a schedule such as NASDAQ or 24x7, which decides what bars are expected (default: the exchange's) */
      readonly schedule?: string;
      /**
       * Expect bars of the regular session (default) or of the extended hours too
       */
      readonly sessions?: 'regular' | 'extended';
      readonly priceDecimals?: number;
      readonly aliases?: readonly string[];
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly listedFrom?: TimeInput;
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly listedTo?: TimeInput;
    };
    readonly answer: Operations['getSymbol']['answer'];
  };
  /** Retry a job that has ended */
  readonly retryJob: {
    readonly input: {
      /** the id of a job, as GET /jobs lists them */
      readonly id: string;
    };
    readonly answer: Operations['getJob']['answer'];
  };
  /** Run a scheduled job now */
  readonly runSchedule: {
    readonly input: {
      /** the id of a schedule, as GET /schedules lists them */
      readonly id: string;
    };
    readonly answer: void;
  };
  /** Have a provider's feed run, also after a restart */
  readonly startFeed: {
    readonly input: {
      /** the name of a provider, such as binance or yahoo */
      readonly provider: string;
    };
    readonly answer: Operations['getFeeds']['answer'];
  };
  /** End a provider's feed until it is started again */
  readonly stopFeed: {
    readonly input: {
      /** the name of a provider, such as binance or yahoo */
      readonly provider: string;
    };
    readonly answer: Operations['getFeeds']['answer'];
  };
  /** Start a live feed */
  readonly subscribe: {
    readonly input: {
      /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
      readonly instrumentId: string;
      readonly intervals?: readonly (
        | '1s'
        | '5s'
        | '15s'
        | '30s'
        | '1m'
        | '3m'
        | '5m'
        | '15m'
        | '30m'
        | '45m'
        | '1h'
        | '2h'
        | '3h'
        | '4h'
        | '6h'
        | '8h'
        | '12h'
        | '1d'
        | '1w'
        | '1M'
      )[];
      /** the name of a provider, such as binance or yahoo */
      readonly provider?: string;
    };
    readonly answer: {
      readonly id: string;
      readonly provider: string;
      readonly instrumentId: string;
      readonly intervals: readonly string[];
      /** RFC 3339 */
      readonly createdAt: string;
      readonly refused: {
        readonly code: string;
        readonly message: string;
        /** RFC 3339 */
        readonly at: string;
      } | null;
    };
  };
  /** Sync a series with its provider */
  readonly syncBars: {
    readonly input: {
      readonly wait?: boolean;
      /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
      readonly instrumentId: string;
      /**
       * Length of a bar; `m` is a minute, `M` a month
       */
      readonly interval: BarInterval;
      /**
       * The series below a day whose bars begin on the UTC clock (default), or the one whose bars begin with trading
       */
      readonly align?: 'clock' | 'session';
      /** the name of a provider, such as binance or yahoo */
      readonly provider?: string;
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly from?: TimeInput;
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly to?: TimeInput;
      /** Accept prices or volumes that jump by a factor of 100; otherwise taken as another unit */
      readonly acceptJump?: boolean;
      /** Check all ranges that count as empty again */
      readonly verifyEmpty?: boolean;
    };
    readonly answer: Operations['getJob']['answer'];
  };
  /** Sync up to 1,000 series, one job each */
  readonly syncMany: {
    readonly input: {
      readonly orders: readonly {
        /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
        readonly instrumentId: string;
        /**
         * Length of a bar; `m` is a minute, `M` a month
         */
        readonly interval: BarInterval;
        /**
         * The series below a day whose bars begin on the UTC clock (default), or the one whose bars begin with trading
         */
        readonly align?: 'clock' | 'session';
        /** the name of a provider, such as binance or yahoo */
        readonly provider?: string;
        /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
        readonly from?: TimeInput;
        /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
        readonly to?: TimeInput;
        /** Accept prices or volumes that jump by a factor of 100; otherwise taken as another unit */
        readonly acceptJump?: boolean;
        /** Check all ranges that count as empty again */
        readonly verifyEmpty?: boolean;
      }[];
    };
    readonly answer: {
      readonly orders: readonly {
        readonly job: Operations['getJob']['answer'] | null;
        readonly error: {
          readonly code: string;
          readonly message: string;
        } | null;
      }[];
    };
  };
  /** Delete an instrument without bars */
  readonly unregisterSymbol: {
    readonly input: {
      /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
      readonly instrumentId: string;
    };
    readonly answer: void;
  };
  /** End a subscription; stored bars are kept */
  readonly unsubscribe: {
    readonly input: {
      /** the id of a subscription, such as binance:BINANCE:BTCUSDT */
      readonly id: string;
    };
    readonly answer: void;
  };
  /** End the tracking of a series; stored bars are kept */
  readonly untrackSeries: {
    readonly input: {
      /**
       * Length of a bar; `m` is a minute, `M` a month
       */
      readonly interval: BarInterval;
      /**
       * The series below a day whose bars begin on the UTC clock (default), or the one whose bars begin with trading
       */
      readonly align?: 'clock' | 'session';
      /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
      readonly instrumentId: string;
    };
    readonly answer: void;
  };
  /** Store bars; repeating the call changes nothing */
  readonly upsertBars: {
    readonly input: {
      /**
       * Length of a bar; `m` is a minute, `M` a month
       */
      readonly interval: BarInterval;
      /**
       * The series below a day whose bars begin on the UTC clock (default), or the one whose bars begin with trading
       */
      readonly align?: 'clock' | 'session';
      /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
      readonly instrumentId: string;
      /** where the values come from: a name of at most 64 letters, digits and . _ : - */
      readonly provider: string;
      /**
       * Whether the bars may still change
       */
      readonly state: 'provisional' | 'final';
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly observedAt?: TimeInput;
      /** Objects with openTime, open, high, low, close, and optionally volume, trades, turnover, openInterest and state */
      readonly bars: readonly unknown[];
    };
    readonly answer: {
      readonly inserted: number;
      readonly changed: number;
      readonly unchanged: number;
      readonly skippedStale: number;
      /** The first 1000 of them */
      readonly rejected: readonly {
        readonly index: number;
        readonly openTime: string | null;
        readonly code: string;
        readonly message: string;
      }[];
      /** All rejected bars; the five counts add up to the bars sent */
      readonly rejectedCount: number;
      readonly revision: string;
    };
  };
  /** Store bars of many series; repeating the call changes nothing */
  readonly upsertManyBars: {
    readonly input: {
      /**
       * Length of a bar; `m` is a minute, `M` a month
       */
      readonly interval: BarInterval;
      /**
       * The series below a day whose bars begin on the UTC clock (default), or the one whose bars begin with trading
       */
      readonly align?: 'clock' | 'session';
      /** where the values come from: a name of at most 64 letters, digits and . _ : - */
      readonly provider: string;
      /**
       * Whether the bars may still change
       */
      readonly state: 'provisional' | 'final';
      /** UTC: 2016-10-07, 2016-10-07T09:30:00Z, or epoch s, ms, us or ns, recognized by magnitude */
      readonly observedAt?: TimeInput;
      /** Each instrument once */
      readonly series: readonly {
        /** EXCHANGE:SYMBOL, such as NASDAQ:AAPL (a symbol of at most 64 printable characters, no space at its ends) */
        readonly instrumentId: string;
        /** Objects with openTime, open, high, low, close, and optionally volume, trades, turnover, openInterest and state */
        readonly bars: readonly unknown[];
      }[];
    };
    readonly answer: {
      readonly inserted: number;
      readonly changed: number;
      readonly unchanged: number;
      readonly skippedStale: number;
      readonly rejected: number;
      /** Series that failed; the bars of the others are stored */
      readonly failed: number;
      /** In the order in which they were sent */
      readonly series: readonly (
        | {
            readonly instrumentId: string;
            readonly inserted: number;
            readonly changed: number;
            readonly unchanged: number;
            readonly skippedStale: number;
            /** The first 1000 of them */
            readonly rejected: readonly {
              readonly index: number;
              readonly openTime: string | null;
              readonly code: string;
              readonly message: string;
            }[];
            /** All rejected bars; the five counts add up to the bars sent */
            readonly rejectedCount: number;
            readonly revision: string;
          }
        | {
            readonly instrumentId: string;
            readonly failed: {
              readonly code: string;
              readonly message: string;
            };
          }
      )[];
    };
  };
}

/** How each operation is asked. */
export const ROUTES: Readonly<Record<keyof Operations, Route>> = {
  cancelJob: { method: 'POST', path: '/api/v1/jobs/{id}/cancel' },
  createBar: { method: 'POST', path: '/api/v1/bars/{instrumentId}', query: ['interval', 'align'], body: 'json' },
  deleteBars: { method: 'DELETE', path: '/api/v1/bars/{instrumentId}' },
  getAllQuotes: { method: 'GET', path: '/api/v1/quotes' },
  getBars: { method: 'GET', path: '/api/v1/bars/{instrumentId}' },
  getChanges: { method: 'GET', path: '/api/v1/changes' },
  getConfiguration: { method: 'GET', path: '/api/v1/configuration' },
  getCoverage: { method: 'GET', path: '/api/v1/coverage/{instrumentId}' },
  getCurrentBar: { method: 'GET', path: '/api/v1/quotes/{instrumentId}/current-bar' },
  getFeeds: { method: 'GET', path: '/api/v1/feed' },
  getHealth: { method: 'GET', path: '/health', alsoAnswers: 503 },
  getJob: { method: 'GET', path: '/api/v1/jobs/{id}' },
  getJobs: { method: 'GET', path: '/api/v1/jobs' },
  getLatestBar: { method: 'GET', path: '/api/v1/bars/{instrumentId}/latest' },
  getLatestQuote: { method: 'GET', path: '/api/v1/quotes/{instrumentId}' },
  getLiveness: { method: 'GET', path: '/health/live' },
  getManyBars: { method: 'GET', path: '/api/v1/bars' },
  getManyCoverages: { method: 'GET', path: '/api/v1/coverage' },
  getMetrics: { method: 'GET', path: '/metrics', isText: true },
  getProviders: { method: 'GET', path: '/api/v1/providers' },
  getQuarantine: { method: 'GET', path: '/api/v1/quarantine' },
  getReadiness: { method: 'GET', path: '/health/ready', alsoAnswers: 503 },
  getRevisions: { method: 'GET', path: '/api/v1/bars/{instrumentId}/revisions' },
  getSchedules: { method: 'GET', path: '/api/v1/schedules' },
  getSubscriptions: { method: 'GET', path: '/api/v1/subscriptions' },
  getSymbol: { method: 'GET', path: '/api/v1/symbols/{instrumentId}' },
  getSymbols: { method: 'GET', path: '/api/v1/symbols' },
  getSyncStatus: { method: 'GET', path: '/api/v1/sync/status' },
  getSyncStatusOf: { method: 'GET', path: '/api/v1/sync/status/{instrumentId}' },
  importBars: {
    method: 'POST',
    path: '/api/v1/imports',
    query: [
      'instrumentId',
      'interval',
      'align',
      'forceInterval',
      'format',
      'member',
      'encoding',
      'layout',
      'columns',
      'timezone',
      'dateOrder',
      'timeUnit',
      'timeIs',
      'decimal',
      'symbol',
      'exchange',
      'symbolColumn',
      'provider',
      'state',
      'isComplete',
      'duplicates',
      'name',
      'fileName',
      'preview',
      'rows',
      'job',
    ],
    body: 'file',
  },
  registerSymbol: { method: 'PUT', path: '/api/v1/symbols/{instrumentId}', body: 'json' },
  retryJob: { method: 'POST', path: '/api/v1/jobs/{id}/retry' },
  runSchedule: { method: 'POST', path: '/api/v1/schedules/{id}/run' },
  startFeed: { method: 'POST', path: '/api/v1/feed/start', body: 'json' },
  stopFeed: { method: 'POST', path: '/api/v1/feed/stop', body: 'json' },
  subscribe: { method: 'POST', path: '/api/v1/subscriptions', body: 'json' },
  syncBars: { method: 'POST', path: '/api/v1/sync', query: ['wait'], body: 'json' },
  syncMany: { method: 'POST', path: '/api/v1/sync/bulk', body: 'json' },
  unregisterSymbol: { method: 'DELETE', path: '/api/v1/symbols/{instrumentId}' },
  unsubscribe: { method: 'DELETE', path: '/api/v1/subscriptions/{id}' },
  untrackSeries: { method: 'DELETE', path: '/api/v1/sync/status/{instrumentId}' },
  upsertBars: { method: 'PUT', path: '/api/v1/bars/{instrumentId}', query: ['interval', 'align'], body: 'json' },
  upsertManyBars: { method: 'PUT', path: '/api/v1/bars', query: ['interval', 'align'], body: 'json' },
};
