import type { BarFileFormat, BarFileSource, BarFormat } from '../barfiles/index.ts';
import type { ColumnsInput, FieldsInput } from '../features/bars/index.ts';
import type { Alignment, BarInterval, TimeInput, TrackedSessions } from '../market/index.ts';

// What the functions of the library are given. A time is ISO text (UTC where it names no zone), a `Date`, or a number of
// epoch ms; one that cannot be read, or a number that looks like seconds, is refused with `INVALID_REQUEST`.

/** One series: an instrument at one interval. */
export interface SeriesInput {
  /** `EXCHANGE:SYMBOL` in upper case, such as `NASDAQ:AAPL`. */
  readonly instrumentId: string;
  /** Length of a bar, such as `1m`, `1h`, `1d`; `m` is a minute, `M` a month. */
  readonly interval: BarInterval;
}

/** One series that is stored: from a day up there is one of an interval. */
export interface StoredSeriesInput extends SeriesInput {
  /** Whether bars below a day begin on the UTC clock (default), or with trading. */
  readonly align?: Alignment | undefined;
}

export interface WriteInput extends StoredSeriesInput {
  /** Where the values come from: a name of at most 64 letters, digits and `. _ : -`. */
  readonly provider: string;
  /** When the values became known; default: now. Never later than now. */
  readonly observedAt?: TimeInput | undefined;
}

/** Either `bars` or `columns`. */
export interface UpsertBarsInput extends WriteInput {
  /** Whether the bars may still change: of all that name no state themselves. */
  readonly state?: 'provisional' | 'final' | undefined;
  /** Objects with `openTime`, `open`, `high`, `low`, `close`, and where known `volume`, `trades`, `turnover`, `openInterest` and `state`. */
  readonly bars?: unknown[] | undefined;
  readonly columns?: ColumnsInput | undefined;
}

/** Bars of many series, which have all else in common. */
export interface UpsertManyBarsInput extends Omit<WriteInput, 'instrumentId'>, Pick<UpsertBarsInput, 'state'> {
  /** Each instrument once, at most 10,000. */
  readonly series: SeriesBarsInput[];
}

/** Either `bars` or `columns` of one series. */
export interface SeriesBarsInput {
  readonly instrumentId: string;
  readonly bars?: unknown[];
  readonly columns?: ColumnsInput;
}

export interface CreateBarInput extends WriteInput {
  /** Whether the bar may still change. */
  readonly state: 'provisional' | 'final';
  /** An object with `openTime`, `open`, `high`, `low`, `close`, and where known `volume`, `trades`, `turnover`, `openInterest` and `state`. */
  readonly bar: unknown;
}

/** The bars of `[from, to)`. */
export interface DeleteBarsInput extends StoredSeriesInput {
  readonly from: TimeInput;
  readonly to: TimeInput;
}

export interface GetBarsInput extends SeriesInput {
  /** First openTime; default: the first stored bar. */
  readonly from?: TimeInput | undefined;
  /** End, exclusive; default: the interval that now runs. */
  readonly to?: TimeInput | undefined;
  /** Most bars of one answer, from 1; default: all. `cursor` asks for the rest. */
  readonly limit?: number | undefined;
  /** Oldest first (`asc`, the default) or newest first. */
  readonly order?: 'asc' | 'desc' | undefined;
  /** `nextCursor` of the answer before; all else but `limit` must be as it was. */
  readonly cursor?: string | undefined;
  /** Answers with exactly what was known at this moment; default: now. */
  readonly asOf?: TimeInput | undefined;
  /** `final` leaves out bars that may still change; default: `provisional`. */
  readonly minState?: 'provisional' | 'final' | undefined;
  /** Where bars begin: on the UTC clock, or with trading. Default: the clock below a day, trading days from a day up. */
  readonly align?: Alignment | undefined;
  /** `current` adds the bar that still runs, in state `open`. */
  readonly include?: 'current' | undefined;
  /** `false`: only what is stored at this very interval; default: derived from finer bars where need be. */
  readonly derive?: boolean | undefined;
  /**
   * What else to tell of each bar: a list of `trades`, `turnover`, `vwap` (turnover / volume), `openInterest`, `provider`
   * and `observedAt`, or text with commas between them. Default: nothing else.
   */
  readonly fields?: FieldsInput | undefined;
}

/** Instruments in one of three ways. */
export interface ChoiceInput {
  /** By name, at most 10,000. */
  readonly ids?: string[] | undefined;
  /** All that are registered or stored, such as of `NASDAQ`. */
  readonly exchange?: string | undefined;
  /** Those whose id matches a pattern in any case, such as `NASDAQ:A*`: `*` is any text, `?` any character. */
  readonly glob?: string | undefined;
}

