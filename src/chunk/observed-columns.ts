import {
  newBarColumns,
  OPTIONAL_COLUMNS,
  sliceColumns,
  type BarColumns,
  type OptionalColumn,
} from '../market/index.ts';

/** Bars as columns, each with where and when its value came from. */
export interface ObservedColumns extends BarColumns {
  readonly providers: readonly string[];
  /** Index into `providers`. */
  readonly provider: Uint16Array;
  /** When the value became known here, UTC epoch ms. */
  readonly observedAt: Float64Array;
  /** When the bar was declared final, UTC epoch ms; `NaN` while it is provisional. `state` follows from it. */
  readonly finalAt: Float64Array;
}

/** Earlier values of bars, ascending by openTime, then by observedAt; each was believed in `[observedAt, observedTo)`. */
export interface RevisionColumns extends ObservedColumns {
  readonly observedTo: Float64Array;
}

/** All that a chunk holds. */
export interface ChunkContent {
  readonly bars: ObservedColumns;
  readonly revisions: RevisionColumns;
}

/** Columns of one memory, which takes a third of the time that one each would. */
export function newObservedColumns(
  length: number,
  providers: readonly string[] = [],
  optional: readonly OptionalColumn[] = [],
): ObservedColumns {
  const memory = new ArrayBuffer(length * ((NUMBERS + optional.length) * 8 + 2));
  let at = 0;
  function numbers(): Float64Array {
    const column = new Float64Array(memory, at, length);
    at += column.byteLength;
    return column;
  }
  return {
    ...newBarColumns(length, optional, numbers),
    providers,
    observedAt: numbers(),
    finalAt: numbers(),
    provider: new Uint16Array(memory, at, length),
  };
}

/** Columns of doubles that all bars have. */
const NUMBERS = 8;

export function newRevisionColumns(length: number): RevisionColumns {
  return { ...newObservedColumns(length), observedTo: new Float64Array(length) };
}

/** Which of the optional columns any of these have. */
export function optionalColumnsOf(parts: readonly BarColumns[]): OptionalColumn[] {
  return OPTIONAL_COLUMNS.filter((name) => parts.some((columns) => columns[name] !== undefined));
}

/** Bars `[start, end)` as views of the same memory. */
export function sliceObserved(columns: ObservedColumns, start: number, end: number): ObservedColumns {
  return {
    ...sliceColumns(columns, start, end),
    providers: columns.providers,
    provider: columns.provider.subarray(start, end),
    observedAt: columns.observedAt.subarray(start, end),
    finalAt: columns.finalAt.subarray(start, end),
  };
}
