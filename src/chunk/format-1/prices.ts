import { PRICE_COLUMNS, type BarColumns } from '../../market/index.ts';
import { ChunkFormatError } from '../bytes.ts';
import { MAX_SCALE, powerOfTen } from '../decimals.ts';
import { scratchColumn } from '../scratch-columns.ts';
import { allRows, signedOf, type ChunkSource, type Rows } from '../source.ts';

const TOGETHER = 1;
const APART = 0;
const NO_SCALE = 0xff;

/** Reads open, high, low and close of a chunk of format 1 into `bars` from place `at` on. */
export function readPrices(bars: BarColumns, at: number, rows: Rows, source: ChunkSource): void {
  const kind = source.head.byte();
  if (kind === TOGETHER) return readTogether(bars, at, rows, source);
  if (kind !== APART) throw new ChunkFormatError(`Unknown kind of prices ${kind}`);
  for (const name of PRICE_COLUMNS) readAlone(bars[name], at, rows, source);
}

function readTogether({ open, high, low, close }: BarColumns, at: number, rows: Rows, source: ChunkSource): void {
  const { count, start, end } = rows;
  const power = powerOfTen(source.head.count(MAX_SCALE));
  let previous = source.head.signedVarint();
  const [jumps, moves, above, below] = [0, 1, 2, 3].map((index) => {
    const column = scratchColumn(index, count);
    source.wholes(column, 0, allRows(count));
    return column;
  });
  for (let i = 0; i < end; i++) {
    const opened = previous + signedOf(jumps[i]);
    const closed = opened + signedOf(moves[i]);
    previous = closed;
    if (i < start) continue;
    const to = at + i - start;
    open[to] = opened / power;
    close[to] = closed / power;
    high[to] = (Math.max(opened, closed) + above[i]) / power;
    low[to] = (Math.min(opened, closed) - below[i]) / power;
  }
}

function readAlone(prices: Float64Array, at: number, rows: Rows, source: ChunkSource): void {
  const { count, start, end } = rows;
  const scale = source.head.byte();
  if (scale === NO_SCALE) return source.doubles(prices, at, rows);
  if (scale > MAX_SCALE) throw new ChunkFormatError(`Unknown scale ${scale}`);
  const power = powerOfTen(scale);
  const moves = scratchColumn(0, count);
  let whole = source.head.signedVarint();
  source.wholes(moves, 0, allRows(count));
  for (let i = 0; i < end; i++) {
    whole += signedOf(moves[i]);
    if (i >= start) prices[at + i - start] = whole / power;
  }
}
