import type { TextLines } from '../bytes/text-lines.ts';
import { fieldsOf } from '../csv-line.ts';
import type { Row, Table } from './table.ts';

const SEPARATORS = [',', ';', '\t', '|'];
const SHOWN_SEPARATORS: Readonly<Record<string, string>> = {
  ',': '',
  ';': ' with ";"',
  '\t': ' with tabs',
  '|': ' with "|"',
};
/** So many lines may stand before the header: a vendor's address, a licence. */
const MOST_LINES_BEFORE = 50;
/** `sep=;`, by which spreadsheets are told. */
const SEPARATOR_LINE = /^sep=(.)$/i;
/** A cell of a header has letters, and is no number or time that begins with a digit. */
const NAME = /^[^\d\s+.-]*\p{L}/u;
const DIGIT_ZERO = 48;
const DIGIT_NINE = 57;

export interface CsvTable extends Table {
  /** Line of the header, from 1; `undefined` where there is none. */
  readonly headerLine: number | undefined;
  /** Where a header of several lines names a symbol over each column. */
  readonly symbolOf: readonly string[] | undefined;
}

/**
 * A text file whose rows are lines with separated cells. Which line is the header the columns' names tell.
 * @param isHeader whether cells name columns of bars
 */
export async function openCsvTable(
  lines: AsyncIterable<TextLines>,
  isHeader: (cells: readonly string[]) => boolean,
): Promise<CsvTable> {
  const { first, all } = await withFirst(lines);
  const dialect = dialectOf(first, isHeader);
  const { separator, header, rowsFrom } = dialect;
  const shown = `CSV${SHOWN_SEPARATORS[separator]}`;
  const fewest = usualCells(first.slice(rowsFrom - 1), separator, header);
  return {
    shown: header === undefined ? `${shown}, no header` : `${shown}, header in line ${header.line}`,
    names: header?.names,
    symbolOf: header?.symbolOf,
    headerLine: header?.line,
    separator,
    wallTimes: [],
    unread: [],
    about: {},
    batches: rowsOf(all, { ...dialect, isHeader, fewest, width: header?.names.length ?? fewest }),
  };
}

interface Dialect {
  readonly separator: string;
  readonly header: Header | undefined;
  /** First line that is no header, from 1. */
  readonly rowsFrom: number;
}

interface Header {
  readonly line: number;
  readonly names: readonly string[];
  readonly symbolOf: readonly string[] | undefined;
}

function dialectOf(lines: readonly string[], isHeader: (cells: readonly string[]) => boolean): Dialect {
  const told = SEPARATOR_LINE.exec(lines[0] ?? '')?.[1];
  const begin = told === undefined ? 0 : 1;
  const separators = told === undefined ? SEPARATORS : [told];
  for (let at = begin; at < lines.length; at++)
    for (const separator of separators)
      if (isHeader(fieldsOf(lines[at], separator))) return withHeader(lines, at, begin, separator);
  const at = lines.findIndex((line, index) => index >= begin && line.trim() !== '');
  const separator = commonestSeparator(lines.slice(begin), separators);
  const cells = at < 0 ? [] : fieldsOf(lines[at], separator);
  // Names that are not known: they are told when the columns are asked for.
  if (cells.length > 1 && cells.every((cell) => NAME.test(cell)))
    return { separator, header: { line: at + 1, names: cells, symbolOf: undefined }, rowsFrom: at + 2 };
  return { separator, header: undefined, rowsFrom: begin + 1 };
}

/** What makes the most columns of most lines. */
function commonestSeparator(lines: readonly string[], separators: readonly string[]): string {
  const cells = (separator: string): number => lines.reduce((sum, line) => sum + line.split(separator).length, 0);
  return separators.reduce((best, separator) => (cells(separator) > cells(best) ? separator : best));
}

/** A header of data frames may have several lines: fields, symbols, and the name of the index. */
function withHeader(lines: readonly string[], at: number, begin: number, separator: string): Dialect {
  const cellsOf = (index: number): readonly string[] => fieldsOf(lines[index] ?? '', separator);
  const names = [...cellsOf(at)];
  const isLevel = (cells: readonly string[]): boolean =>
    cells.length === names.length && cells.slice(1).every((cell) => cell.trim() === '' || NAME.test(cell.trim()));
  let rowsFrom = at + 1;
  let symbols = at > begin && isLevel(cellsOf(at - 1)) ? cellsOf(at - 1) : undefined;
  for (; rowsFrom < lines.length && isLevel(cellsOf(rowsFrom)); rowsFrom++) {
    const cells = cellsOf(rowsFrom);
    if (cells.slice(1).every((cell) => cell.trim() === '')) names[0] = cells[0];
    else symbols ??= cells;
  }
  return { separator, header: { line: at + 1, names, symbolOf: symbols }, rowsFrom: rowsFrom + 1 };
}

