/** In which order the numbers of a date are written. */
export const DATE_ORDERS = ['ymd', 'mdy', 'dmy'] as const;
export type DateOrder = (typeof DATE_ORDERS)[number];

export const EPOCH_UNITS = ['s', 'ms', 'us', 'ns'] as const;
export type EpochUnitName = (typeof EPOCH_UNITS)[number];

/** How the times of a file are written. */
export interface TimeForm {
  /** As told to the user: `YYYY-MM-DD HH:MM:SS`, `DD.MM.YYYY`, `epoch ms`. */
  readonly shown: string;
  /**
   * What `read` gives, in epoch ms. `instant`: UTC, from epochs and from text with `Z`, an offset or an abbreviation that
   * means one offset, such as `EST`. `wall`: what a clock somewhere shows, as if that were UTC.
   */
  readonly gives: 'instant' | 'wall';
  /** The zone that every time of the file names (`20240102 09:30:00 US/Eastern`); its times are `wall`. */
  readonly zone?: string | undefined;
  /** Days without a time of day; they are `wall`. */
  readonly isDateOnly: boolean;
  /** `NaN` where the cell is not written so. What is finer than a millisecond is cut off. */
  read(cell: unknown): number;
  /** The same of text in `[from, to)`, where it is written in the plainest way; else `NaN`, though `read` may know it. */
  readBytes(bytes: Buffer, from: number, to: number): number;
  /**
   * The date as written, as epoch ms of its 00:00Z, where an instant in text shows midnight together with its offset
   * (`2022-01-03 00:00:00-05:00`); `NaN` otherwise.
   */
  localDay(cell: unknown): number;
}
