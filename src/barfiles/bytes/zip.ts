import { crc32 } from 'node:zlib';
import { openPromise, type Entry, type ZipFile } from 'yauzl';
import { InvalidRequestError } from '../../platform/errors/index.ts';
import { damaged, soundOnly } from './damaged.ts';
import { refuseOfficeDocument } from './other-formats.ts';

const ZIP = 'The zip file is';
const MOST_SHOWN = 5;
/** More than any folder of bars has; a directory of more would only fill the memory. */
const MOST_MEMBERS = 100_000;

/** What a zip holds besides folders and what surely is no data. */
export interface ZipMember {
  readonly name: string;
  pieces(): AsyncIterable<Uint8Array>;
}

export interface Zip {
  readonly members: readonly ZipMember[];
  close(): void;
}

/** @throws InvalidRequestError `FILE_DAMAGED`, `UNKNOWN_FORMAT` if it is a spreadsheet or another document in a zip */
export async function openZip(path: string): Promise<Zip> {
  const zip = await readable(openPromise(path, { autoClose: false }));
  try {
    const entries: Entry[] = [];
    for await (const entry of soundOnly({ [Symbol.asyncIterator]: () => zip.eachEntry() }, ZIP)) {
      entries.push(entry);
      if (entries.length > MOST_MEMBERS) throw damaged(ZIP, `it lists more than ${MOST_MEMBERS} files`);
    }
    const names = entries.map(({ fileName }) => fileName);
    refuseOfficeDocument(names);
    const members = entries
      .filter(({ fileName }) => !isNoData(fileName, names))
      .map((entry) => ({ name: entry.fileName, pieces: () => soundOnly(piecesOf(zip, entry), ZIP) }));
    return { members, close: () => zip.close() };
  } catch (error) {
    zip.close();
    throw error;
  }
}

/**
 * The one data file of a zip, or the one of this name.
 * @throws InvalidRequestError `ZIP_MANY_FILES`, `ZIP_FILE_UNKNOWN`
 */
export function memberOf({ members }: Zip, name: string | undefined): ZipMember {
  const named = name === undefined ? members : members.filter((member) => member.name === name);
  if (named.length === 1) return named[0];
  const shown = members
    .slice(0, MOST_SHOWN)
    .map((member) => member.name)
    .join(', ');
  const found = members.length > MOST_SHOWN ? `${shown} and ${members.length - MOST_SHOWN} more` : shown || 'none';
  if (name === undefined && members.length > 1)
    throw new InvalidRequestError(
      'ZIP_MANY_FILES',
      `The zip holds ${members.length} files: ${found}. Read all with --name and a template such as ` +
        `--name '{exchange}_{symbol}-{interval}', or one with --member '${members[0].name}'`,
    );
  throw new InvalidRequestError(
    'ZIP_FILE_UNKNOWN',
    `The zip holds no data file${name === undefined ? '' : ` ${name}`}; found ${found}`,
  );
}

async function* piecesOf(zip: ZipFile, entry: Entry): AsyncGenerator<Uint8Array> {
  if (entry.isEncrypted())
    throw new InvalidRequestError(
      'FILE_ENCRYPTED',
      `${entry.fileName} is encrypted in the zip; unpack it with its password first`,
    );
  if (!entry.canDecodeFileData())
    throw new InvalidRequestError(
      'UNKNOWN_FORMAT',
      `${entry.fileName} is packed by method ${entry.compressionMethod}, which is not read; unpack the zip first, or pack with deflate`,
    );
  let checksum = 0;
  const stream = await zip.openReadStreamPromise(entry);
  for await (const piece of stream) {
    checksum = crc32(piece as Buffer, checksum);
    yield piece as Buffer;
  }
  if (checksum !== entry.crc32) throw damaged(ZIP, `the checksum of ${entry.fileName} does not match`);
}

async function readable<Value>(opened: Promise<Value>): Promise<Value> {
  try {
    return await opened;
  } catch (error) {
    throw damaged(ZIP, error instanceof Error ? error.message : String(error), error);
  }
}

const FOLDER = /\/$/;
const OF_SYSTEM = /(^|\/)(__MACOSX\/|\.[^/]*$|\.[^/]*\/|thumbs\.db$|desktop\.ini$)/i;
const TO_READ = /(^|\/)(readme|licen[cs]e|copying|notice|changelog|disclaimer)[^/]*$/i;
const CHECKSUM_OR_PAPER = /\.(checksum|sha\d+|md5|sig|asc|pdf|md|html?|png|jpe?g|docx?)$/i;

/** Only what is no data beyond doubt: all else may be what the user means. */
function isNoData(name: string, names: readonly string[]): boolean {
  if (FOLDER.test(name) || OF_SYSTEM.test(name) || TO_READ.test(name) || CHECKSUM_OR_PAPER.test(name)) return true;
  // HistData and others put a report of the same name beside each file.
  const stem = /^(.*)\.txt$/i.exec(name)?.[1];
  return stem !== undefined && names.some((other) => other.toLowerCase() === `${stem.toLowerCase()}.csv`);
}
