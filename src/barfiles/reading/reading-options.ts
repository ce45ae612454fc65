import type { Alignment, BarInterval, TrackedHours } from '../../market/index.ts';

/** How a file is to be read, where it does not show it or shows something else. */
export interface ReadingOptions {
  /** `EXCHANGE:SYMBOL` of all its bars; left out where a column names the symbol. */
  readonly instrumentId?: string | undefined;
  /** Left out, it is the commonest step of the file. */
  readonly interval?: BarInterval | undefined;
  /** Where bars below a day begin: on the UTC clock (default), or with trading. */
  readonly align?: Alignment | undefined;
  /** Takes the interval as named, though the file has another step. */
  readonly forceInterval?: boolean | undefined;
  /** `time='Open time',volume=Vol`, or without a header `openTime,open,high,low,close,volume,-`. */
  readonly columns?: string | undefined;
  /** A layout that is known by name. */
  readonly layout?: string | undefined;
  /** IANA zone, `UTC`, or `exchange` for that of the instrument's schedule. */
  readonly timezone?: string | undefined;
  readonly dateOrder?: 'ymd' | 'mdy' | 'dmy' | undefined;
  /** Unit of times that are numbers. */
  readonly timeUnit?: 's' | 'ms' | 'us' | 'ns' | undefined;
  /** Which end of its bar a row's time names. */
  readonly timeIs?: 'open' | 'close' | undefined;
  readonly decimal?: 'point' | 'comma' | undefined;
  /** Takes only the rows of this symbol. */
  readonly symbol?: string | undefined;
  /** Exchange of all symbols of the file. */
  readonly exchange?: string | undefined;
  readonly symbolColumn?: string | undefined;
  /** State of rows that name none. */
  readonly defaultState: 'provisional' | 'final';
}

/** What a reader asks of its surroundings. */
export interface ReadingContext {
  /** UTC epoch ms. */
  readonly now: number;
  /** When an instrument trades; without a schedule where nobody knows. */
  readonly hoursOf: (instrumentId: string) => Promise<TrackedHours>;
  /** Ends a long survey; whoever reads the rows afterwards stops by themselves. */
  readonly signal?: AbortSignal;
}
