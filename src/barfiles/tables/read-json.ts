import { isUtf8 } from 'node:buffer';
import { InvalidRequestError } from '../../platform/errors/index.ts';
import { damaged } from '../bytes/damaged.ts';
import { withStart } from '../bytes/started-pieces.ts';
import { textLines } from '../bytes/text-lines.ts';
import { rowsOfJson } from './json-shape.ts';
import { rowMaker, type RowMaker } from './keyed-rows.ts';
import { ElementBorders, listElements, type Elements } from './list-elements.ts';
import { BATCH_ROWS, isPlainObject, writtenCells, type Row, type Table } from './table.ts';

/** Read as a whole, JSON takes several times its size. */
const MOST_BYTES_AS_WHOLE = 128 * 2 ** 20;
const FIRST_ROWS = 1_000;
/** A vendor's error message has fewer keys than a bar. */
const FEWEST_KEYS_OF_BAR = 5;

/** Of a file without a line: an export of no bars. */
const NAMES_OF_NOTHING = ['openTime', 'open', 'high', 'low', 'close', 'volume', 'state'];
const NOTHING_BESIDE = { wallTimes: [], unread: [], about: {} } as const;

/** Whether text that begins with `{` or `[` is a value a line, rather than one value. */
export function isNdjson(start: Uint8Array): boolean {
  const borders = new ElementBorders();
  borders.last(start, 0);
  const { end } = borders;
  if (end === undefined) return false;
  const text = Buffer.from(start).toString();
  const following = Buffer.from(start.subarray(end)).toString();
  if (following.trim() !== '') return /^\s*\n/.test(following);
  try {
    const value: unknown = JSON.parse(text);
    const held = isPlainObject(value) ? Object.values(value) : [];
    return held.length >= FEWEST_KEYS_OF_BAR && held.every((one) => typeof one !== 'object' || one === null);
  } catch {
    return false;
  }
}

/** One JSON object or list a line. */
export async function openNdjson(pieces: AsyncIterable<Uint8Array>): Promise<Table> {
  const [lines, first] = await withFirst(parsedLines(pieces));
  const maker = rowMaker((first ?? []).slice(0, FIRST_ROWS).map(({ value }) => value));
  async function* batches(): AsyncGenerator<readonly Row[]> {
    for await (const some of lines)
      yield some.map(({ line, value, text, fault }): Row => {
        const written = (): string => text;
        return fault === undefined ? maker.row(line, value, written) : { line, cells: [], written, fault };
      });
  }
  const names = first === undefined ? NAMES_OF_NOTHING : maker.names;
  return { shown: `NDJSON, ${maker.form}s`, names, ...NOTHING_BESIDE, batches: batches() };
}

interface ParsedLine {
  readonly line: number;
  readonly text: string;
  readonly value: unknown;
  readonly fault?: string;
}

async function* parsedLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<readonly ParsedLine[]> {
  let line = 0;
  for await (const lines of textLines(pieces)) {
    const parsed: ParsedLine[] = [];
    for (const text of lines.texts()) {
      line++;
      if (text.trim() !== '') parsed.push(parsedLine(line, text));
    }
    if (parsed.length > 0) yield parsed;
  }
}

