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
  lines: AsyncIterable<readonly string[]>,
  isHeader: (cells: readonly string[]) => boolean,
): Promise<CsvTable> {
  const { first, all } = await withFirst(lines);
  const dialect = dialectOf(first, isHeader);
  const { separator, header, rowsFrom } = dialect;
  const shown = `CSV${SHOWN_SEPARATORS[separator]}`;
  return {
    shown: header === undefined ? `${shown}, no header` : `${shown}, header in line ${header.line}`,
    names: header?.names,
    symbolOf: header?.symbolOf,
    headerLine: header?.line,
    separator,
    wallTimes: [],
    unread: [],
    about: {},
    batches: rowsOf(all, { ...dialect, isHeader, fewest: usualCells(first.slice(rowsFrom - 1), separator, header) }),
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
}

class CsvRow implements Row {
  readonly line: number;
  readonly cells: readonly string[];
  readonly fault: string | undefined;
  readonly #text: string;

  constructor(line: number, cells: readonly string[], text: string, fault: string | undefined) {
    this.line = line;
    this.cells = cells;
    this.#text = text;
    this.fault = fault;
  }

  written(): string {
    return this.#text;
  }
}

const WITHOUT_DIGIT = /^\D+$/;

async function* rowsOf(lines: AsyncIterable<readonly string[]>, form: RowsForm): AsyncGenerator<readonly Row[]> {
  const { rowsFrom, header, isHeader } = form;
  let line = 0;
  /** Line of a header that names other columns than the first one: what is below it is not read. */
  let otherHeader: number | undefined;
  for await (const batch of lines) {
    const rows: Row[] = [];
    for (const written of batch) {
      line++;
      if (line < rowsFrom || written === '') continue;
      const cells = fieldsOf(written, form.separator);
      if (cells.length === 1 && written.trim() === '') continue;
      if (header !== undefined && WITHOUT_DIGIT.test(written) && isHeader(cells))
        otherHeader = isSame(cells, header.names) ? undefined : line;
      const fault =
        otherHeader === undefined
          ? faultOf(cells, form)
          : `Below another header, in line ${otherHeader}: split the file there`;
      rows.push(new CsvRow(line, cells, written, fault));
    }
    yield rows;
  }
}

function isSame(cells: readonly string[], names: readonly string[]): boolean {
  return cells.every((cell, at) => cell === names[at]);
}

function faultOf(cells: readonly string[], { header, fewest }: RowsForm): string | undefined {
  const width = header?.names.length ?? fewest;
  if (cells.length < fewest) return `${cells.length} cells, where other rows have ${fewest}`;
  if (cells.length <= width || cells.slice(width).every((cell) => cell.trim() === '')) return undefined;
  const known = header === undefined ? `other rows have ${width}` : `the header names ${width} columns`;
  return `${cells.length} cells, where ${known}`;
}

/** The first lines, enough to find a header in, and all of them. */
async function withFirst(
  lines: AsyncIterable<readonly string[]>,
): Promise<{ first: readonly string[]; all: AsyncIterable<readonly string[]> }> {
  const held: (readonly string[])[] = [];
  const rest = lines[Symbol.asyncIterator]();
  let count = 0;
  let failure: Error | undefined;
  while (count < MOST_LINES_BEFORE) {
    try {
      const next = await rest.next();
      if (next.done === true) break;
      held.push(next.value);
      count += next.value.length;
    } catch (error) {
      if (count === 0) throw error;
      failure = error instanceof Error ? error : new Error(String(error)); // told when what came before it has been read
      break;
    }
  }
  async function* all(): AsyncGenerator<readonly string[]> {
    yield* held.splice(0);
    if (failure !== undefined) throw failure;
    yield* { [Symbol.asyncIterator]: () => rest };
  }
  return { first: held.flat().slice(0, MOST_LINES_BEFORE), all: all() };
}
