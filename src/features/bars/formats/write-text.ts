import { BAR_STATES, type BarColumns } from '../../../market/index.ts';
import { completenessJson, headJson } from '../bars-json.ts';
import type { AnswerEnd, AnswerHead } from '../reading/open-answer.ts';
import { ByteText, PRICE, VOLUME } from './byte-text.ts';

/** What a file says besides its bars; `end` is known when the last bar was read. */
export interface AnswerFrame {
  readonly head: AnswerHead;
  end(): AnswerEnd;
}

type Pieces = AsyncGenerator<Uint8Array>;
type Batches = AsyncIterable<BarColumns>;

/** Bars written in one go, lest others wait. */
const BARS_A_PIECE = 8_192;
const BYTES_A_BAR = 140;

/** Shared by all answers: a piece is written without a pause and then copied out. */
const text = new ByteText(BARS_A_PIECE * BYTES_A_BAR);

const ascii = (value: string): Uint8Array => new TextEncoder().encode(value);
const CSV_HEADER = ascii('openTime,open,high,low,close,volume,state\n');
const CSV_STATES = BAR_STATES.map((state) => ascii(`,${state}\n`));
const COMMA = ascii(',');
const JSON_OPEN_TIME = ascii('{"openTime":"');
const JSON_OPEN = ascii('","open":');
const JSON_HIGH = ascii(',"high":');
const JSON_LOW = ascii(',"low":');
const JSON_CLOSE = ascii(',"close":');
const JSON_VOLUME = ascii(',"volume":');
const JSON_NULL = ascii('null');
const JSON_STATES = BAR_STATES.map((state) => ascii(`,"state":"${state}"}`));
const NEW_LINE = ascii('\n');

/** Runs over batches in pieces, in each of which all bars are written before others get their turn. */
async function* inPieces(batches: Batches, write: (columns: BarColumns, index: number) => void): Pieces {
  for await (const columns of batches) {
    for (let start = 0; start < columns.openTime.length; start += BARS_A_PIECE) {
      const end = Math.min(columns.openTime.length, start + BARS_A_PIECE);
      for (let index = start; index < end; index++) write(columns, index);
      yield text.take();
    }
  }
}

/** `openTime,open,high,low,close,volume,state`; an absent volume is empty. */
export async function* writeCsv(batches: Batches): Pieces {
  yield CSV_HEADER;
  yield* inPieces(batches, ({ openTime, open, high, low, close, volume, state }, index) => {
    text.time(openTime[index]);
    for (const prices of [open, high, low, close]) {
      text.raw(COMMA);
      text.number(prices[index], PRICE);
    }
    text.raw(COMMA);
    if (!Number.isNaN(volume[index])) text.number(volume[index], VOLUME);
    text.raw(CSV_STATES[state[index]]);
  });
}

/** One JSON object a line. */
export async function* writeNdjson(batches: Batches): Pieces {
  yield* inPieces(batches, (columns, index) => {
    writeJsonBar(columns, index);
    text.raw(NEW_LINE);
  });
}

function writeJsonBar({ openTime, open, high, low, close, volume, state }: BarColumns, index: number): void {
  text.raw(JSON_OPEN_TIME);
  text.time(openTime[index]);
  text.raw(JSON_OPEN);
  text.number(open[index], PRICE);
  text.raw(JSON_HIGH);
  text.number(high[index], PRICE);
  text.raw(JSON_LOW);
  text.number(low[index], PRICE);
  text.raw(JSON_CLOSE);
  text.number(close[index], PRICE);
  text.raw(JSON_VOLUME);
  if (Number.isNaN(volume[index])) text.raw(JSON_NULL);
  else text.number(volume[index], VOLUME);
  text.raw(JSON_STATES[state[index]]);
}

/** The answer of `GET /bars`: the head, `bars` as objects, then completeness and nextCursor. */
export async function* writeJson(batches: Batches, { head, end }: AnswerFrame): Pieces {
  yield ascii(`${JSON.stringify(headJson(head)).slice(0, -1)},"bars":[`);
  let isFirst = true;
  yield* inPieces(batches, (columns, index) => {
    if (!isFirst) text.raw(COMMA);
    isFirst = false;
    writeJsonBar(columns, index);
  });
  yield ascii(`],${endJson(end())}`);
}

/** The same answer with `columns`: arrays of equal length; openTime in epoch ms, state as the index of its name. */
export async function* writeColumns(batches: Batches, { head, end }: AnswerFrame): Pieces {
  const parts: BarColumns[] = [];
  for await (const batch of batches) parts.push(batch);
  yield ascii(`${JSON.stringify(headJson(head)).slice(0, -1)},"columns":{`);
  for (const [place, name] of (['openTime', 'open', 'high', 'low', 'close', 'volume', 'state'] as const).entries()) {
    yield ascii(`${place === 0 ? '' : ','}"${name}":[`);
    let isFirst = true;
    async function* replay(): AsyncGenerator<BarColumns> {
      yield* parts;
    }
    yield* inPieces(replay(), (columns, index) => {
      if (!isFirst) text.raw(COMMA);
      isFirst = false;
      const value = columns[name][index];
      if (Number.isNaN(value)) text.raw(JSON_NULL);
      else text.number(value, name === 'volume' ? VOLUME : PRICE);
    });
    yield ascii(']');
  }
  yield ascii(`},"states":${JSON.stringify(BAR_STATES)},${endJson(end())}`);
}

function endJson({ completeness, nextCursor }: AnswerEnd): string {
  const end = { completeness: completenessJson(completeness), nextCursor: nextCursor ?? null };
  return `${JSON.stringify(end).slice(1)}\n`;
}
