import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { InvalidRequestError } from '../../../platform/errors/index.ts';
import { compressionOfBytes, decompressed } from './compression.ts';
import { readArrow, readParquet } from './read-binary.ts';
import type { ReadBatch } from './read-batch.ts';
import { readCsv, readNdjson } from './read-text.ts';
import { RowReader } from './row-reader.ts';

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
  const rows = new RowReader(defaultState);
  const bytesTotal = typeof source === 'string' ? await sizeOf(source) : undefined;
  let bytesRead = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of typeof source === 'string'
      ? createReadStream(source, { highWaterMark: PIECE_BYTES })
      : source) {
      const bytes = piece as Uint8Array;
      bytesRead += bytes.length;
      yield bytes;
    }
  }
  const stored = await withStart(counted());
  const compression = compressionOfBytes(stored.start);
  const plain = compression === undefined ? stored : await withStart(decompressed(stored.pieces, compression));
  const found = format ?? formatOf(plain.start, typeof source === 'string' ? source : '');
  const inPlace = typeof source === 'string' && compression === undefined ? source : undefined;
  return { batches: read(found, plain.pieces, inPlace, rows), bytesRead: () => bytesRead, bytesTotal };
}

function read(
  format: BarFileFormat,
  pieces: AsyncIterable<Uint8Array>,
  path: string | undefined,
  rows: RowReader,
): AsyncIterable<ReadBatch> {
  switch (format) {
    case 'csv':
      return readCsv(pieces, rows);
    case 'ndjson':
      return readNdjson(pieces, rows);
    case 'parquet':
      return readParquet(path ?? pieces, rows);
    case 'arrow':
      return readArrow(pieces, rows);
  }
}

async function sizeOf(path: string): Promise<number> {
  try {
    const handle = await open(path);
    await handle.close();
    const { size } = await stat(path);
    return size;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new InvalidRequestError('FILE_UNREADABLE', `${path} cannot be read: ${detail}`, { cause: error });
  }
}

interface StartedPieces {
  readonly start: Uint8Array;
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** The first bytes, and all bytes. */
async function withStart(pieces: AsyncGenerator<Uint8Array>): Promise<StartedPieces> {
  const first = await pieces.next();
  async function* all(): AsyncGenerator<Uint8Array> {
    if (first.done !== true) yield first.value;
    yield* pieces;
  }
  return { start: first.done === true ? new Uint8Array(0) : first.value, pieces: all() };
}

const ENDINGS: Readonly<Record<string, BarFileFormat>> = {
  csv: 'csv', tsv: 'csv', txt: 'csv', ndjson: 'ndjson', jsonl: 'ndjson', parquet: 'parquet', arrow: 'arrow', arrows: 'arrow', feather: 'arrow',
}; // prettier-ignore
const ARROW_CONTINUATION = 0xff;

function formatOf(start: Uint8Array, path: string): BarFileFormat {
  const text = Buffer.from(start.subarray(0, 6)).toString('latin1');
  if (text.startsWith('PAR1')) return 'parquet';
  if (text === 'ARROW1' || (start.length >= 4 && start.subarray(0, 4).every((byte) => byte === ARROW_CONTINUATION)))
    return 'arrow';
  if (/^\s*\{/.test(text)) return 'ndjson';
  const ending =
    ENDINGS[
      path
        .replace(/\.(gz|zst|zstd)$/, '')
        .split('.')
        .at(-1) ?? ''
    ];
  if (ending !== undefined) return ending;
  if (
    start.length > 0 &&
    start.subarray(0, 1_000).every((byte) => byte >= 32 || byte === 9 || byte === 10 || byte === 13)
  )
    return 'csv';
  throw new InvalidRequestError(
    'UNKNOWN_FORMAT',
    'Neither name nor content tell the format; name it with --format csv, ndjson, parquet or arrow',
  );
}
