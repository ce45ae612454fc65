import {
  closeTimeOf,
  epochMs,
  intersect,
  openTimeAt,
  rangeText,
  type EpochMs,
  type TimeRange,
} from '../../market/index.ts';
import { ProviderError } from '../../platform/errors/index.ts';
import { barPages, closedPart, type BarsPage, type BarsRequest, type VendorBar } from '../contract/index.ts';
import { findBarFile, type BarFile } from './bar-files.ts';
import { readBars } from './read-bars.ts';

const BARS_A_PAGE = 10_000;

/** Reads the file from its beginning until the range ends: its rows ascend. */
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
  for await (const bar of readBars(file, request.now, readFrom)) {
    signal.throwIfAborted();
    const { openTime } = bar;
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
    if (start >= readFrom) rows.push(bar);
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
