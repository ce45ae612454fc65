import type { BlockSink } from './block-sink.ts';
import { ChunkFormatError } from './bytes.ts';
import { commonScale, MAX_SCALE, powerOfTen, wholeOf } from './decimals.ts';
import { kernel } from './kernel/index.ts';
import { scratchColumn } from './scratch-columns.ts';
import type { ChunkSource, Rows } from './source.ts';

const ALL_ABSENT = 0;
/** Whole numbers at a decimal scale, which follows. */
const ALL_PRESENT = 1;
/** The same plus 1; 0 where the amount is absent. */
const SOME_ABSENT = 2;
/** Doubles, `NaN` where the amount is absent. */
const RAW = 3;
/**
 * After the scale a smaller one; then numbers at the smaller one, doubled, or at the other, doubled and 1 more: many
 * trades are of round sizes.
 */
const TWO_SCALES = 4;

/** So many amounts tell which scales are tried first. */
const SAMPLE = 64;
const BITS_PER_DIGIT = Math.log2(10);
/** Of the bits that round amounts have less, that are saved where others are in the same block. */
const SAVED_SHARE = 0.6;

const sampled = new Float64Array(SAMPLE);

/** Writes volumes or other amounts; `NaN` is an absent one. */
export function writeAmounts(amounts: Float64Array, sink: BlockSink): void {
  const { head } = sink;
  const count = amounts.length;
  const sample = sampleOf(amounts);
  const guessed = commonScale(sample, sample.length, 0);
  if (guessed !== undefined && writeAtScale(amounts, guessed, sample, sink)) return;
  const absent = amounts.reduce((sum, amount) => sum + (Number.isNaN(amount) ? 1 : 0), 0);
  if (absent === count) return head.byte(ALL_ABSENT);
  const present = absent === 0 ? amounts : amounts.filter((amount) => !Number.isNaN(amount));
  const isNegative = present.some((amount) => amount < 0);
  const scale = isNegative ? undefined : commonScale(present, count - absent, 0);
  if (scale !== undefined && absent === 0 && writeAtScale(amounts, scale, sample, sink)) return;
  if (scale === undefined || absent === 0) {
    head.byte(RAW);
    return sink.doubles(amounts, count);
  }
  head.byte(SOME_ABSENT);
  head.byte(scale);
  const power = powerOfTen(scale);
  const wholes = scratchColumn(0, count);
  for (let i = 0; i < count; i++) wholes[i] = Number.isNaN(amounts[i]) ? 0 : Math.round(amounts[i] * power) + 1;
  sink.wholes(wholes, count);
}

function sampleOf(amounts: Float64Array): Float64Array {
  const size = Math.min(SAMPLE, amounts.length);
  for (let i = 0; i < size; i++) sampled[i] = amounts[Math.floor((i * amounts.length) / size)];
  return sampled.subarray(0, size);
}

/** @returns whether all are whole at the scale; if not, nothing is written */
function writeAtScale(amounts: Float64Array, scale: number, sample: Float64Array, sink: BlockSink): boolean {
  const { head } = sink;
  const mark = sink.mark();
  const power = powerOfTen(scale);
  const smaller = smallerScale(sample, scale);
  head.byte(smaller === undefined ? ALL_PRESENT : TWO_SCALES);
  head.byte(scale);
  if (smaller === undefined) {
    if (sink.amounts(amounts, (size, at) => kernel.splitAmounts(size, power, at))) return true;
  } else {
    head.byte(smaller);
    const smallerPower = powerOfTen(smaller);
    if (sink.amounts(amounts, (size, at) => kernel.splitTwoScales(size, power, smallerPower, at))) return true;
  }
  sink.rewind(mark);
  return false;
}

/** A scale that so many amounts of a sample fit that it is worth a bit of each to tell which do. */
function smallerScale(sample: Float64Array, scale: number): number | undefined {
  const fitting = Array.from({ length: scale }, () => 0);
  for (const amount of sample)
    for (let tried = scale - 1; tried >= 0 && !Number.isNaN(wholeOf(amount, powerOfTen(tried))); tried--)
      fitting[tried]++;
  let best: number | undefined;
  // Bits a value; less is not worth the time.
  let most = 1;
  for (const [tried, count] of fitting.entries()) {
    const saved = (count / sample.length) * (scale - tried) * BITS_PER_DIGIT * SAVED_SHARE - 1;
    if (saved <= most) continue;
    most = saved;
    best = tried;
  }
  return best;
}

/** Undoes {@link writeAmounts}: into `amounts` from place `at` on. */
export function readAmounts(amounts: Float64Array, at: number, rows: Rows, source: ChunkSource): void {
  const to = at + rows.end - rows.start;
  const kind = source.head.byte();
  if (kind === ALL_ABSENT) amounts.fill(NaN, at, to);
  else if (kind === RAW) source.doubles(amounts, at, rows);
  else if (kind === ALL_PRESENT) source.scaled(amounts, at, rows, powerOfTen(source.head.count(MAX_SCALE)));
  else if (kind === SOME_ABSENT) {
    const power = powerOfTen(source.head.count(MAX_SCALE));
    source.wholes(amounts, at, rows);
    for (let i = at; i < to; i++) amounts[i] = amounts[i] === 0 ? NaN : (amounts[i] - 1) / power;
  } else if (kind === TWO_SCALES) {
    const power = powerOfTen(source.head.count(MAX_SCALE));
    source.twoScales(amounts, at, rows, power, powerOfTen(source.head.count(MAX_SCALE)));
  } else throw new ChunkFormatError(`Unknown kind of amounts ${kind}`);
}