/** How many cells most rows have, as far as the header names them: a row of fewer was cut off. */
function usualCells(lines: readonly string[], separator: string, header: Header | undefined): number {
  const counts = new Map<number, number>();
  for (const line of lines) {
    const cells = fieldsOf(line, separator).length;
    if (cells > 1) counts.set(cells, (counts.get(cells) ?? 0) + 1);
  }
  const [[usual] = [0]] = [...counts].sort(([, one], [, other]) => other - one);
  return Math.min(usual, header?.names.length ?? usual);
}

interface RowsForm extends Dialect {
  readonly isHeader: (cells: readonly string[]) => boolean;
  readonly fewest: number;
  /** Cells of more are one too many, unless they are empty. */
  readonly width: number;
}

/** A line with cells; what it says is read when it is asked for, as most lines are read from their bytes. */
export class CsvRow implements Row {
  readonly line: number;
  /** Its text lies in `[from, to)` of these. */
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
  readonly #form: RowsForm;
  readonly #otherHeader: number | undefined;
  #cells: readonly string[] | undefined;

  constructor(line: number, lines: TextLines, at: number, form: RowsForm, otherHeader: number | undefined) {
    this.line = line;
    this.bytes = lines.bytes;
    this.from = lines.from(at);
    this.to = lines.to(at);
    this.#form = form;
    this.#otherHeader = otherHeader;
  }

  written(): string {
    return this.bytes.toString('utf8', this.from, this.to);
  }

  get cells(): readonly string[] {
    return (this.#cells ??= fieldsOf(this.written(), this.#form.separator));
  }

  get fault(): string | undefined {
    if (this.#otherHeader !== undefined)
      return `Below another header, in line ${this.#otherHeader}: split the file there`;
    return this.isSoundWith(this.cells.length) ? undefined : faultOf(this.cells, this.#form);
  }

  /** Whether nothing is wrong with the row if it has so many cells. */
  isSoundWith(cells: number): boolean {
    const { fewest, width } = this.#form;
    return this.#otherHeader === undefined && cells >= fewest && cells <= width;
  }
}

async function* rowsOf(lines: AsyncIterable<TextLines>, form: RowsForm): AsyncGenerator<readonly Row[]> {
  const { rowsFrom, header } = form;
  let line = 0;
  /** Line of a header that names other columns than the first one: what is below it is not read. */
  let otherHeader: number | undefined;
  for await (const batch of lines) {
    const rows: Row[] = [];
    for (let at = 0; at < batch.count; at++) {
      line++;
      if (line < rowsFrom) continue;
      let row = new CsvRow(line, batch, at, form, otherHeader);
      if (!hasDigit(row)) {
        if (row.written().trim() === '' && row.cells.length === 1) continue;
        if (header !== undefined && form.isHeader(row.cells)) {
          otherHeader = isSame(row.cells, header.names) ? undefined : line;
          row = new CsvRow(line, batch, at, form, otherHeader);
        }
      }
      rows.push(row);
    }
    yield rows;
  }
}

function hasDigit({ bytes, from, to }: CsvRow): boolean {
  for (let at = from; at < to; at++) if (bytes[at] >= DIGIT_ZERO && bytes[at] <= DIGIT_NINE) return true;
  return false;
}

function isSame(cells: readonly string[], names: readonly string[]): boolean {
  return cells.every((cell, at) => cell === names[at]);
}

function faultOf(cells: readonly string[], { header, fewest, width }: RowsForm): string | undefined {
  if (cells.length < fewest) return `${cells.length} cells, where other rows have ${fewest}`;
  if (cells.slice(width).every((cell) => cell.trim() === '')) return undefined;
  const known = header === undefined ? `other rows have ${width}` : `the header names ${width} columns`;
  return `${cells.length} cells, where ${known}`;
}

/** The first lines, enough to find a header in, and all of them. */
async function withFirst(
  lines: AsyncIterable<TextLines>,
): Promise<{ first: readonly string[]; all: AsyncIterable<TextLines> }> {
  const held: TextLines[] = [];
  const rest = lines[Symbol.asyncIterator]();
  let count = 0;
  let failure: Error | undefined;
  while (count < MOST_LINES_BEFORE) {
    try {
      const next = await rest.next();
      if (next.done === true) break;
      held.push(next.value);
      count += next.value.count;
    } catch (error) {
      if (count === 0) throw error;
      failure = error instanceof Error ? error : new Error(String(error)); // told when what came before it has been read
      break;
    }
  }
  async function* all(): AsyncGenerator<TextLines> {
    yield* held.splice(0);
    if (failure !== undefined) throw failure;
    yield* { [Symbol.asyncIterator]: () => rest };
  }
  return { first: firstOf(held), all: all() };
}

function firstOf(held: readonly TextLines[]): string[] {
  const first: string[] = [];
  for (const lines of held)
    for (let at = 0; at < lines.count && first.length < MOST_LINES_BEFORE; at++) first.push(lines.text(at));
  return first;
}
