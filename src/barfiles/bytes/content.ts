/* oxlint-disable no-control-regex -- formats are told by such bytes */
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { InvalidRequestError } from '../../platform/errors/index.ts';
import { decompressed, type Compression } from '../compression.ts';
import { refuseOtherFormat } from './other-formats.ts';
import { spool, type Spooled, type SpoolLimit } from './spooled.ts';
import { withStart, type StartedPieces } from './started-pieces.ts';
import { readable, unreadable } from './unreadable.ts';
import { whenLoaded } from '../when-loaded.ts';
import type { memberOf, Zip, ZipMember } from './zip.ts';

/** A path, bytes such as standard input, or a file of a zip that is open. */
export type ByteSource = string | AsyncIterable<Uint8Array> | ZipMember;

/** What a file holds once all that packs it is taken off. */
export interface Content extends StartedPieces {
  /** What it was packed in, outermost first, for the user: `gzip`, `zip: bars.csv`. */
  readonly packing: readonly string[];
  /** Of the file itself, or of the member of a zip; empty for a stream. */
  readonly name: string;
  /** Where the same bytes can be read in any order. */
  readonly path: string | undefined;
  bytesRead(): number;
  /** `undefined` for a stream. */
  readonly bytesTotal: number | undefined;
  /** Lets go of files; to be called once, whether the bytes were read or not. */
  close(): Promise<void>;
}

const PIECE_BYTES = 262_144;
/** A file in a gzip in a zip is common; a file that packs itself again and again is an attack. */
const MOST_PACKINGS = 4;
/** A zip that is packed again has to be unpacked to be read. */
const PACKED_ZIP: SpoolLimit = {
  bytes: 4_294_967_296,
  refuse: () => new InvalidRequestError('UNKNOWN_FORMAT', 'The file packs a zip of more than 4 GiB; unpack it first'),
};

/**
 * Opens a file and takes off gzip, zstd, bzip2 and zip, each told by content.
 * @param member name of the file to read of a zip; without it, its one data file
 * @throws InvalidRequestError `FILE_UNREADABLE`, `FILE_DAMAGED`, `FILE_ENCRYPTED`, `ZIP_MANY_FILES`,
 *   `ZIP_FILE_UNKNOWN`, or `UNKNOWN_FORMAT` of a format that is known but not read
 */
export async function openContent(source: ByteSource, member?: string): Promise<Content> {
  const outer = await uncompressed(await asStored(source));
  return isZip(outer) ? ofOneMember(outer, member) : outer;
}

export interface OpenedMembers {
  /** The data files of a zip; none of any other file. */
  readonly members: readonly ZipMember[];
  close(): Promise<void>;
}

/**
 * Opens a zip, packed again or not, for all of its data files.
 * @throws InvalidRequestError as {@link openContent} does
 */
export async function openMembers(path: string): Promise<OpenedMembers> {
  const outer = await uncompressed(await asStored(path));
  if (isZip(outer)) {
    const { zip, close } = await openedZip(outer);
    return { members: zip.members, close };
  }
  await outer.close();
  return { members: [], close: async () => undefined };
}

function packingOf(start: Uint8Array): Compression | 'bzip2' | 'zip' | undefined {
  const bytes = Buffer.from(start.subarray(0, 10)).toString('latin1');
  if (bytes.startsWith('\x1f\x8b')) return 'gzip';
  if (bytes.startsWith('\x28\xb5\x2f\xfd')) return 'zstd';
  if (/^BZh[1-9](1AY&SY|\x17rE8P\x90)/.test(bytes)) return 'bzip2';
  return /^PK(\x03\x04|\x05\x06)/.test(bytes) ? 'zip' : undefined;
}

function isZip({ start }: StartedPieces): boolean {
  return packingOf(start) === 'zip';
}

