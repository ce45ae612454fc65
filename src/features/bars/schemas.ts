import Type from 'typebox';
import { ALIGNMENTS, EPOCH_NUMBERS, OPTIONAL_COLUMNS, PRICE_COLUMNS } from '../../market/index.ts';

/** How numbers among the `openTime` of bars are read; default: ms. JSON doors tell units by magnitude. */
export const EpochNumbersText = Type.Enum(EPOCH_NUMBERS);
export const ProviderText = Type.String({
  pattern: '^[\\w.:-]{1,64}$',
  description: 'where the values come from: a name of at most 64 letters, digits and . _ : -',
});
export const WritableState = Type.Enum(['provisional', 'final'], { description: 'Whether the bars may still change' });
export const MinState = Type.Enum(['provisional', 'final'], { description: 'Excludes bars of a lower state' });
export const Align = Type.Enum(ALIGNMENTS, {
  description:
    'Bars aligned to the UTC clock, or to trading, by the tracked sessions. Default: the clock below a ' +
    'day, trading days from a day up',
});
export const Include = Type.Enum(['current'], { description: 'Adds the bar of the running interval, in state `open`' });
export const Order = Type.Enum(['asc', 'desc']);

/** Bars as columns of equal length. */
export interface ColumnsInput {
  /** UTC epoch ms, each the start of an interval. */
  readonly openTime: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  /** Not below 0; NaN where it is not known. Left out: it is known of none. */
  readonly volume?: Float64Array;
  /** How many trades: whole, not below 0. NaN where it is not known, as in the two that follow. */
  readonly trades?: Float64Array;
  /** What was paid in all; below 0 only where prices are. */
  readonly turnover?: Float64Array;
  /** Contracts open at the end of the bar, not below 0. */
  readonly openInterest?: Float64Array;
  /** Index into `BAR_STATES`. Left out: `state` of the call counts for all. */
  readonly state?: Uint8Array;
}

export const ColumnsSchema = Type.Refine(
  Type.Unsafe<ColumnsInput>({}),
  isColumnsInput,
  () =>
    'must be { openTime, open, high, low, close: Float64Array, volume?, trades?, turnover?, openInterest?: Float64Array, ' +
    'state?: Uint8Array } of equal length',
);

function isColumnsInput(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const columns = value as Record<string, unknown>;
  const { openTime, state } = columns;
  if (!(openTime instanceof Float64Array)) return false;
  const isColumn = (column: unknown): boolean => column instanceof Float64Array && column.length === openTime.length;
  return (
    PRICE_COLUMNS.every((name) => isColumn(columns[name])) &&
    ['volume', ...OPTIONAL_COLUMNS].every((name) => columns[name] === undefined || isColumn(columns[name])) &&
    (state === undefined || (state instanceof Uint8Array && state.length === openTime.length))
  );
}
