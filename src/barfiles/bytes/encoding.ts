/* oxlint-disable no-control-regex -- formats are told by such bytes */
import { isUtf8 } from 'node:buffer';
import { InvalidRequestError } from '../../platform/errors/index.ts';
import { damaged } from './damaged.ts';

/** The four that are told by bytes, or any other that was named. */
export type TextEncoding = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE' | 'Windows-1252' | (string & {});

const BYTE_ORDER_MARK = Buffer.of(0xef, 0xbb, 0xbf);
/** Bytes that Windows-1252 gives no character, and control characters that no text has. */
const NO_CHARACTER = /[\x00-\x08\x0e-\x1f\x7f\x81\x8d\x8f\x90\x9d]/;

/**
 * How the text that begins so is encoded: as its byte order mark says; UTF-16 where every second byte is zero; else
 * UTF-8, or Windows-1252 where the bytes are not UTF-8 but all of them are characters.
 * @throws InvalidRequestError `FILE_DAMAGED` if it is neither
 */
export function encodingOf(start: Uint8Array): TextEncoding {
  const bytes = Buffer.from(start.buffer, start.byteOffset, start.byteLength);
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'UTF-16LE';
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'UTF-16BE';
  if (bytes.length >= 4 && bytes.includes(0)) {
    if (isZeroAtEvery(bytes, 1)) return 'UTF-16LE';
    if (isZeroAtEvery(bytes, 0)) return 'UTF-16BE';
  }
  if (isUtf8(withoutCutCharacter(bytes))) return 'UTF-8';
  if (!NO_CHARACTER.test(bytes.toString('latin1'))) return 'Windows-1252';
  throw damaged('The text is', 'it is neither UTF-8 nor Windows-1252; name another with --encoding');
}

/**
 * An encoding by any of its names, such as `latin1`, which is read as the Windows-1252 that contains it.
 * @throws InvalidRequestError `INVALID_REQUEST` if there is none of that name
 */
export function encodingNamed(label: string): TextEncoding {
  try {
    const { encoding } = new TextDecoder(label);
    return encoding === 'windows-1252' ? 'Windows-1252' : encoding.toUpperCase();
  } catch (error) {
    throw new InvalidRequestError(
      'INVALID_REQUEST',
      `There is no encoding ${label}; name one such as utf-8, utf-16le, windows-1252, gbk, big5 or shift_jis with --encoding`,
      { cause: error },
    );
  }
}

/** Bars are written in ASCII, a name among them perhaps not. */
function isZeroAtEvery(bytes: Uint8Array, parity: number): boolean {
  let zeros = 0;
  let others = 0;
  for (let i = 0; i < bytes.length; i++)
    if (bytes[i] === 0) {
      if (i % 2 !== parity) return false;
      zeros++;
    } else if (i % 2 === parity) others++;
  return zeros > others * 9;
}

/** A sample may end in the middle of a character of up to four bytes. */
function withoutCutCharacter(bytes: Buffer): Buffer {
  for (let length = bytes.length - 1; length >= bytes.length - 3 && length >= 0; length--) {
    if (bytes[length] < 0x80) break;
    if (bytes[length] >= 0xc0) return bytes.subarray(0, length);
  }
  return bytes;
}

/**
 * The same text in UTF-8, without its byte order mark. UTF-8 is passed on as it is, to be checked by whoever cuts it.
 * @throws InvalidRequestError `FILE_DAMAGED` if a piece is no text in that encoding
 */
export async function* inUtf8(pieces: AsyncIterable<Uint8Array>, encoding: TextEncoding): AsyncGenerator<Uint8Array> {
  let start: Buffer | undefined = Buffer.alloc(0);
  for await (const piece of encoding === 'UTF-8' ? pieces : decoded(pieces, encoding)) {
    if (start === undefined) {
      yield piece;
      continue;
    }
    start = Buffer.concat([start, piece]);
    if (start.length < BYTE_ORDER_MARK.length) continue;
    yield withoutMark(start);
    start = undefined;
  }
  if (start !== undefined && start.length > 0) yield start;
}

function withoutMark(bytes: Buffer): Buffer {
  const { length } = BYTE_ORDER_MARK;
  return bytes.subarray(0, length).equals(BYTE_ORDER_MARK) ? bytes.subarray(length) : bytes;
}

async function* decoded(pieces: AsyncIterable<Uint8Array>, encoding: TextEncoding): AsyncGenerator<Uint8Array> {
  const decoder = new TextDecoder(encoding, { fatal: true, ignoreBOM: true });
  for await (const piece of pieces) {
    if (encoding === 'Windows-1252' && NO_CHARACTER.test(Buffer.from(piece).toString('latin1')))
      throw notIn(encoding, undefined);
    yield Buffer.from(sound(() => decoder.decode(piece, { stream: true }), encoding));
  }
  yield Buffer.from(sound(() => decoder.decode(), encoding));
}

function sound(decode: () => string, encoding: TextEncoding): string {
  try {
    return decode();
  } catch (error) {
    throw notIn(encoding, error);
  }
}

function notIn(encoding: TextEncoding, cause: unknown): InvalidRequestError {
  return damaged('The text is', `it is not ${encoding} to its end`, cause);
}
