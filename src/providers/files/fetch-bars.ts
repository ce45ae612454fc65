import {
  closeTimeOf,
  epochMs,
  epochMsOfInput,
  intersect,
  openTimeAt,
  rangeText,
  type EpochMs,
  type TimeRange,
} from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import { barPages, closedPart, type BarsPage, type BarsRequest, type VendorBar } from '../contract/index.ts';
import { findBarFile, type BarFile } from './bar-files.ts';
import { COLUMNS, damaged, readRows, type FileRow } from './read-rows.ts';

const BARS_A_PAGE = 10_000;
/** Smaller ones are seconds: in milliseconds they would be of 1970 to 1973. */
const LEAST_MS = 1e11;
const decimal = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

/** Reads the file from its beginning until the range ends: its rows ascend, and outside of the range only times count. */
export async function* fetchBars(folder: string, request: BarsRequest): AsyncGenerator<BarsPage> {
  const { interval, signal } = request;
  const wanted = closedPart(request.range, interval, request.now);
  if (wanted === undefined) return;
  const file = await findBarFile(folder, request, interval);
  // A row off the grid reaches into the interval after its own.
  const readFrom = openTimeAt(wanted.from - 1, interval);

  let first: EpochMs | undefined;
  let reached: EpochMs | undefined;
  let from = wanted.from;
  let rows: VendorBar[] = [];
  let last = -Infinity;
  for await (const row of readRows(file)) {
    signal.throwIfAborted();
    const openTime = openTimeOf(file, row);
    if (openTime < last) throw damaged(file, row.line, 'rows must ascend by their time');
    const start = openTimeAt(openTime, interval);
    first ??= start;
    if (openTime >= wanted.to) {
      reached = wanted.to;
      break;
    }
    const isNextInterval = reached !== undefined && start >= reached;
    if (rows.length >= BARS_A_PAGE && isNextInterval) {
      yield* pagesOf(rows, { from, to: start }, file, first);
      rows = [];
      from = start;
    }
    if (start >= readFrom) rows.push(barOf(file, row, openTime));
    last = openTime;
    reached = epochMs(Math.min(closeTimeOf(start, interval), wanted.to));
  }
  const span: TimeRange = { from: first ?? wanted.to, to: reached ?? wanted.from };
  yield* pagesOf(rows, { from, to: span.to }, file, span.from);
  if (span.from > wanted.from || span.to < wanted.to) throw outOfReach(file, wanted, span);
}

/** Nothing is claimed before the first row. */
function pagesOf(rows: readonly VendorBar[], covered: TimeRange, file: BarFile, first: EpochMs): BarsPage[] {
  const inside = intersect(covered, { from: first, to: covered.to });
  return inside === undefined ? [] : barPages(rows, inside, file.interval);
}

function outOfReach({ path, interval }: BarFile, wanted: TimeRange, span: TimeRange): ProviderError {
  const holds = span.from < span.to ? `spans ${rangeText(span)}` : 'has none of it';
  return new ProviderError(
    'PROVIDER_OUT_OF_REACH',
    `files: ${interval} bars were wanted of ${rangeText(wanted)}, ${path} ${holds}`,
  );
}

function openTimeOf(file: BarFile, { line, openTime }: FileRow): number {
  try {
    if (typeof openTime !== 'string' && typeof openTime !== 'number') throw new RangeError('no openTime');
    const isNumber = Number.isFinite(Number(openTime));
    const time = epochMsOfInput(String(openTime));
    return isNumber && Math.abs(time) < LEAST_MS ? epochMs(time * 1_000) : time;
  } catch (error) {
    throw damaged(file, line, error instanceof Error ? error.message : String(error), error);
  }
}

function barOf(file: BarFile, { line, values }: FileRow, openTime: number): VendorBar {
  const [open, high, low, close, volume] = values.map((value, index) => {
    if (value === undefined && COLUMNS[index] === 'volume') return NaN;
    const number = typeof value === 'string' && decimal.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isFinite(number)) return number;
    throw damaged(file, line, `${COLUMNS[index]} is no number: ${JSON.stringify(value) ?? 'missing'}`);
  });
  return { openTime, open, high, low, close, volume };
}
