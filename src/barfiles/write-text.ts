import { BAR_STATES, type BarColumns, type BarField } from '../market/index.ts';
import { ByteText, labelOf } from './byte-text.ts';
import { concatLong, csvOfMany, jsonOfMany, type LongColumns } from './long-columns.ts';

/** What a file says besides its bars, as JSON. */
export interface FileFrame {
  /** Whether each bar says if a part of it is missing. */
  readonly marksPartial: boolean;
  /** What bars tell beside what every bar has; their columns are there. */
  readonly fields: readonly BarField[];
  /** Where bars are of many instruments: which, in the order of their codes. */
  readonly instruments?: readonly string[];
  readonly head: Readonly<Record<string, string | readonly string[] | null>>;
  /** What is known when the last bar was read. */
  end(): FrameEnd;
}

export interface FrameEnd {
  readonly completeness: object;
  readonly nextCursor: string | null;
  /** What else there is to say, of many series. */
  readonly [more: string]: object | string | null;
}

type Pieces = AsyncGenerator<Uint8Array>;
type Batches = AsyncIterable<LongColumns>;

/** Writes a bar at a place of the text and returns where it ended. */
type WriteBar = (columns: LongColumns, index: number, at: number) => number;

/** Bars written in one go, lest others wait. */
const BARS_A_PIECE = 8_192;
const BYTES_A_PIECE = 2 ** 19;
const BYTES_A_BAR = 140;
const MOST_BYTES_A_BAR = 1_536;

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
const JSON_QUOTE = labelOf('"');
const NEW_LINE = labelOf('\n');

const encoder = new TextEncoder();
const COLUMN_NAMES = ['openTime', 'open', 'high', 'low', 'close', 'volume', 'state'] as const;

/** Adds the bars of all batches to a text. What is in it at the end is left for more to be added. */
async function* inPieces(text: ByteText, batches: Batches | Iterable<LongColumns>, writeBar: WriteBar): Pieces {
  for await (const columns of batches) {
    const { length } = columns.openTime;
    const mostBytes = MOST_BYTES_A_BAR + longestOf(columns.providers);
    for (let start = 0; start < length; start += BARS_A_PIECE) {
      const end = Math.min(length, start + BARS_A_PIECE);
      text.reserve((end - start) * BYTES_A_BAR + mostBytes);
      for (let index = start; index < end; index++) {
        text.reserve(mostBytes);
        text.length = writeBar(columns, index, text.length);
      }
      if (text.length >= BYTES_A_PIECE) yield text.take();
    }
  }
}

const MOST_BYTES_A_LETTER = 3;

function longestOf(providers: readonly string[] = []): number {
  return providers.reduce((longest, { length }) => Math.max(longest, length * MOST_BYTES_A_LETTER), 0);
}

/** Writes one field of a bar. */
type WriteField = WriteBar;

/** Fields as CSV has them: after a comma, and empty where a bar has none. */
function csvField(text: ByteText, field: BarField): WriteField {
  if (field === 'provider') {
    const bytesOf = providerBytes((name) => name);
    return (columns, index, at) => text.encoded(bytesOf(columns, index), text.label(COMMA, at));
  }
  return (columns, index, start) => {
    const column = columns[field] ?? NOTHING_TOLD;
    const at = text.label(COMMA, start);
    if (!(index in column) || Number.isNaN(column[index])) return at;
    return field === 'observedAt' ? text.time(column, index, at) : text.number(column, index, at);
  };
}

/** Fields as JSON has them: after the others, and null where a bar has none. */
function jsonField(text: ByteText, field: BarField): WriteField {
  const name = labelOf(`,"${field}":`);
  if (field === 'provider') {
    const bytesOf = providerBytes((provider) => JSON.stringify(provider));
    return (columns, index, at) => text.encoded(bytesOf(columns, index), text.label(name, at));
  }
  return (columns, index, start) => {
    const column = columns[field] ?? NOTHING_TOLD;
    const at = text.label(name, start);
    if (!(index in column) || Number.isNaN(column[index])) return text.label(JSON_NULL, at);
    if (field !== 'observedAt') return text.number(column, index, at);
    return text.label(JSON_QUOTE, text.time(column, index, text.label(JSON_QUOTE, at)));
  };
}

/** What a provider's name is as bytes, each once for the bars of a batch. */
function providerBytes(write: (name: string) => string): (columns: BarColumns, index: number) => Uint8Array {
  let known: readonly string[] = [];
  let bytes: readonly Uint8Array[] = [];
  return ({ provider, providers = [] }, index) => {
    if (providers !== known) {
      known = providers;
      bytes = providers.map((name) => encoder.encode(write(name)));
    }
    return bytes[provider?.[index] ?? 0];
  };
}

