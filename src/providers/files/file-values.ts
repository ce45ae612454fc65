import { epochMsOfWire } from '../../market/index.ts';
import type { VendorBar } from '../contract/index.ts';
import type { DataFile } from './bar-files.ts';
import { damaged, type FileRow, type RowShape } from './read-rows.ts';

export const BAR_ROWS: RowShape = {
  times: ['openTime', 'time'],
  required: ['open', 'high', 'low', 'close'],
  optional: ['volume'],
};

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** The time of a row, UTC epoch ms. @throws ProviderError `PROVIDER_ANSWER_INVALID` with file and line */
export function timeOf(file: DataFile, { line, time }: FileRow): number {
  try {
    if (typeof time !== 'string' && typeof time !== 'number') throw new RangeError('no time');
    return epochMsOfWire(time);
  } catch (error) {
    throw damaged(file, line, error instanceof Error ? error.message : String(error), error);
  }
}

/** A number of a row. @throws ProviderError `PROVIDER_ANSWER_INVALID` with file and line */
export function numberOf(file: DataFile, line: number, column: string, value: unknown): number {
  const number = typeof value === 'string' && decimal.test(value) ? Number(value) : value;
  if (typeof number === 'number' && Number.isFinite(number)) return number;
  throw damaged(file, line, `${column} is no number: ${JSON.stringify(value) ?? 'missing'}`);
}

/** A row of {@link BAR_ROWS}; a volume that is not told is NaN. */
export function barOf(file: DataFile, { line, values }: FileRow, openTime: number): VendorBar {
  const [open, high, low, close] = BAR_ROWS.required.map((column, at) => numberOf(file, line, column, values[at]));
  const volume = values[4] === undefined ? NaN : numberOf(file, line, 'volume', values[4]);
  return { openTime, open, high, low, close, volume };
}
