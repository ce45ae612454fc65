import { isUtf8 } from 'node:buffer';
import { InvalidRequestError } from '../../platform/errors/index.ts';
import { damaged } from '../bytes/damaged.ts';

const MOST_ELEMENT_BYTES = 1_048_576;
const QUOTE = 34;
const COMMA = 44;
const BACKSLASH = 92;
const OPEN_LIST = 91;
const CLOSE_LIST = 93;
const OPEN_OBJECT = 123;
const CLOSE_OBJECT = 125;

/** Finds where the elements of a JSON list end, and looks at each byte once. */
export class ElementBorders {
  private depth = 0;
  private isInText = false;
  private isEscaped = false;
  /** Where the outermost value ended: the place after it. */
  end: number | undefined;

  /** The last comma between elements among the bytes from `from` on, or the end of the list; -1 where there is none. */
  last(bytes: Uint8Array, from: number): number {
    let border = -1;
    for (let at = from; at < bytes.length && this.end === undefined; at++)
      if (this.isBorder(bytes[at])) {
        border = at;
        if (this.depth === 0) this.end = at + 1;
      }
    return border;
  }

  isBorder(byte: number): boolean {
    if (this.isInText) {
      if (this.isEscaped) this.isEscaped = false;
      else if (byte === BACKSLASH) this.isEscaped = true;
      else if (byte === QUOTE) this.isInText = false;
      return false;
    }
    if (byte === QUOTE) this.isInText = true;
    else if (byte === OPEN_LIST || byte === OPEN_OBJECT) this.depth++;
    else if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) return --this.depth === 0;
    else return byte === COMMA && this.depth === 1;
    return false;
  }
}

/** Some elements of a list, and for each that is no JSON its text. */
export interface Elements {
  readonly values: readonly unknown[];
  readonly broken: ReadonlyMap<number, string>;
  readonly bytes: number;
}

/**
 * The elements of a file that is one JSON list, many at a time: never more of it is in memory.
 * @param pieces text in UTF-8 that begins with `[`
 * @throws InvalidRequestError `FILE_DAMAGED`, `FILE_LINE_TOO_LONG`, after the elements that were good
 */
export async function* listElements(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Elements> {
  const borders = new ElementBorders();
  let rest: Buffer = Buffer.alloc(0);
  let isOpened = false;
  for await (const piece of pieces) {
    if (borders.end !== undefined) {
      requireBlank(piece);
      continue;
    }
    const bytes =
      rest.length === 0 ? Buffer.from(piece.buffer, piece.byteOffset, piece.length) : Buffer.concat([rest, piece]);
    const border = borders.last(bytes, rest.length);
    const start = isOpened ? 0 : bytes.indexOf(OPEN_LIST) + 1;
    if (border >= 0) {
      isOpened = true;
      yield elementsOf(bytes.subarray(start, border));
      if (borders.end !== undefined) requireBlank(bytes.subarray(borders.end));
    }
    rest = border < 0 ? bytes : bytes.subarray(border + 1);
    if (rest.length > MOST_ELEMENT_BYTES && borders.end === undefined)
      throw new InvalidRequestError(
        'FILE_LINE_TOO_LONG',
        `An element of the JSON list is longer than ${MOST_ELEMENT_BYTES} bytes: this is not a file of bars`,
      );
  }
  if (borders.end === undefined) throw damaged('The JSON is', 'its list has no end');
}

function requireBlank(bytes: Uint8Array): void {
  if (Buffer.from(bytes).toString('latin1').trim() !== '') throw damaged('The JSON is', 'something follows its list');
}

function elementsOf(bytes: Buffer): Elements {
  if (!isUtf8(bytes)) throw damaged('The JSON is', 'it is not text in UTF-8');
  const text = bytes.toString();
  const broken = new Map<number, string>();
  try {
    return { values: JSON.parse(`[${text}]`) as unknown[], broken, bytes: bytes.length };
  } catch {
    const values = cutElements(bytes).map((element, index) => {
      try {
        return JSON.parse(element) as unknown;
      } catch {
        broken.set(index, element);
        return undefined;
      }
    });
    return { values, broken, bytes: bytes.length };
  }
}

/** Elements one by one, so that those around a broken one are good. */
function cutElements(bytes: Buffer): string[] {
  const borders = new ElementBorders();
  borders.isBorder(OPEN_LIST);
  const elements: string[] = [];
  let start = 0;
  for (let at = 0; at < bytes.length; at++)
    if (borders.isBorder(bytes[at])) {
      elements.push(bytes.toString('utf8', start, at));
      start = at + 1;
    }
  elements.push(bytes.toString('utf8', start));
  return elements;
}