/**
 * `openTime,open,high,low,close,volume,state`, `isPartial` of derived bars, and the fields that were asked for; what is
 * absent is empty.
 */
export async function* writeCsv(batches: Batches, { marksPartial, fields, instruments }: FileFrame): Pieces {
  const text = new ByteText();
  const names = [...COLUMN_NAMES, ...(marksPartial ? ['isPartial'] : []), ...fields];
  if (instruments !== undefined) text.append('instrumentId,');
  text.append(`${names.join(',')}\n`);
  const writeFields = fields.map((field) => csvField(text, field));
  const writeBar: WriteBar = (columns, index, start) => {
    const { openTime, open, high, low, close, volume, state, isPartial } = columns;
    let at = text.time(openTime, index, start);
    for (const prices of [open, high, low, close]) at = text.number(prices, index, text.label(COMMA, at));
    at = text.label(COMMA, at);
    if (!Number.isNaN(volume[index])) at = text.number(volume, index, at);
    at = text.label(CSV_STATES[state[index]], at);
    if (isPartial !== undefined) at = text.label(CSV_PARTIAL[isPartial[index]], at);
    for (const write of writeFields) at = write(columns, index, at);
    return text.label(NEW_LINE, at);
  };
  yield* inPieces(text, batches, csvOfMany(text, instruments, writeBar));
  yield text.take();
}

/** One JSON object a line. */
export async function* writeNdjson(batches: Batches, { fields, instruments }: FileFrame): Pieces {
  const text = new ByteText();
  const writeBar = jsonOfMany(text, instruments, jsonBar(text, fields));
  yield* inPieces(text, batches, (columns, index, at) => text.label(NEW_LINE, writeBar(columns, index, at)));
  yield text.take();
}

function jsonBar(text: ByteText, fields: readonly BarField[]): WriteBar {
  const writeFields = fields.map((field) => jsonField(text, field));
  return (columns, index, start) => {
    let at = writeJsonBar(text, columns, index, start);
    for (const write of writeFields) at = write(columns, index, at);
    return text.label(JSON_END, at);
  };
}

/** Without its end. */
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
  return at;
}

/** The answer of `GET /bars`: the head, `bars` as objects, then completeness and nextCursor. */
export async function* writeJson(batches: Batches, { fields, instruments, head, end }: FileFrame): Pieces {
  const text = new ByteText();
  const writeBar = jsonOfMany(text, instruments, jsonBar(text, fields));
  text.append(`${JSON.stringify(head).slice(0, -1)},"bars":[`);
  let isFirst = true;
  yield* inPieces(text, batches, (columns, index, start) => {
    const at = isFirst ? start : text.label(COMMA, start);
    isFirst = false;
    return writeBar(columns, index, at);
  });
  text.append(`],${endJson(end())}`);
  yield text.take();
}

/**
 * The same answer with `columns`: arrays of equal length; openTime in epoch ms, state as the index of its name,
 * isPartial of derived bars as 0 or 1, of the fields provider as the index of its name, and the instrument of many as the
 * index of its id.
 */
export async function* writeColumns(batches: Batches, frame: FileFrame): Pieces {
  const { head, marksPartial, fields, instruments, end } = frame;
  let parts: LongColumns[] = [];
  for await (const batch of batches) parts.push(batch);
  const namesProviders = fields.includes('provider');
  if (namesProviders && parts.length > 1) parts = [concatLong(parts)]; // so that all have the same list
  const text = new ByteText();
  text.append(`${JSON.stringify(head).slice(0, -1)},"columns":{`);
  const names = [
    ...(instruments === undefined ? [] : (['instrument'] as const)),
    ...COLUMN_NAMES,
    ...(marksPartial ? (['isPartial'] as const) : []),
    ...fields,
  ];
  for (const [place, name] of names.entries()) {
    text.append(`${place === 0 ? '' : ','}"${name}":[`);
    let isFirst = true;
    yield* inPieces(text, parts, (columns, index, start) => {
      const at = isFirst ? start : text.label(COMMA, start);
      isFirst = false;
      const column = columns[name] ?? NOTHING_TOLD;
      return Number.isNaN(column[index]) ? text.label(JSON_NULL, at) : text.number(column, index, at);
    });
    text.append(']');
  }
  const providers = namesProviders ? `,"providers":${JSON.stringify(parts[0]?.providers ?? [])}` : '';
  const ofMany = instruments === undefined ? '' : `,"instruments":${JSON.stringify(instruments)}`;
  text.append(`},"states":${JSON.stringify(BAR_STATES)}${providers}${ofMany},${endJson(end())}`);
  yield text.take();
}

const NOTHING_TOLD = new Float64Array(0);

function endJson(end: FrameEnd): string {
  return `${JSON.stringify(end).slice(1)}\n`;
}