/** Takes off what packs one file; a zip is left to be opened. */
async function uncompressed(packed: Content): Promise<Content> {
  try {
    const packing = packingOf(packed.start);
    if (packing !== undefined && packed.packing.length >= MOST_PACKINGS)
      throw new InvalidRequestError(
        'UNKNOWN_FORMAT',
        `The file is packed more than ${MOST_PACKINGS} times (${packed.packing.join(', ')}); unpack it first`,
      );
    if (packing === 'zip') return packed;
    if (packing === undefined) {
      refuseOtherFormat(packed.start);
      return packed;
    }
    const pieces =
      packing === 'bzip2'
        ? whenLoaded(async () => (await import('./bzip2.ts')).bunzipped(packed.pieces))
        : decompressed(packed.pieces, packing);
    return await uncompressed(await inside(packed, packing, pieces, packed.close));
  } catch (error) {
    await packed.close();
    throw error;
  }
}

async function ofOneMember(packed: Content, name: string | undefined): Promise<Content> {
  const { zip, memberOf, close } = await openedZip(packed);
  try {
    return await ofMember(packed, memberOf(zip, name), close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function ofMember(packed: Content, member: ZipMember, close: Content['close']): Promise<Content> {
  const content = await inside(packed, zipped(member.name), member.pieces(), close);
  const inner = await uncompressed({ ...content, name: member.name });
  return isZip(inner) ? ofOneMember(inner, undefined) : inner;
}

async function inside(
  packed: Content,
  packing: string,
  bytes: AsyncIterable<Uint8Array>,
  closePacked: Content['close'],
): Promise<Content> {
  const started = await withStart(bytes);
  const close = async (): Promise<void> => {
    await started.stop();
    await closePacked();
  };
  return { ...packed, ...started, packing: [...packed.packing, packing], path: undefined, close };
}

interface OpenedZip {
  readonly zip: Zip;
  readonly memberOf: typeof memberOf;
  close(): Promise<void>;
}

/** A zip has its directory at its end: a path is read in place, a stream is put into a file that is gone afterwards. */
async function openedZip(packed: Content): Promise<OpenedZip> {
  const { openZip, memberOf } = await import('./zip.ts');
  let spooled: Spooled | undefined;
  const letGo = async (): Promise<void> => {
    await spooled?.remove();
    await packed.close();
  };
  try {
    if (packed.path === undefined) spooled = await spool(packed.pieces, { limit: PACKED_ZIP });
    const zip = await openZip(spooled?.path ?? packed.path ?? '');
    const close = async (): Promise<void> => {
      zip.close();
      await letGo();
    };
    return { zip, memberOf, close };
  } catch (error) {
    await letGo();
    throw error;
  }
}

/** The bytes as they are stored. */
async function asStored(source: ByteSource): Promise<Content> {
  const path = typeof source === 'string' ? source : undefined;
  const bytesTotal = path === undefined ? undefined : await sizeOf(path);
  let bytesRead = 0;
  async function* counted(): AsyncGenerator<Uint8Array> {
    for await (const piece of readable(storedPieces(source), path)) {
      bytesRead += piece.length;
      yield piece;
    }
  }
  const started = await withStart(counted());
  const member = isMember(source) ? source.name : undefined;
  return {
    ...started,
    packing: member === undefined ? [] : [zipped(member)],
    name: path ?? member ?? '',
    path,
    bytesRead: () => bytesRead,
    bytesTotal,
    close: started.stop,
  };
}

function storedPieces(source: ByteSource): AsyncIterable<Uint8Array> {
  if (typeof source === 'string') return createReadStream(source, { highWaterMark: PIECE_BYTES });
  return isMember(source) ? source.pieces() : source;
}

const isMember = (source: ByteSource): source is ZipMember => typeof source === 'object' && 'pieces' in source;
const zipped = (name: string): string => `zip: ${name}`;

/** What can be read only once. */
export function isStream(source: ByteSource): source is AsyncIterable<Uint8Array> {
  return typeof source !== 'string' && !isMember(source);
}

async function sizeOf(path: string): Promise<number> {
  try {
    const found = await stat(path);
    if (found.isDirectory()) throw Object.assign(new Error(), { code: 'EISDIR' });
    return found.size;
  } catch (error) {
    throw unreadable(path, error as NodeJS.ErrnoException);
  }
}