/** `limit` counts the bars of all series, and `cursor` goes on across them. */
export interface GetManyBarsInput extends Omit<GetBarsInput, 'instrumentId'>, ChoiceInput {}

export interface ExportBarsInput extends GetBarsInput {
  readonly format: BarFormat;
}

/** How a file of bars is to be read, where it does not show it beyond doubt. */
export interface FileReadingInput {
  /** `EXCHANGE:SYMBOL` of all its bars; left out where a column has the symbols. */
  readonly instrumentId?: string | undefined;
  /** Default: the commonest step of the file. */
  readonly interval?: BarInterval | undefined;
  /** Takes the interval as named, though the file has another step. */
  readonly forceInterval?: boolean | undefined;
  /** Where bars below a day begin: on the UTC clock (default), or with trading. */
  readonly align?: Alignment | undefined;
  /** Default: told by content. */
  readonly format?: BarFileFormat | undefined;
  /** The file to read of a zip of several. */
  readonly member?: string | undefined;
  /** Of text, by any name that browsers know, such as `utf-16le`, `windows-1252` or `gbk`; default: told by its bytes. */
  readonly encoding?: string | undefined;
  /** A vendor's layout by name, such as `kraken`. */
  readonly layout?: string | undefined;
  /** `time='Open time',volume=Vol`, or for a file without a header `openTime,open,high,low,close,volume,-`. */
  readonly columns?: string | undefined;
  /** Zone of times that name none: an IANA name, `UTC`, or `exchange` for that of the instrument's schedule. */
  readonly timezone?: string | undefined;
  readonly dateOrder?: 'ymd' | 'mdy' | 'dmy' | undefined;
  /** Unit of times that are numbers; default: told by the file. */
  readonly timeUnit?: 's' | 'ms' | 'us' | 'ns' | undefined;
  /** Which end of its bar a row's time names; default: the beginning. */
  readonly timeIs?: 'open' | 'close' | undefined;
  readonly decimal?: 'point' | 'comma' | undefined;
  /** Takes only the rows of this symbol. */
  readonly symbol?: string | undefined;
  /** Exchange of the symbols of the file: each becomes a series. */
  readonly exchange?: string | undefined;
  readonly symbolColumn?: string | undefined;
}

export interface ImportBarsInput extends FileReadingInput {
  /** The file: its path, or its bytes. */
  readonly source: BarFileSource;
  /** Where the values come from: a name of at most 64 letters, digits and `. _ : -`. */
  readonly provider: string;
  /** Whether the bars may still change: of all that name no state themselves. */
  readonly state: 'provisional' | 'final';
  /** Declares that from the first good bar to the last nothing else traded; default: `false`. */
  readonly isComplete?: boolean | undefined;
  /** Which of two bars of one openTime is meant where they have other values; default: both are rejected. */
  readonly duplicates?: 'first' | 'last' | undefined;
}

export interface ReadBarFileInput extends FileReadingInput {
  /** The file: its path, or its bytes. */
  readonly source: BarFileSource;
  /** Rows to answer with, 1 to 1,000; default 10. */
  readonly rows?: number | undefined;
}

/** Files whose names say what they hold. */
export interface NamedFilesInput {
  /** Such as `{exchange}_{symbol}-{interval}`; `*` is anything. */
  readonly name: string;
  /** What bytes without a path are called. */
  readonly fileName?: string | undefined;
}

export interface ImportFilesInput extends ImportBarsInput, NamedFilesInput {}

export interface ReadBarFilesInput extends ReadBarFileInput, NamedFilesInput {}

export interface GetLatestBarInput extends StoredSeriesInput {
  /** Default: now. */
  readonly asOf?: TimeInput | undefined;
}

export interface GetRevisionsInput extends StoredSeriesInput {
  /** When the bar opens. */
  readonly openTime: TimeInput;
}

/** The bars of `[from, to)`. */
export interface GetCorrectionsInput extends StoredSeriesInput {
  readonly from: TimeInput;
  readonly to: TimeInput;
  /** Most corrected bars of one answer, 1 to 5,000; default 500. */
  readonly limit?: number | undefined;
}

export interface GetQuarantineInput {
  /** `EXCHANGE:SYMBOL`; default: of all instruments. */
  readonly instrumentId?: string | undefined;
  /** Of the instrument; default: any. */
  readonly interval?: BarInterval | undefined;
  /** Which series below a day; default: both. */
  readonly align?: Alignment | undefined;
  /** Most bars of one answer, 1 to 1,000; default 100. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before; all else but `limit` must be as it was. */
  readonly cursor?: string | undefined;
}

