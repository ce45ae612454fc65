/* oxlint-disable no-control-regex -- formats are told by such bytes */
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { InvalidRequestError } from '../../platform/errors/index.ts';
import { decompressed, type Compression } from '../compression.ts';
import { refuseOtherFormat } from './other-formats.ts';
import { spool, type Spooled } from './spooled.ts';
import { withStart, type StartedPieces } from './started-pieces.ts';
import { readable, unreadable } from './unreadable.ts';
import { whenLoaded } from '../when-loaded.ts';
import type { memberOf, Zip, ZipMember } from './zip.ts';

/** A path, or bytes such as standard input. */
export type ByteSource = string | AsyncIterable<Uint8Array>;

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

/**
 * All data files of a zip, each in turn; of any other file, that one. Each is closed before the next.
 * @throws InvalidRequestError as {@link openContent} does
 */
export async function* openContents(source: ByteSource): AsyncGenerator<Content> {
  const outer = await uncompressed(await asStored(source));
  if (!isZip(outer)) {
    yield outer;
    return;
  }
  const { zip, close } = await openedZip(outer);
  try {
    for (const member of zip.members) {
      const content = await ofMember(outer, member, async () => undefined);
      try {
        yield content;
      } finally {
        await content.close();
      }
    }
  } finally {
    await close();
  }
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
  const content = await inside(packed, `zip: ${member.name}`, member.pieces(), close);
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
    if (packed.path === undefined) spooled = await spool(packed.pieces);
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
    const pieces =
      typeof source === 'string'
        ? (createReadStream(source, { highWaterMark: PIECE_BYTES }) as AsyncIterable<Uint8Array>)
        : source;
    for await (const piece of readable(pieces, path)) {
      bytesRead += piece.length;
      yield piece;
    }
  }
  const started = await withStart(counted());
  return {
    ...started,
    packing: [],
    name: path ?? '',
    path,
    bytesRead: () => bytesRead,
    bytesTotal,
    close: started.stop,
  };
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
