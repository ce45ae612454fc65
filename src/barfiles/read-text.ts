import { isUtf8 } from 'node:buffer';
import { fieldsOf, separatorOf } from './csv-line.ts';
import { InvalidRequestError } from '../platform/errors/index.ts';
import { BAR_FIELDS, fieldPlaces, findFields, type BarField, type FieldPlaces, type Fields } from './header.ts';
import { BatchBuilder, type ReadBatch } from './read-batch.ts';
import type { RawBar, RowReader } from './row-reader.ts';

export type TextFormat = 'csv' | 'ndjson';

const MAX_LINE_BYTES = 1_048_576;
const NEW_LINE = 10;
const BYTE_ORDER_MARK = '\uFEFF';

/**
 * Lines without their ends, many at a time.
 * @throws InvalidRequestError `FILE_LINE_TOO_LONG`, `FILE_DAMAGED` if it is not UTF-8, after the lines that were good
 */
async function* linesOf(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<readonly string[]> {
  let rest: Uint8Array = new Uint8Array(0);
  let line = 1;
  for await (const piece of pieces) {
    const bytes = Buffer.concat([rest, piece]);
    const end = bytes.lastIndexOf(NEW_LINE) + 1;
    for (const lines of soundLines(bytes.subarray(0, end), line)) {
      yield lines;
      line += lines.length;
    }
    rest = bytes.subarray(end);
    requireShortLine(rest.length, line);
  }
  if (rest.length > 0) yield* soundLines(Buffer.concat([rest, Buffer.of(NEW_LINE)]), line);
}

/** Bytes that end at a line's end, as lines: all at once, or up to the one that is at fault. */
function* soundLines(bytes: Buffer, firstLine: number): Generator<readonly string[]> {
  if (bytes.length <= MAX_LINE_BYTES && isUtf8(bytes)) {
    if (bytes.length > 0) yield linesOfText(bytes.toString(), firstLine);
    return;
  }
  for (let start = 0, line = firstLine; start < bytes.length; line++) {
    const end = bytes.indexOf(NEW_LINE, start) + 1;
    const one = bytes.subarray(start, end);
    requireShortLine(one.length, line);
    if (!isUtf8(one))
      throw new InvalidRequestError('FILE_DAMAGED', `Line ${line} is not text in UTF-8; what came before was read`);
    yield linesOfText(one.toString(), line);
    start = end;
  }
}

function linesOfText(text: string, firstLine: number): readonly string[] {
  const lines = (firstLine === 1 && text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text).split('\n');
  lines.pop();
  return lines;
}

function requireShortLine(length: number, line: number): void {
  if (length > MAX_LINE_BYTES)
    throw new InvalidRequestError(
      'FILE_LINE_TOO_LONG',
      `Line ${line} is longer than ${MAX_LINE_BYTES} bytes: this is not a file of bars`,
    );
}

/** A line that is no header and not blank. */
export interface TextRow<Field extends string> {
  readonly line: number;
  readonly written: string;
  readonly values: readonly unknown[];
  /** Where among the values each field is. */
  readonly places: FieldPlaces<Field>;
  /** Why there are no values. */
  readonly fault?: string;
}

type TextRows<Field extends string> = AsyncGenerator<readonly TextRow<Field>[]>;

/**
 * The rows of a text file, many at a time.
 * @throws InvalidRequestError `FILE_HEADER_INVALID`, `FILE_LINE_TOO_LONG`, `FILE_DAMAGED`, after the rows that were good
 */
export function textRows<Field extends string>(
  format: TextFormat,
  pieces: AsyncIterable<Uint8Array>,
  fields: Fields<Field>,
): TextRows<Field> {
  return format === 'csv' ? csvRows(pieces, fields) : ndjsonRows(pieces, fields);
}

async function* csvRows<Field extends string>(
  pieces: AsyncIterable<Uint8Array>,
  fields: Fields<Field>,
): TextRows<Field> {
  let places: FieldPlaces<Field> | undefined;
  let separator = ',';
  let line = 0;
  for await (const lines of linesOf(pieces)) {
    const rows: TextRow<Field>[] = [];
    for (const ended of lines) {
      line++;
      const written = ended.endsWith('\r') ? ended.slice(0, -1) : ended;
      if (written === '') continue;
      if (places !== undefined) rows.push({ line, written, values: fieldsOf(written, separator), places });
      else {
        separator = separatorOf(written);
        places = findFields(fieldsOf(written, separator), fields);
      }
    }
    yield rows;
  }
  if (places === undefined)
    throw new InvalidRequestError('FILE_HEADER_INVALID', 'The file is empty; its first line must name the columns');
}

/** One JSON object a line, whose fields have the names that columns have. */
async function* ndjsonRows<Field extends string>(
  pieces: AsyncIterable<Uint8Array>,
  fields: Fields<Field>,
): TextRows<Field> {
  let names: readonly string[] = [];
  let places = fieldPlaces(names, fields);
  let line = 0;
  for await (const lines of linesOf(pieces)) {
    const rows: TextRow<Field>[] = [];
    for (const written of lines) {
      line++;
      if (written.trim() === '') continue;
      const object = objectOf(written);
      if (typeof object === 'string') {
        rows.push({ line, written, values: [], places, fault: object });
        continue;
      }
      const keys = Object.keys(object);
      if (keys.length !== names.length || keys.some((name, index) => name !== names[index])) {
        names = keys;
        places = fieldPlaces(names, fields);
      }
      rows.push({ line, written, values: Object.values(object), places });
    }
    yield rows;
  }
}

/** The object of a line, or why there is none. */
function objectOf(line: string): object | string {
  try {
    const value: unknown = JSON.parse(line);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : 'Not a JSON object';
  } catch (error) {
    return `Not JSON: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Gathers bars into batches; what was read before the file's damage comes before the error. */
export async function* readText(
  format: TextFormat,
  pieces: AsyncIterable<Uint8Array>,
  reader: RowReader,
): AsyncGenerator<ReadBatch> {
  const batch = new BatchBuilder();
  try {
    for await (const rows of textRows(format, pieces, BAR_FIELDS))
      for (const { line, written, values, places, fault } of rows) {
        // A row that lacks a field is refused with the time that it has.
        if (fault === undefined) reader.read(batch, line, rawBarOf(values, places), () => written);
        else batch.refuse(line, fault, written);
        if (batch.isFull) yield batch.take();
      }
  } catch (error) {
    if (!batch.isEmpty) yield batch.take();
    throw error;
  }
  if (!batch.isEmpty) yield batch.take();
}

function rawBarOf(values: readonly unknown[], places: FieldPlaces<BarField>): RawBar {
  return {
    openTime: values[places.openTime],
    open: values[places.open],
    high: values[places.high],
    low: values[places.low],
    close: values[places.close],
    volume: values[places.volume],
    state: values[places.state],
  };
}