export interface GetChangesInput {
  /** `seq` of the last change seen; default 0: from the first that is kept. */
  readonly after?: number | undefined;
  /** Most changes of one answer, 1 to 10,000; default 1,000. */
  readonly limit?: number | undefined;
}

export interface GetCoverageInput extends StoredSeriesInput {
  /** Default: the first stored bar. */
  readonly from?: TimeInput | undefined;
  /** End, exclusive; default: now. */
  readonly to?: TimeInput | undefined;
}

/** Of `[from, to)`, at most 800 days. */
export interface GetManyCoveragesInput {
  readonly interval: BarInterval;
  readonly from: TimeInput;
  readonly to: TimeInput;
  /** A part of an id, a name or an alias, in any case. */
  readonly query?: string | undefined;
  /** Such as `NASDAQ`. */
  readonly exchange?: string | undefined;
  /** Instruments by name, at most 100, instead of `query` and `exchange`. */
  readonly ids?: string[] | undefined;
  /** Which series of those that `ids` names; default `clock`. */
  readonly align?: Alignment | undefined;
  /** Most series of one answer, 1 to 100; default 100. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before; all else but `limit` must be as it was. */
  readonly cursor?: string | undefined;
}

export interface SyncBarsInput extends StoredSeriesInput {
  /** Default: the exchange's provider, or the one that was used before. */
  readonly provider?: string | undefined;
  /** May be left out for a series that was synced before. */
  readonly from?: TimeInput | undefined;
  /** End, exclusive; default: now, and the series is tracked: kept complete from then on. */
  readonly to?: TimeInput | undefined;
  /** Prices or volumes may jump by a factor of 100, which else is taken for another unit and refused. */
  readonly acceptJump?: boolean | undefined;
  /** Asks again for all that counts as empty. */
  readonly verifyEmpty?: boolean | undefined;
}

export interface GetJobsInput {
  /** Default: any. */
  readonly state?: 'waiting' | 'running' | 'completed' | 'incomplete' | 'failed' | 'cancelled' | undefined;
  /** Most jobs, 1 to 1,000; default 50. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the answer before, of the same state. */
  readonly cursor?: string | undefined;
}

export interface SubscribeInput {
  /** `EXCHANGE:SYMBOL`. */
  readonly instrumentId: string;
  /** At least one, no two the same; default: the finest of which the provider has history. */
  readonly intervals?: BarInterval[] | undefined;
  /** Default: the exchange's provider. */
  readonly provider?: string | undefined;
}

export interface InstrumentInput {
  /** `EXCHANGE:SYMBOL`. */
  readonly instrumentId: string;
}

/** What is left out stays as it was declared. */
export interface RegisterSymbolInput extends InstrumentInput {
  /** One line of at most 200 characters. */
  readonly name?: string | undefined;
  /** One word in lower case, such as `stock`, `crypto`, `future`. */
  readonly assetType?: string | undefined;
  /** A code in upper case, such as `USD` or `USDT`. */
  readonly currency?: string | undefined;
  /** Name of the market hours, such as `NASDAQ` or `24x7`; default: the exchange's. */
  readonly schedule?: string | undefined;
  /** Whether bars are expected of the regular session (default) or of the extended hours too. */
  readonly sessions?: TrackedSessions | undefined;
  /** Decimals that prices are shown with, 0 to 15. */
  readonly priceDecimals?: number | undefined;
  /** First moment of the listing, and if it is gone its end: `[listedFrom, listedTo)`. */
  readonly listedFrom?: TimeInput | undefined;
  readonly listedTo?: TimeInput | undefined;
  /** Other names, at most 50; `provider:CODE` is a provider's own code. They replace those there are. */
  readonly aliases?: string[] | undefined;
}

export interface GetSymbolsInput {
  /** A part of an id, a name or an alias, in any case. */
  readonly query?: string | undefined;
  /** Such as `NASDAQ`. */
  readonly exchange?: string | undefined;
  /** Most instruments, 1 to 10,000; default 1,000. */
  readonly limit?: number | undefined;
  /** `nextCursor` of the page before; all but the limit as for it. */
  readonly cursor?: string | undefined;
}

export interface SearchSymbolsInput extends Omit<GetSymbolsInput, 'cursor'> {
  /** A part of the code or the name, 1 to 100 characters. */
  readonly query: string;
  /** Name of the provider that is asked. */
  readonly provider: string;
}

export interface ProviderInput {
  /** Name of a provider, such as `binance`. */
  readonly provider: string;
}
