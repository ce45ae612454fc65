/** What a file holds, before anything is understood of it. */
export interface Table {
  /** For the user: `JSON, list of lists`, `Parquet`, `Arrow`, `NDJSON`. */
  readonly shown: string;
  /** Names of the columns where the format itself names them; `undefined` for lists. An index without a name has none. */
  readonly names: readonly string[] | undefined;
  /** What separates the cells of a text file. */
  readonly separator?: string;
  /** Columns whose dates are of a clock without a zone: each `Date` shows in UTC what the clock showed. */
  readonly wallTimes: readonly string[];
  /** Columns that are not read, as they hold more than one value a row. */
  readonly unread: readonly string[];
  /** Facts in the file beside its rows, such as `{"symbol":"AAPL"}` next to `bars`. */
  readonly about: Readonly<Record<string, unknown>>;
  /** @throws InvalidRequestError `FILE_DAMAGED`, `FILE_LINE_TOO_LONG`, after the rows that were good */
  readonly batches: AsyncIterable<readonly Row[]>;
}

export interface Row {
  /** Line of a text file, row of another one; from 1. */
  readonly line: number;
  readonly cells: readonly unknown[];
  /** The row as it stood. */
  readonly written: () => string;
  /** Why there are no cells. */
  readonly fault?: string | undefined;
}

/** Of the names of a file's columns, those that will be read; cells of the others stay `undefined`. */
export type WantedColumns = (names: readonly string[]) => ReadonlySet<string>;

export const BATCH_ROWS = 4_096;

/** Cells as JSON, for people. */
export function writtenCells(cells: readonly unknown[]): string {
  return JSON.stringify(cells, (_key, value: unknown) =>
    typeof value === 'bigint' || (typeof value === 'number' && !Number.isFinite(value)) ? String(value) : value,
  );
}

/** A cell as one text; nothing for no value. */
export function textOfCell(cell: unknown): string {
  switch (typeof cell) {
    case 'string':
      return cell;
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(cell);
    default:
      if (cell instanceof Date) return cell.toISOString();
      return cell === null || cell === undefined ? '' : writtenCells([cell]).slice(1, -1);
  }
}

export function isPlainObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
