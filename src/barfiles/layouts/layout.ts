import type { BarInterval } from '../../market/index.ts';

/** How one vendor or program writes its files: what they do not show themselves. */
export interface Layout {
  /** As `--layout` takes it. */
  readonly name: string;
  readonly vendor: string;
  /** First lines of such a file. */
  readonly example: string;
  /** Name of such a file. */
  readonly file: string;
  /** Options with which the example is imported, besides the layout. */
  readonly importedWith: string;
  /** What whoever imports one should know. */
  readonly facts: string;
  /** Columns in order, for files without a header; several where their number tells them apart. */
  readonly columns?: string | readonly string[];
  /** IANA zone of times that name none. */
  readonly timezone?: string;
  readonly dateOrder?: 'ymd' | 'mdy' | 'dmy';
  readonly timeIs?: 'open' | 'close';
  readonly decimal?: 'point' | 'comma';
  readonly interval?: BarInterval;
  /** Columns by which a file is known, where it must not be read without its layout. */
  readonly signature?: readonly string[];
  /** Prices that are whole numbers are so many times the price. */
  readonly priceUnit?: number;
  /** What volumes are counted in: `100` for lots of a hundred shares. */
  readonly volumeUnit?: number;
  /** What turnovers are counted in: `1000` for thousands. */
  readonly turnoverUnit?: number;
}
