import { closeTimeOf, type Trade } from '../../market/index.ts';
import type { VendorBar } from '../contract/index.ts';
import type { BarFile, DataFile } from './bar-files.ts';
import { BAR_ROWS, barOf, numberOf, timeOf } from './file-values.ts';
import { damaged, readRows, type FileRow, type RowShape } from './read-rows.ts';

/** A trade as it stands in a file, or as a bar allows it. Without an id: played a second time, it is another trade. */
export type Print = Omit<Trade, 'instrumentId'>;

const TRADE_ROWS: RowShape = { times: ['eventTime', 'time'], required: ['price', 'size'], optional: ['side'] };

/** What a file says was traded, ascending by time. @throws ProviderError `PROVIDER_ANSWER_INVALID` with file and line */
export async function* readPrints(file: BarFile | DataFile): AsyncGenerator<Print> {
  let last = -Infinity;
  for await (const row of readRows(file, 'interval' in file ? BAR_ROWS : TRADE_ROWS)) {
    const time = timeOf(file, row);
    if (time < last) throw damaged(file, row.line, 'rows must ascend by their time');
    last = time;
    if (!('interval' in file)) yield tradeOf(file, row, time);
    else yield* printsOf(barOf(file, row, time), closeTimeOf(time, file.interval));
  }
}

function tradeOf(file: DataFile, { line, values }: FileRow, eventTime: number): Print {
  const [price, size] = TRADE_ROWS.required.map((column, at) => numberOf(file, line, column, values[at]));
  const side = values[2];
  if (size < 0) throw damaged(file, line, `size is negative: ${size}`);
  if (side !== undefined && side !== 'buy' && side !== 'sell')
    throw damaged(file, line, `side is neither buy nor sell: ${JSON.stringify(side)}`);
  return { tradeId: undefined, eventTime, price, size, side };
}

/** Four prices that make the bar again; which of high and low came first is a guess. */
function printsOf({ openTime, open, high, low, close, volume }: VendorBar, closeTime: number): Print[] {
  const [second, third] = close >= open ? [low, high] : [high, low];
  const step = Math.floor((closeTime - openTime) / 3);
  const times = [openTime, openTime + step, openTime + 2 * step, closeTime - 1];
  // Quarters: added up they are the volume to the last bit.
  const size = Number.isNaN(volume) ? 0 : volume / 4;
  return [open, second, third, close].map((price, at) => ({
    tradeId: undefined,
    eventTime: times[at],
    price,
    size,
    side: undefined,
  }));
}
