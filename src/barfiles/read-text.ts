import { isUtf8 } from 'node:buffer';
import { fieldsOf, separatorOf } from './csv-line.ts';
import { InvalidRequestError } from '../platform/errors/index.ts';
import { fieldPlaces, findFields, type FieldPlaces } from './header.ts';
import { BatchBuilder, type ReadBatch } from './read-batch.ts';
import type { RawBar, RowReader } from './row-reader.ts';

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
      `Line ${line} is longer than ${MAX_LINE_BYTES} bytes: this is no file of bars`,
    );
}

/** Gathers what `readLine` makes of each line; what was read before the file's damage comes before the error. */
async function* batchesOfLines(
  pieces: AsyncIterable<Uint8Array>,
  readLine: (batch: BatchBuilder, line: number, written: string) => void,
): AsyncGenerator<ReadBatch> {
  const batch = new BatchBuilder();
  let line = 0;
  try {
    for await (const lines of linesOf(pieces)) {
      for (const written of lines) {
        readLine(batch, ++line, written);
        if (batch.isFull) yield batch.take();
      }
    }
  } catch (error) {
    if (!batch.isEmpty) yield batch.take();
    throw error;
  }
  if (!batch.isEmpty) yield batch.take();
}

/** @throws InvalidRequestError `FILE_HEADER_INVALID`, `FILE_LINE_TOO_LONG`, `FILE_DAMAGED` */
export async function* readCsv(pieces: AsyncIterable<Uint8Array>, rows: RowReader): AsyncGenerator<ReadBatch> {
  let places: FieldPlaces | undefined;
  let separator = ',';
  yield* batchesOfLines(pieces, (batch, line, written) => {
    const row = written.endsWith('\r') ? written.slice(0, -1) : written;
    if (row === '') return;
    if (places === undefined) {
      separator = separatorOf(row);
      places = findFields(fieldsOf(row, separator));
    } else rows.read(batch, line, rowOf(fieldsOf(row, separator), places), () => row);
  });
  if (places === undefined)
    throw new InvalidRequestError('FILE_HEADER_INVALID', 'The file is empty; its first line must name the columns');
}

function rowOf(values: readonly unknown[], places: FieldPlaces): RawBar {
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

/** One JSON object a line, whose fields have the names that columns have; blank lines are skipped. */
export function readNdjson(pieces: AsyncIterable<Uint8Array>, rows: RowReader): AsyncGenerator<ReadBatch> {
  const placesOf = rememberPlaces();
  return batchesOfLines(pieces, (batch, line, written) => {
    if (written.trim() === '') return;
    let object: unknown;
    try {
      object = JSON.parse(written);
    } catch (error) {
      return batch.refuse(line, `Not JSON: ${error instanceof Error ? error.message : String(error)}`, written);
    }
    if (typeof object !== 'object' || object === null || Array.isArray(object))
      return batch.refuse(line, 'Not a JSON object', written);
    // A row that lacks a field is refused with the time that it has.
    const places = placesOf(Object.keys(object));
    rows.read(batch, line, rowOf(Object.values(object), places), () => written);
  });
}

/** Finds the fields of objects anew only where one has other names than the one before. */
function rememberPlaces(): (names: readonly string[]) => FieldPlaces {
  let known: readonly string[] = [];
  let places = fieldPlaces(known);
  return (names) => {
    if (known.length === names.length && names.every((name, index) => name === known[index])) return places;
    known = names;
    places = fieldPlaces(names);
    return places;
  };
}
