import { createReadStream } from 'node:fs';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { parse } from 'csv-parse';
import { ProviderError } from '../../platform/errors/index.ts';
import type { DataFile } from './bar-files.ts';

/** What the columns of a file are called. */
export interface RowShape {
  /** Any of these is the time. */
  readonly times: readonly string[];
  readonly required: readonly string[];
  readonly optional: readonly string[];
}

/** A row as it is written, not yet looked at. */
export interface FileRow {
  /** Counted from 1. */
  readonly line: number;
  readonly time: unknown;
  /** What is required, then what is optional, each in its order; `undefined` where the file does not say. */
  readonly values: readonly unknown[];
}

const MAX_LINE_LENGTH = 65_536;

/**
 * The rows of a file, a few at a time in memory.
 * @throws ProviderError `PROVIDER_ANSWER_INVALID` with file and line, `PROVIDER_UNAVAILABLE` if it cannot be read
 */
export async function* readRows(file: DataFile, shape: RowShape): AsyncGenerator<FileRow> {
  const place = { line: 0 };
  try {
    yield* file.format === 'csv' ? csvRows(file, shape, place) : ndjsonRows(file, shape, place);
  } catch (error) {
    if (error instanceof ProviderError) throw error;
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (code.startsWith('E')) throw unreadable(file, error);
    const line = (error as { readonly lines?: number }).lines ?? place.line + 1;
    throw damaged(file, line, message, error);
  }
}

export function damaged(file: DataFile, line: number, why: string, cause?: unknown): ProviderError {
  return new ProviderError('PROVIDER_ANSWER_INVALID', `files: ${file.path}, line ${line}: ${why}`, { cause });
}

function unreadable(file: DataFile, cause: unknown): ProviderError {
  return new ProviderError('PROVIDER_UNAVAILABLE', `files: cannot read ${file.path}`, { cause });
}

interface Place {
  line: number;
}

async function* csvRows(file: DataFile, shape: RowShape, place: Place): AsyncGenerator<FileRow> {
  const parser = parse({ bom: true, info: true, trim: true, skip_empty_lines: true, max_record_size: MAX_LINE_LENGTH });
  const source = createReadStream(file.path);
  const opened = file.isGzip ? pipeline(source, createGunzip(), parser, passedOn) : pipeline(source, parser, passedOn);
  let places: readonly number[] | undefined;
  for await (const { record, info } of opened as AsyncIterable<CsvRecord>) {
    place.line = info.lines;
    if (places === undefined) places = placesOf(record, shape, file);
    else {
      const [time, ...values] = places.map((index) => (record[index] === '' ? undefined : record[index]));
      yield { line: info.lines, time, values };
    }
  }
  if (places === undefined) throw damaged(file, 1, 'the file is empty; its first line must name the columns');
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly info: { readonly lines: number };
}

/** Of the time, then of the other columns; -1 for an optional one that is not there. */
function placesOf(header: readonly string[], { times, required, optional }: RowShape, file: DataFile): number[] {
  const needed = [
    header.findIndex((name) => times.includes(name)),
    ...required.map((column) => header.indexOf(column)),
  ];
  if (needed.includes(-1)) {
    const wanted = [times.join(' (or ') + ')', ...required].join(', ');
    throw damaged(file, 1, `expected the columns ${wanted}, not ${header.join()}`);
  }
  return [...needed, ...optional.map((column) => header.indexOf(column))];
}

async function* ndjsonRows(file: DataFile, shape: RowShape, place: Place): AsyncGenerator<FileRow> {
  const source = createReadStream(file.path);
  const columns = [...shape.required, ...shape.optional];
  const opened: Readable = file.isGzip ? pipeline(source, createGunzip(), passedOn) : source;
  for await (const text of linesOf(opened.setEncoding('utf8'))) {
    if (text.length > MAX_LINE_LENGTH) throw damaged(file, place.line + 1, 'too long for a row');
    place.line++;
    if (text.trim() === '') continue;
    const fields = fieldsOf(text, file, place.line);
    const time = shape.times.map((name) => fields.get(name)).find((value) => value !== undefined && value !== null);
    yield { line: place.line, time, values: columns.map((column) => fields.get(column) ?? undefined) };
  }
}

function fieldsOf(text: string, file: DataFile, line: number): ReadonlyMap<string, unknown> {
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
