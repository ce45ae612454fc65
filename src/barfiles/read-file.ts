import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { InvalidRequestError } from '../platform/errors/index.ts';
import { compressionOfBytes, decompressed } from './compression.ts';
import type { Fields } from './header.ts';
import type { ReadBatch } from './read-batch.ts';
import { readText, textRows, type TextRow } from './read-text.ts';
import { RowReader } from './row-reader.ts';
import { whenLoaded } from './when-loaded.ts';

/** Formats that bars are read from. */
export const BAR_FILE_FORMATS = ['csv', 'ndjson', 'parquet', 'arrow'] as const;
export type BarFileFormat = (typeof BAR_FILE_FORMATS)[number];

/** A path, or bytes such as standard input. */
export type BarFileSource = string | AsyncIterable<Uint8Array>;

export interface BarFileOptions {
  /** Where name and content do not tell. */
  readonly format?: BarFileFormat | undefined;
  /** State of rows that name none. */
  readonly defaultState: 'provisional' | 'final';
}

export interface BarFile {
  /** @throws InvalidRequestError `FILE_DAMAGED`, `FILE_HEADER_INVALID`, `FILE_LINE_TOO_LONG` after the batches that were good */
  readonly batches: AsyncIterable<ReadBatch>;
  bytesRead(): number;
  /** `undefined` for a stream. */
  readonly bytesTotal: number | undefined;
}

const PIECE_BYTES = 262_144;

/**
 * Opens a file of bars, plain or in gzip or zstd; compression and format are told by content, then by name.
 * @throws InvalidRequestError `FILE_UNREADABLE`, `UNKNOWN_FORMAT`
 */
export async function openBarFile(source: BarFileSource, { format, defaultState }: BarFileOptions): Promise<BarFile> {
  const { bytesRead, bytesTotal, ...plain } = await openPlain(source);
  const found = format ?? formatOf(plain.start, nameOf(source));
  return { batches: read(found, plain, new RowReader(defaultState)), bytesRead, bytesTotal };
}

/**
 * The rows of a text file that holds something else than bars.
 * @throws InvalidRequestError as {@link openBarFile} and its batches do
 */
export async function* readRows<Field extends string>(
  source: BarFileSource,
  fields: Fields<Field>,
): AsyncGenerator<TextRow<Field>> {
  const { start, pieces } = await openPlain(source);
  const format = formatOf(start, nameOf(source));
  if (format !== 'csv' && format !== 'ndjson')
    throw new InvalidRequestError('UNKNOWN_FORMAT', `Expected CSV or NDJSON, found ${format}`);
  for await (const rows of textRows(format, pieces, fields)) yield* rows;
}

interface PlainFile extends StartedPieces, Pick<BarFile, 'bytesRead' | 'bytesTotal'> {
  /** Where the same bytes can be read in any order. */
  readonly path: string | undefined;
}

async function openPlain(source: BarFileSource): Promise<PlainFile> {
  const path = typeof source === 'string' ? source : undefined;
  const bytesTotal = path === undefined ? undefined : await sizeOf(path);
  let bytesRead = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    try {
      for await (const piece of typeof source === 'string'
        ? createReadStream(source, { highWaterMark: PIECE_BYTES })
        : source) {
        const bytes = piece as Uint8Array;
        bytesRead += bytes.length;
        yield bytes;
      }
    } catch (error) {
      throw isOfSystem(error) ? unreadable(path ?? 'Standard input', error) : error;
    }
  }
  const stored = await withStart(counted());
  const compression = compressionOfBytes(stored.start);
  const told = { bytesRead: () => bytesRead, bytesTotal };
  if (compression === undefined) return { ...stored, ...told, path };
  return { ...(await withStart(decompressed(stored.pieces, compression))), ...told, path: undefined };
}

function nameOf(source: BarFileSource): string {
  return typeof source === 'string' ? source : '';
}

function read(
  format: BarFileFormat,
  { pieces, path }: Pick<PlainFile, 'pieces' | 'path'>,
  reader: RowReader,
): AsyncIterable<ReadBatch> {
  switch (format) {
    case 'csv':
    case 'ndjson':
      return readText(format, pieces, reader);
    case 'parquet':
      return whenLoaded(async () => (await import('./read-binary.ts')).readParquet(path ?? pieces, reader));
    case 'arrow':
      return whenLoaded(async () => (await import('./read-binary.ts')).readArrow(pieces, reader));
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const handle = await open(path);
    await handle.close();
    const found = await stat(path);
    if (found.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    return found.size;
  } catch (error) {
    throw unreadable(path, error as NodeJS.ErrnoException);
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file, as a part of its path is no folder',
  EISDIR: 'it is a folder; name a file in it',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
};

function unreadable(place: string, error: NodeJS.ErrnoException): InvalidRequestError {
  const { code = 'unknown', message } = error;
  return new InvalidRequestError('FILE_UNREADABLE', `${place} cannot be read: ${ADVICE[code] ?? message} (${code})`, {
    cause: error,
  });
}

function isOfSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}

interface StartedPieces {
  readonly start: Uint8Array;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** The first bytes, enough to tell what they are however small the pieces, and all bytes. */
async function withStart(pieces: AsyncGenerator<Uint8Array>): Promise<StartedPieces> {
  const held: Uint8Array[] = [];
  let length = 0;
  let failure: Error | undefined;
  try {
    while (length < START_BYTES) {
      const next = await pieces.next();
      if (next.done === true) break;
      held.push(next.value);
      length += next.value.length;
    }
  } catch (error) {
    if (length === 0 || !(error instanceof Error)) throw error;
    failure = error; // told when what came before it has been read
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield* held.splice(0);
    if (failure !== undefined) throw failure;
    yield* pieces;
  }
  return { start: Buffer.concat(held).subarray(0, START_BYTES), pieces: all() };
}

const START_BYTES = 1_024;
const ENDINGS: Readonly<Record<string, BarFileFormat>> = {
  csv: 'csv',
  tsv: 'csv',
  txt: 'csv',
  ndjson: 'ndjson',
  jsonl: 'ndjson',
  parquet: 'parquet',
  arrow: 'arrow',
  arrows: 'arrow',
  feather: 'arrow',
};
const ARROW_CONTINUATION = '\xff\xff\xff\xff';
const BYTE_ORDER_MARK = '\xef\xbb\xbf';

function formatOf(start: Uint8Array, path: string): BarFileFormat {
  const bytes = Buffer.from(start).toString('latin1'); // a character a byte
  if (bytes.startsWith('PAR1')) return 'parquet';
  if (bytes.startsWith('ARROW1') || bytes.startsWith(ARROW_CONTINUATION)) return 'arrow';
  const text = bytes.startsWith(BYTE_ORDER_MARK) ? bytes.slice(BYTE_ORDER_MARK.length) : bytes;
  if (/^\s*\{/.test(text)) return 'ndjson';
  const ending =
    path
      .toLowerCase()
      .replace(/\.(gz|zst|zstd)$/, '')
      .split('.')
      .at(-1) ?? '';
  const named = ENDINGS[ending];
  if (named !== undefined) return named;
  if (text !== '' && /^[\t\n\r\x20-\xff]*$/.test(text)) return 'csv';
  throw new InvalidRequestError(
    'UNKNOWN_FORMAT',
    'Neither name nor content show the format; name it with --format csv, ndjson, parquet or arrow',
  );
}
