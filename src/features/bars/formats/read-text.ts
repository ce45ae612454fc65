import { fieldsOf, separatorOf } from './csv-line.ts';
import { InvalidRequestError } from '../../../platform/errors/index.ts';
import { findFields, type FieldPlaces } from './header.ts';
import { BatchBuilder, type ReadBatch } from './read-batch.ts';
import type { RowReader } from './row-reader.ts';

const MAX_LINE_LENGTH = 1_048_576;

/**
 * Text in pieces that end at a line's end, each with the number of its first line.
 * @throws InvalidRequestError `FILE_LINE_TOO_LONG`, `FILE_DAMAGED` if it is not UTF-8
 */
async function* wholeLines(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const decoder = new TextDecoder('utf-8', { fatal: true }); // drops a byte order mark
  let rest = '';
  let line = 1;
  for await (const piece of pieces) {
    const text = rest + decoded(() => decoder.decode(piece, { stream: true }));
    const end = text.lastIndexOf('\n') + 1;
    rest = text.slice(end);
    if (end > 0) {
      requireShortLines(text.slice(0, end), line);
      yield text.slice(0, end);
      line += countLines(text, end);
    }
    requireShortLines(rest, line);
  }
  rest += decoded(() => decoder.decode());
  if (rest !== '') yield rest.endsWith('\n') ? rest : `${rest}\n`;
}

function decoded(decode: () => string): string {
  try {
    return decode();
  } catch (error) {
    throw new InvalidRequestError('FILE_DAMAGED', 'The file is not text in UTF-8; what came before was read', {
      cause: error,
    });
  }
}

function countLines(text: string, end: number): number {
  let count = 0;
  for (let at = text.indexOf('\n'); at >= 0 && at < end; at = text.indexOf('\n', at + 1)) count++;
  return count;
}

function requireShortLines(text: string, firstLine: number): void {
  if (text.length <= MAX_LINE_LENGTH) return;
  let line = firstLine;
  for (let start = 0; start < text.length; line++) {
    const next = text.indexOf('\n', start);
    const end = next < 0 ? text.length : next;
    if (end - start > MAX_LINE_LENGTH)
      throw new InvalidRequestError(
        'FILE_LINE_TOO_LONG',
        `Line ${line} is longer than ${MAX_LINE_LENGTH} characters: this is no file of bars`,
      );
    start = end + 1;
  }
}

/** @throws InvalidRequestError `FILE_HEADER_INVALID`, `FILE_LINE_TOO_LONG`, `FILE_DAMAGED` */
export async function* readCsv(pieces: AsyncIterable<Uint8Array>, rows: RowReader): AsyncGenerator<ReadBatch> {
  const batch = new BatchBuilder();
  let places: FieldPlaces | undefined;
  let separator = ',';
  let line = 0;
  for await (const text of wholeLines(pieces)) {
    for (const written of text.split('\n').slice(0, -1)) {
      line++;
      const row = written.endsWith('\r') ? written.slice(0, -1) : written;
      if (places === undefined) {
        separator = separatorOf(row);
        places = findFields(fieldsOf(row, separator));
      } else if (row !== '') readCsvLine(batch, rows, line, row, separator, places);
      if (batch.isFull) yield batch.take();
    }
  }
  if (places === undefined)
    throw new InvalidRequestError('FILE_HEADER_INVALID', 'The file is empty; its first line must name the columns');
  if (!batch.isEmpty) yield batch.take();
}

function readCsvLine(
  batch: BatchBuilder,
  rows: RowReader,
  line: number,
  written: string,
  separator: string,
  places: FieldPlaces,
): void {
  const fields = fieldsOf(written, separator);
  const row = {
    openTime: fields[places.openTime],
    open: fields[places.open],
    high: fields[places.high],
    low: fields[places.low],
    close: fields[places.close],
    volume: places.volume < 0 ? undefined : fields[places.volume],
    state: places.state < 0 ? undefined : fields[places.state],
  };
  rows.read(batch, line, row, () => written);
}

/** One JSON object a line; blank lines are skipped. */
export async function* readNdjson(pieces: AsyncIterable<Uint8Array>, rows: RowReader): AsyncGenerator<ReadBatch> {
  const batch = new BatchBuilder();
  let line = 0;
  for await (const text of wholeLines(pieces)) {
    for (const written of text.split('\n').slice(0, -1)) {
      line++;
      if (written.trim() === '') continue;
      readJsonLine(batch, rows, line, written);
      if (batch.isFull) yield batch.take();
    }
  }
  if (!batch.isEmpty) yield batch.take();
}

function readJsonLine(batch: BatchBuilder, rows: RowReader, line: number, written: string): void {
  let parsed: unknown;
  try {
    parsed = JSON.parse(written);
  } catch (error) {
    return batch.refuse(line, `Not JSON: ${error instanceof Error ? error.message : String(error)}`, written);
  }
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    return batch.refuse(line, 'Not a JSON object', written);
  rows.read(batch, line, rowOfObject(parsed as Record<string, unknown>), () => written);
}

/** A row whose fields are found by name, one by one, as each may name them otherwise. */
function rowOfObject(object: Record<string, unknown>) {
  const time = object['openTime'] ?? object['time'] ?? object['date'] ?? object['datetime'] ?? object['timestamp'];
  const { open, high, low, close, volume, state } = object;
  return { openTime: time, open, high, low, close, volume, state };
}
