import { BAR_STATES, type BarColumns } from '../market/index.ts';
import { ByteText, labelOf } from './byte-text.ts';

/** What a file says besides its bars, as JSON. */
export interface FileFrame {
  /** Whether each bar says if a part of it is missing. */
  readonly marksPartial: boolean;
  readonly head: Readonly<Record<string, string | readonly string[] | null>>;
  /** What is known when the last bar was read. */
  end(): FrameEnd;
}

export interface FrameEnd {
  readonly completeness: object;
  readonly nextCursor: string | null;
}

type Pieces = AsyncGenerator<Uint8Array>;
type Batches = AsyncIterable<BarColumns>;

/** Writes a bar at a place of the text and returns where it ended. */
type WriteBar = (columns: BarColumns, index: number, at: number) => number;

/** Bars written in one go, lest others wait. */
const BARS_A_PIECE = 8_192;
const BYTES_A_PIECE = 2 ** 19;
const BYTES_A_BAR = 140;
const MOST_BYTES_A_BAR = 512;

const CSV_STATES = BAR_STATES.map((state) => labelOf(`,${state}`));
const CSV_PARTIAL = [labelOf(',false'), labelOf(',true')];
const COMMA = labelOf(',');
const JSON_OPEN_TIME = labelOf('{"openTime":"');
const JSON_OPEN = labelOf('","open":');
const JSON_HIGH = labelOf(',"high":');
const JSON_LOW = labelOf(',"low":');
const JSON_CLOSE = labelOf(',"close":');
const JSON_VOLUME = labelOf(',"volume":');
const JSON_NULL = labelOf('null');
const JSON_STATES = BAR_STATES.map((state) => labelOf(`,"state":"${state}"`));
const JSON_PARTIAL = [labelOf(',"isPartial":false'), labelOf(',"isPartial":true')];
const JSON_END = labelOf('}');
const NEW_LINE = labelOf('\n');

/** Adds the bars of all batches to a text. What is in it at the end is left for more to be added. */
async function* inPieces(text: ByteText, batches: Batches | Iterable<BarColumns>, writeBar: WriteBar): Pieces {
  for await (const columns of batches) {
    const { length } = columns.openTime;
    for (let start = 0; start < length; start += BARS_A_PIECE) {
      const end = Math.min(length, start + BARS_A_PIECE);
      text.reserve((end - start) * BYTES_A_BAR + MOST_BYTES_A_BAR);
      for (let index = start; index < end; index++) {
        text.reserve(MOST_BYTES_A_BAR);
        text.length = writeBar(columns, index, text.length);
      }
      if (text.length >= BYTES_A_PIECE) yield text.take();
    }
  }
}

/** `openTime,open,high,low,close,volume,state`, and `isPartial` of derived bars; an absent volume is empty. */
export async function* writeCsv(batches: Batches, { marksPartial }: FileFrame): Pieces {
  const text = new ByteText();
  text.append(`openTime,open,high,low,close,volume,state${marksPartial ? ',isPartial' : ''}\n`);
  yield* inPieces(text, batches, ({ openTime, open, high, low, close, volume, state, isPartial }, index, start) => {
    let at = text.time(openTime, index, start);
    for (const prices of [open, high, low, close]) at = text.number(prices, index, text.label(COMMA, at));
    at = text.label(COMMA, at);
    if (!Number.isNaN(volume[index])) at = text.number(volume, index, at);
    at = text.label(CSV_STATES[state[index]], at);
    if (isPartial !== undefined) at = text.label(CSV_PARTIAL[isPartial[index]], at);
    return text.label(NEW_LINE, at);
  });
  yield text.take();
}

/** One JSON object a line. */
export async function* writeNdjson(batches: Batches): Pieces {
  const text = new ByteText();
  yield* inPieces(text, batches, (columns, index, at) => text.label(NEW_LINE, writeJsonBar(text, columns, index, at)));
  yield text.take();
}

function writeJsonBar(text: ByteText, columns: BarColumns, index: number, start: number): number {
  const { openTime, open, high, low, close, volume, state, isPartial } = columns;
  let at = text.time(openTime, index, text.label(JSON_OPEN_TIME, start));
  at = text.number(open, index, text.label(JSON_OPEN, at));
  at = text.number(high, index, text.label(JSON_HIGH, at));
  at = text.number(low, index, text.label(JSON_LOW, at));
  at = text.number(close, index, text.label(JSON_CLOSE, at));
  at = text.label(JSON_VOLUME, at);
  at = Number.isNaN(volume[index]) ? text.label(JSON_NULL, at) : text.number(volume, index, at);
  at = text.label(JSON_STATES[state[index]], at);
  if (isPartial !== undefined) at = text.label(JSON_PARTIAL[isPartial[index]], at);
  return text.label(JSON_END, at);
}

/** The answer of `GET /bars`: the head, `bars` as objects, then completeness and nextCursor. */
export async function* writeJson(batches: Batches, { head, end }: FileFrame): Pieces {
  const text = new ByteText();
  text.append(`${JSON.stringify(head).slice(0, -1)},"bars":[`);
  let isFirst = true;
  yield* inPieces(text, batches, (columns, index, start) => {
    const at = isFirst ? start : text.label(COMMA, start);
    isFirst = false;
    return writeJsonBar(text, columns, index, at);
  });
  text.append(`],${endJson(end())}`);
  yield text.take();
}

const COLUMN_NAMES = ['openTime', 'open', 'high', 'low', 'close', 'volume', 'state'] as const;

/**
 * The same answer with `columns`: arrays of equal length; openTime in epoch ms, state as the index of its name,
 * isPartial of derived bars as 0 or 1.
 */
export async function* writeColumns(batches: Batches, { head, marksPartial, end }: FileFrame): Pieces {
  const parts: BarColumns[] = [];
  for await (const batch of batches) parts.push(batch);
  const text = new ByteText();
  text.append(`${JSON.stringify(head).slice(0, -1)},"columns":{`);
  const names = marksPartial ? [...COLUMN_NAMES, 'isPartial' as const] : COLUMN_NAMES;
  for (const [place, name] of names.entries()) {
    text.append(`${place === 0 ? '' : ','}"${name}":[`);
    let isFirst = true;
    yield* inPieces(text, parts, (columns, index, start) => {
      const at = isFirst ? start : text.label(COMMA, start);
      isFirst = false;
      const column = columns[name] ?? NONE_PARTIAL;
      return Number.isNaN(column[index]) ? text.label(JSON_NULL, at) : text.number(column, index, at);
    });
    text.append(']');
  }
  text.append(`},"states":${JSON.stringify(BAR_STATES)},${endJson(end())}`);
  yield text.take();
}

const NONE_PARTIAL = new Uint8Array(0);

function endJson(end: FrameEnd): string {
  return `${JSON.stringify(end).slice(1)}\n`;
}
