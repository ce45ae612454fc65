import type { BlockSink } from './block-sink.ts';
import { ChunkFormatError } from './bytes.ts';
import { commonScale, MAX_SCALE, powerOfTen, wholeOf } from './decimals.ts';
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

/** So many amounts tell which smaller scale is worth it. */
const SAMPLE = 64;
const BITS_PER_DIGIT = Math.log2(10);
/** Of the bits that round amounts have less, that are saved where others are in the same block. */
const SAVED_SHARE = 0.6;

/** Writes volumes or other amounts; `NaN` is an absent one. */
export function writeAmounts(amounts: Float64Array, sink: BlockSink): void {
  const { head } = sink;
  const count = amounts.length;
  let absent = 0;
  let smallest = 0;
  for (let i = 0; i < count; i++) {
    const amount = amounts[i];
    if (Number.isNaN(amount)) absent++;
    else if (amount < smallest) smallest = amount;
  }
  if (absent === count) return head.byte(ALL_ABSENT);
  const present = absent === 0 ? amounts : amounts.filter((amount) => !Number.isNaN(amount));
  const scale = smallest < 0 ? undefined : commonScale(present, count - absent, 0);
  if (scale === undefined) {
    head.byte(RAW);
    return sink.doubles(amounts, count);
  }
  const smaller = absent === 0 ? smallerScale(amounts, scale) : undefined;
  if (smaller !== undefined) return writeTwoScales(amounts, scale, smaller, sink);
  head.byte(absent === 0 ? ALL_PRESENT : SOME_ABSENT);
  head.byte(scale);
  const power = powerOfTen(scale);
  if (absent === 0) return sink.scaled(amounts, power);
  const wholes = scratchColumn(0, count);
  for (let i = 0; i < count; i++) wholes[i] = Number.isNaN(amounts[i]) ? 0 : Math.round(amounts[i] * power) + 1;
  sink.wholes(wholes, count);
}

/** A scale that so many amounts of a sample fit that it is worth a bit of each to tell which do. */
function smallerScale(amounts: Float64Array, scale: number): number | undefined {
  const sampled = Math.min(SAMPLE, amounts.length);
  const fitting = Array.from({ length: scale }, () => 0);
  for (let i = 0; i < sampled; i++) {
    const amount = amounts[Math.floor((i * amounts.length) / sampled)];
    for (let tried = scale - 1; tried >= 0 && !Number.isNaN(wholeOf(amount, powerOfTen(tried))); tried--)
      fitting[tried]++;
  }
  let best: number | undefined;
  // Bits a value; less is not worth the time.
  let most = 1;
  for (const [tried, count] of fitting.entries()) {
    const saved = (count / sampled) * (scale - tried) * BITS_PER_DIGIT * SAVED_SHARE - 1;
    if (saved <= most) continue;
    most = saved;
    best = tried;
  }
  return best;
}

function writeTwoScales(amounts: Float64Array, scale: number, smaller: number, sink: BlockSink): void {
  const [power, smallerPower] = [powerOfTen(scale), powerOfTen(smaller)];
  const codes = scratchColumn(0, amounts.length);
  for (let i = 0; i < amounts.length; i++) {
    const whole = wholeOf(amounts[i], smallerPower);
    codes[i] = Number.isNaN(whole) ? 2 * Math.round(amounts[i] * power) + 1 : 2 * whole;
  }
  sink.head.byte(TWO_SCALES);
  sink.head.byte(scale);
  sink.head.byte(smaller);
  sink.wholes(codes, amounts.length);
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
    const powers = [powerOfTen(source.head.count(MAX_SCALE)), power];
    source.wholes(amounts, at, rows);
    for (let i = at; i < to; i++) {
      const whole = Math.floor(amounts[i] / 2);
      amounts[i] = whole / powers[amounts[i] - 2 * whole];
    }
  } else throw new ChunkFormatError(`Unknown kind of amounts ${kind}`);
}
