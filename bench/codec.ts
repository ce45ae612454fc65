import { readFileSync } from 'node:fs';
import {
  chunkWindow,
  decodeBars,
  decodeBarsInto,
  encodeBars,
  newObservedColumns,
  type ChunkWindow,
  type ObservedColumns,
} from '../src/chunk/index.ts';
import {
  closeTimeOf,
  columnsOfRows,
  copyColumns,
  DAY_MS,
  FINAL,
  newBarColumns,
  PRICE_COLUMNS,
  sliceColumns,
  type BarColumns,
} from '../src/market/index.ts';
import { median } from './measure.ts';

const DATA = new URL('../../shared/data/', import.meta.url);
const BTC = 'COINBASE_BTCUSD_1m';
const BARS = 1_000_000;
const ROUNDS = 7;
const FIRST_DAY = Date.UTC(2020, 0, 1);
const IMPORTED_AT = Date.UTC(2024, 2, 1, 9, 30);

export interface CodecFigures {
  readonly name: string;
  readonly bars: number;
  readonly chunks: number;
  readonly bytesPerBar: number;
  /** Million bars a second on one core, the median of several rounds. */
  readonly encode: number;
  /** All that a chunk holds, into new columns. */
  readonly decode: number;
  /** What a range read needs, into columns that are there already. */
  readonly decodeInto: number;
}

interface Day {
  readonly window: ChunkWindow;
  readonly columns: ObservedColumns;
}

/** Encodes and decodes real minutes, repeated to a million bars of consecutive days, as they are. */
export function measureImported(): CodecFigures {
  return measure(BTC, consecutiveDays(recordedDays(BTC)));
}

/** The same of several series, at their worst as well. */
function measureCodec(): CodecFigures[] {
  return [BTC, 'NASDAQ_AAPL_1m'].flatMap((file) => {
    const imported = consecutiveDays(recordedDays(file));
    return [
      measure(`${file}, one import`, imported),
      measure(`${file}, built live`, imported.map(builtLive)),
      measure(`${file}, no decimals`, imported.map(withoutDecimals)),
    ];
  });
}

function recordedDays(file: string): BarColumns[] {
  const [, ...lines] = readFileSync(new URL(`${file}.csv`, DATA), 'utf8')
    .trimEnd()
    .split('\n');
  const rows = lines.map((line) => {
    const [openTime, ...values] = line.split(',');
    const [open, high, low, close, volume] = values.map(Number);
    return { openTime, open, high, low, close, volume };
  });
  const { columns } = columnsOfRows(rows, FINAL);
  const days: BarColumns[] = [];
  for (let start = 0; start < columns.openTime.length;) {
    const { to } = chunkWindow(columns.openTime[start], '1m');
    let end = start;
    while (end < columns.openTime.length && columns.openTime[end] < to) end++;
    days.push(sliceColumns(columns, start, end));
    start = end;
  }
  return days;
}

/** The recorded days over and over, each on the day after the one before. */
function consecutiveDays(recorded: readonly BarColumns[]): Day[] {
  const days: Day[] = [];
  for (let bars = 0; bars < BARS;) {
    const source = recorded[days.length % recorded.length];
    const window = chunkWindow(FIRST_DAY + days.length * DAY_MS, '1m');
    const shift = window.from - chunkWindow(source.openTime[0], '1m').from;
    const columns = newObservedColumns(source.openTime.length, ['csv']);
    copyColumns(source, columns, 0);
    columns.openTime.forEach((time, i) => (columns.openTime[i] = time + shift));
    columns.observedAt.fill(IMPORTED_AT);
    columns.finalAt.fill(IMPORTED_AT);
    days.push({ window, columns });
    bars += source.openTime.length;
  }
  return days;
}

/** Each bar observed by itself, up to two seconds after it closed. */
function builtLive({ window, columns }: Day): Day {
  const observedAt = columns.openTime.map((time, i) => closeTimeOf(time, '1m') + ((i * 7_919) % 2_000));
  return { window, columns: { ...columns, observedAt, finalAt: observedAt } };
}

/** Prices and volumes as after an adjustment: no decimal scale fits them. */
function withoutDecimals({ window, columns }: Day): Day {
  const adjusted = { ...columns, volume: columns.volume.map((value) => value / 7) };
  for (const name of PRICE_COLUMNS) adjusted[name] = columns[name].map((value) => value / 7);
  return { window, columns: adjusted };
}

function measure(name: string, days: readonly Day[]): CodecFigures {
  const bars = days.reduce((sum, { columns }) => sum + columns.openTime.length, 0);
  const chunks = days.map(({ columns, window }) => encodeBars(columns, '1m', window));
  const bytes = chunks.reduce((sum, { length }) => sum + length, 0);
  const target = newBarColumns(bars);
  const millionsPerSecond = (run: () => void): number => bars / medianMs(run) / 1_000;
  return {
    name,
    bars,
    chunks: chunks.length,
    bytesPerBar: bytes / bars,
    encode: millionsPerSecond(() => days.forEach(({ columns, window }) => encodeBars(columns, '1m', window))),
    decode: millionsPerSecond(() => days.forEach(({ window }, i) => decodeBars(chunks[i], '1m', window))),
    decodeInto: millionsPerSecond(() => {
      let offset = 0;
      for (const [i, { window }] of days.entries()) offset += decodeBarsInto(chunks[i], '1m', window, target, offset);
    }),
  };
}

function medianMs(run: () => void): number {
  run();
  return median(
    Array.from({ length: ROUNDS }, () => {
      const start = performance.now();
      run();
      return performance.now() - start;
    }),
  );
}

if (import.meta.main)
  console.table(
    Object.fromEntries(
      measureCodec().map(({ name, bytesPerBar, encode, decode, decodeInto }) => [
        name,
        {
          'B/bar': Number(bytesPerBar.toFixed(2)),
          'encode M/s': Number(encode.toFixed(1)),
          'decode M/s': Number(decode.toFixed(1)),
          'decode into place M/s': Number(decodeInto.toFixed(1)),
        },
      ]),
    ),
  );
