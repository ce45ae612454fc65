import { crc32 } from 'node:zlib';
import {
  decimalSum,
  FINAL,
  fixedStepMs,
  openTimeOfStep,
  stepAt,
  type BarColumns,
  type BarInterval,
  type Span,
} from '../market/index.ts';

/**
 * The bar that a chunk's bars add up to, and when they open: what a day, a week or a month is made of without reading
 * what its minutes were.
 */
export interface ChunkOutline {
  readonly count: number;
  readonly finalCount: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  /** `NaN` where that of one bar is unknown; `undefined` where volumes have no exact sum. */
  readonly volume: number | undefined;
  /** Likewise. */
  readonly trades: number | undefined;
  readonly turnover: number | undefined;
  /** That of the last bar; `NaN` where it is unknown. */
  readonly openInterest: number;
  /** Half-open ranges of openTimes that follow each other without a gap, UTC epoch ms, ascending. */
  readonly runs: readonly Span[];
}

/** Chunks with more gaps are read. */
const MOST_RUNS = 128;
const UNKNOWN = '-';
const INEXACT = '?';
/** What stands before a value that bars need not have, and that is left out where it is unknown. */
const MARKS = { trades: 'n', turnover: 'q', openInterest: 'i' } as const;
/** Of the steps of runs. */
const RADIX = 36;

/**
 * Text that stands in a chunk's document beside its bars, and in an index with its id. docs/reference/chunk-format.md
 * describes it.
 * @returns `undefined` for no bars, and for those with too many gaps
 */
export function outlineText(bars: BarColumns, interval: BarInterval): string | undefined {
  const { openTime, high, low, state } = bars;
  const count = openTime.length;
  if (count === 0) return undefined;
  const runs = runsText(openTime, interval);
  if (runs === undefined) return undefined;
  let [highest, lowest, finalCount] = [high[0], low[0], 0];
  for (let i = 0; i < count; i++) {
    if (high[i] > highest) highest = high[i];
    if (low[i] < lowest) lowest = low[i];
    if (state[i] === FINAL) finalCount++;
  }
  const prices = [bars.open[0], highest, lowest, bars.close[count - 1]].map(textOf);
  const told = [count, finalCount, ...prices, sumText(bars.volume), runs, ...optionalTexts(bars)].join(' ');
  return `${told} ${checksumOf(told)}`;
}

/** Undoes {@link outlineText}; `undefined` where there is none, or it is damaged. */
export function outlineOf(text: string | undefined, interval: BarInterval): ChunkOutline | undefined {
  const end = text?.lastIndexOf(' ') ?? -1;
  if (text === undefined || end < 0 || checksumOf(text.slice(0, end)) !== text.slice(end + 1)) return undefined;
  const [count, finalCount, open, high, low, close, volume, runs, ...optional] = text.slice(0, end).split(' ');
  const optionalOf = (mark: string): number | undefined =>
    sumOf(optional.find((told) => told.startsWith(mark))?.slice(1) ?? UNKNOWN);
  return {
    count: Number(count),
    finalCount: Number(finalCount),
    open: Number(open),
    high: Number(high),
    low: Number(low),
    close: Number(close),
    volume: sumOf(volume),
    trades: optionalOf(MARKS.trades),
    turnover: optionalOf(MARKS.turnover),
    openInterest: optionalOf(MARKS.openInterest) ?? NaN,
    runs: runsOf(runs, interval),
  };
}

/** The first step, then lengths of runs and of the gaps between them. */
function runsText(openTime: Float64Array, interval: BarInterval): string | undefined {
  const last = openTime.length - 1;
  const firstStep = stepAt(openTime[0], interval);
  // Without a gap, as bars usually are, the ends tell.
  if (stepAt(openTime[last], interval) - firstStep === last) return textOfSteps([firstStep, last + 1]);
  const numbers = [firstStep, 1];
  const stepMs = fixedStepMs(interval);
  for (let i = 1; i <= last; i++) {
    const ms = openTime[i] - openTime[i - 1];
    const steps =
      stepMs === undefined ? stepAt(openTime[i], interval) - stepAt(openTime[i - 1], interval) : ms / stepMs;
    if (steps === 1) numbers[numbers.length - 1]++;
    else numbers.push(steps - 1, 1);
    if (numbers.length > 2 * MOST_RUNS) return undefined;
  }
  return textOfSteps(numbers);
}

function textOfSteps(numbers: readonly number[]): string {
  return numbers.map((number) => number.toString(RADIX)).join(',');
}

function runsOf(text: string, interval: BarInterval): Span[] {
  const numbers = text.split(',').map((number) => parseInt(number, RADIX));
  const runs: Span[] = [];
  const stepMs = fixedStepMs(interval);
  const origin = openTimeOfStep(0, interval);
  const timeOf = (step: number): number =>
    stepMs === undefined ? openTimeOfStep(step, interval) : origin + step * stepMs;
  let step = 0;
  for (let i = 0; i < numbers.length; i += 2) {
    const first = step + numbers[i];
    step = first + numbers[i + 1];
    runs.push({ from: timeOf(first), to: timeOf(step) });
  }
  return runs;
}

function optionalTexts({ trades, turnover, openInterest }: BarColumns): string[] {
  const texts = [
    MARKS.trades + sumText(trades),
    MARKS.turnover + sumText(turnover),
    MARKS.openInterest + lastText(openInterest),
  ];
  return texts.filter((text) => !text.endsWith(UNKNOWN));
}

function sumText(values: Float64Array | undefined): string {
  if (values === undefined) return UNKNOWN;
  const sum = decimalSum(values, 0, values.length);
  if (sum !== undefined) return textOf(sum.whole / 10 ** sum.scale);
  return values.some(Number.isNaN) ? UNKNOWN : INEXACT;
}

function lastText(values: Float64Array | undefined): string {
  const last = values?.at(-1) ?? NaN;
  return Number.isNaN(last) ? UNKNOWN : textOf(last);
}

function sumOf(text: string): number | undefined {
  return text === INEXACT ? undefined : text === UNKNOWN ? NaN : Number(text);
}

function textOf(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

function checksumOf(text: string): string {
  return crc32(text).toString(RADIX);
}