function parsedLine(line: number, text: string): ParsedLine {
  try {
    const value: unknown = JSON.parse(text);
    return { line, text, value };
  } catch (error) {
    return {
      line,
      text,
      value: undefined,
      fault: `Not JSON: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
}

/**
 * A file that is one JSON value. A list of rows is read as it comes; else the value is read as a whole, and the list in
 * it is found.
 * @throws InvalidRequestError `FILE_DAMAGED`, `JSON_SHAPE_UNKNOWN`, `JSON_TOO_LARGE`
 */
export async function openJson(pieces: AsyncIterable<Uint8Array>): Promise<Table> {
  const { start, pieces: all } = await withStart(pieces);
  const isList = Buffer.from(start).toString().trimStart().startsWith('[');
  if (!isList) return tableOf(await wholeValue(all));
  const [elements, first] = await withFirst(listElements(all));
  if (first !== undefined && first.values.some(isRow)) return tableOfElements(elements, first);
  const values: unknown[] = [];
  let bytes = 0;
  for await (const some of elements) {
    bytes += some.bytes;
    requireSmall(bytes);
    values.push(...some.values);
  }
  return tableOf(values);
}

function isRow(value: unknown): boolean {
  if (Array.isArray(value)) return value.length > 1;
  return isPlainObject(value) && !Object.values(value).some(Array.isArray);
}

function tableOfElements(elements: AsyncIterable<Elements>, first: Elements): Table {
  const maker = rowMaker(first.values.slice(0, FIRST_ROWS));
  return {
    shown: `JSON, list of ${maker.form}s`,
    names: maker.names,
    ...NOTHING_BESIDE,
    batches: rowsOfElements(elements, maker),
  };
}

async function* rowsOfElements(elements: AsyncIterable<Elements>, maker: RowMaker): AsyncGenerator<readonly Row[]> {
  let line = 0;
  for await (const { values, broken } of elements)
    yield values.map((value, index): Row => {
      line++;
      const text = broken.get(index);
      if (text === undefined) return maker.row(line, value, () => JSON.stringify(value));
      return { line, cells: [], written: () => text, fault: 'Not JSON' };
    });
}

async function wholeValue(pieces: AsyncIterable<Uint8Array>): Promise<unknown> {
  const all: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    all.push(piece);
    length += piece.length;
    requireSmall(length);
  }
  const bytes = Buffer.concat(all);
  if (!isUtf8(bytes)) throw damaged('The JSON is', 'it is not text in UTF-8');
  try {
    return JSON.parse(bytes.toString()) as unknown;
  } catch (error) {
    throw damaged('The JSON is', error instanceof Error ? error.message : String(error), error);
  }
}

function requireSmall(bytes: number): void {
  if (bytes > MOST_BYTES_AS_WHOLE)
    throw new InvalidRequestError(
      'JSON_TOO_LARGE',
      `JSON whose rows are inside of an object is read up to ${MOST_BYTES_AS_WHOLE / 2 ** 20} MiB; save it as NDJSON, CSV or a list of rows`,
    );
}

function tableOf(value: unknown): Table {
  const { form, names, about, rows } = rowsOfJson(value);
  const isMisnamed = misnamedRows(rows, names?.length ?? 0);
  async function* batches(): AsyncGenerator<readonly Row[]> {
    for (let start = 0; start < rows.length; start += BATCH_ROWS)
      yield rows.slice(start, start + BATCH_ROWS).map((cells, at): Row => {
        const row = { line: start + at + 1, cells, written: () => writtenCells(cells) };
        return isMisnamed(cells)
          ? { ...row, fault: 'It alone lacks a name that all other rows have, and has another' }
          : row;
      });
  }
  return { shown: `JSON, ${form}`, names, ...NOTHING_BESIDE, about, batches: batches() };
}

/** Tells a row whose name of a value was damaged: it alone has that name, and it alone lacks the right one. */
function misnamedRows(rows: readonly (readonly unknown[])[], width: number): (cells: readonly unknown[]) => boolean {
  const places = Array.from({ length: width }, (_, place) => place);
  const counts = places.map((place) => rows.reduce((sum, cells) => sum + (cells[place] === undefined ? 0 : 1), 0));
  const ofOne = places.filter((place) => counts[place] === 1 && rows.length > 2);
  const ofOthers = places.filter((place) => counts[place] === rows.length - 1);
  return (cells) =>
    ofOne.some((place) => cells[place] !== undefined) && ofOthers.some((place) => cells[place] === undefined);
}

/** All batches, the first of which is known. */
async function withFirst<Batch>(
  batches: AsyncGenerator<Batch>,
): Promise<readonly [all: AsyncIterable<Batch>, first: Batch | undefined]> {
  const next = await batches.next();
  if (next.done === true) return [batches, undefined];
  async function* all(first: Batch): AsyncGenerator<Batch> {
    yield first;
    yield* batches;
  }
  return [all(next.value), next.value];
}
