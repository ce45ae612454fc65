import { isUtf8 } from 'node:buffer';
import { InvalidRequestError } from '../../platform/errors/index.ts';
import { inUtf8, type TextEncoding } from './encoding.ts';

const MAX_LINE_BYTES = 1_048_576;
const LINE_FEED = 10;
const CARRIAGE_RETURN = 13;

/** Some lines of a text, without their ends, that lie one after another in memory. */
export class TextLines {
  readonly bytes: Buffer;
  readonly count: number;
  /** Where each line begins and ends. */
  readonly #bounds: Uint32Array;

  /** @param bytes whole lines with their ends, in UTF-8 */
  constructor(bytes: Buffer, end: number) {
    const bounds: number[] = [];
    for (let from = 0; from < bytes.length;) {
      const at = bytes.indexOf(end, from);
      bounds.push(from, end === LINE_FEED && at > from && bytes[at - 1] === CARRIAGE_RETURN ? at - 1 : at);
      from = at + 1;
    }
    this.bytes = bytes;
    this.#bounds = Uint32Array.from(bounds);
    this.count = bounds.length / 2;
  }

  from(line: number): number {
    return this.#bounds[line * 2];
  }

  to(line: number): number {
    return this.#bounds[line * 2 + 1];
  }

  text(line: number): string {
    return this.bytes.toString('utf8', this.from(line), this.to(line));
  }

  /** All of them. */
  texts(): string[] {
    return Array.from({ length: this.count }, (_, line) => this.text(line));
  }
}

/**
 * Lines, many at a time. They end with LF, with CRLF, or with CR alone: one way in the whole file, which its first line
 * shows.
 * @throws InvalidRequestError `FILE_LINE_TOO_LONG`, `FILE_DAMAGED`, after the lines that were good
 */
export async function* textLines(
  pieces: AsyncIterable<Uint8Array>,
  encoding: TextEncoding = 'UTF-8',
): AsyncGenerator<TextLines> {
  let rest: Uint8Array = new Uint8Array(0);
  let line = 1;
  let end: number | undefined;
  for await (const piece of inUtf8(pieces, encoding)) {
    const bytes =
      rest.length === 0 ? Buffer.from(piece.buffer, piece.byteOffset, piece.length) : Buffer.concat([rest, piece]);
    end ??= lineEndOf(bytes);
    const whole = end === undefined ? 0 : bytes.lastIndexOf(end) + 1;
    for (const lines of soundLines(bytes.subarray(0, whole), end ?? LINE_FEED, line)) {
      yield lines;
      line += lines.count;
    }
    rest = bytes.subarray(whole);
    requireShortLine(rest.length, line);
  }
  const last = end ?? (rest.at(-1) === CARRIAGE_RETURN ? CARRIAGE_RETURN : LINE_FEED);
  if (rest.length > 0) yield* soundLines(Buffer.concat([rest, Buffer.of(last)]), last, line);
}

/** `undefined` until it shows: a CR that is the last byte so far may be the half of a CRLF. */
function lineEndOf(bytes: Buffer): number | undefined {
  const feed = bytes.indexOf(LINE_FEED);
  const carriage = bytes.indexOf(CARRIAGE_RETURN);
  if (feed >= 0 && (carriage < 0 || feed <= carriage + 1)) return LINE_FEED;
  return carriage >= 0 && carriage < bytes.length - 1 ? CARRIAGE_RETURN : undefined;
}

/** Bytes that end at a line's end, as lines: all at once, or up to the one that is at fault. */
function* soundLines(bytes: Buffer, end: number, firstLine: number): Generator<TextLines> {
  if (bytes.length <= MAX_LINE_BYTES && isUtf8(bytes)) {
    if (bytes.length > 0) yield new TextLines(bytes, end);
    return;
  }
  for (let start = 0, line = firstLine; start < bytes.length; line++) {
    const next = bytes.indexOf(end, start) + 1;
    const one = bytes.subarray(start, next);
    requireShortLine(one.length, line);
    if (!isUtf8(one))
      throw new InvalidRequestError('FILE_DAMAGED', `Line ${line} is not text in UTF-8; what came before was read`);
    yield new TextLines(one, end);
    start = next;
  }
}

function requireShortLine(length: number, line: number): void {
  if (length > MAX_LINE_BYTES)
    throw new InvalidRequestError(
      'FILE_LINE_TOO_LONG',
      `Line ${line} is longer than ${MAX_LINE_BYTES} bytes: this is not a file of bars`,
    );
}
