import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { ProviderError } from '../../platform/errors/index.ts';
import type { BarFile } from './bar-files.ts';

export const COLUMNS = ['open', 'high', 'low', 'close', 'volume'] as const;

/** A row as it is written, not yet looked at. */
export interface FileRow {
  /** Counted from 1. */
  readonly line: number;
  readonly openTime: unknown;
  /** In the order of {@link COLUMNS}; volume is `undefined` where the file does not say. */
  readonly values: readonly unknown[];
}

const TIME_NAMES = new Set(['openTime', 'time']);
const MAX_LINE_LENGTH = 65_536;

/**
 * The rows of a file, a few at a time in memory.
 * @throws ProviderError `PROVIDER_ANSWER_INVALID` with file and line, `PROVIDER_UNAVAILABLE` if it cannot be read
 */
export async function* readRows(file: BarFile): AsyncGenerator<FileRow> {
  const place = { line: 0 };
  try {
    yield* file.format === 'csv' ? csvRows(file, place) : ndjsonRows(file, place);
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (code.startsWith('E')) throw unreadable(file, error);
    const line = (error as { readonly lines?: number }).lines ?? place.line + 1;
    throw damaged(file, line, message, error);
  }
}

export function damaged(file: BarFile, line: number, why: string, cause?: unknown): ProviderError {
  return new ProviderError('PROVIDER_ANSWER_INVALID', `files: ${file.path}, line ${line}: ${why}`, { cause });
}

function unreadable(file: BarFile, cause: unknown): ProviderError {
  return new ProviderError('PROVIDER_UNAVAILABLE', `files: cannot read ${file.path}`, { cause });
}

interface Place {
  line: number;
}

async function* csvRows(file: BarFile, place: Place): AsyncGenerator<FileRow> {
  const parser = parse({ bom: true, info: true, trim: true, skip_empty_lines: true, max_record_size: MAX_LINE_LENGTH });
  const source = createReadStream(file.path);
  const opened = file.isGzip ? pipeline(source, createGunzip(), parser, passedOn) : pipeline(source, parser, passedOn);
  let places: readonly number[] | undefined;
  for await (const { record, info } of opened as AsyncIterable<CsvRecord>) {
    place.line = info.lines;
    if (places === undefined) places = placesOf(record, file);
    else {
      const [openTime, ...values] = places.map((index) => (record[index] === '' ? undefined : record[index]));
      yield { line: info.lines, openTime, values };
    }
  }
  if (places === undefined) throw damaged(file, 1, 'the file is empty; its first line must name the columns');
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Of openTime, then {@link COLUMNS}; -1 for a volume that is not there. */
function placesOf(header: readonly string[], file: BarFile): number[] {
  const places = [header.findIndex((name) => TIME_NAMES.has(name)), ...COLUMNS.map((column) => header.indexOf(column))];
  if (places.slice(0, -1).includes(-1))
    throw damaged(file, 1, `expected the columns openTime (or time), open, high, low, close, not ${header.join()}`);
  return places;
}

async function* ndjsonRows(file: BarFile, place: Place): AsyncGenerator<FileRow> {
  const source = createReadStream(file.path);
  const opened: Readable = file.isGzip ? pipeline(source, createGunzip(), passedOn) : source;
  for await (const text of linesOf(opened.setEncoding('utf8'))) {
    if (text.length > MAX_LINE_LENGTH) throw damaged(file, place.line + 1, 'too long for a bar');
    place.line++;
    if (text.trim() === '') continue;
    const fields = fieldsOf(text, file, place.line);
    const openTime = fields.get('openTime') ?? fields.get('time');
    yield { line: place.line, openTime, values: COLUMNS.map((column) => fields.get(column) ?? undefined) };
  }
}

function fieldsOf(text: string, file: BarFile, line: number): ReadonlyMap<string, unknown> {
  try {
    const object: unknown = JSON.parse(text);
    if (typeof object === 'object' && object !== null) return new Map(Object.entries(object));
  } catch (error) {
    throw damaged(file, line, error instanceof Error ? error.message : String(error), error);
  }
  throw damaged(file, line, 'not a JSON object');
}

/** The last one may be cut where it grows past what a line can be. */
async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = '';
  for await (const piece of pieces) {
    const lines = (rest + piece).split('\n');
    rest = lines.pop() ?? '';
    yield* lines;
    if (rest.length > MAX_LINE_LENGTH) break;
  }
  yield rest;
}

/** An error of one stream ends those after it, and so reaches the reader. */
function passedOn(): void {}
