import { fixedStepMs, isAligned, openTimeOfStep, stepAt, type BarInterval } from '../market/index.ts';
import type { WordReader, WordWriter } from './bit-blocks.ts';
import { type ByteReader, type ByteWriter, ChunkFormatError } from './bytes.ts';
import { scratchColumn } from './scratch-columns.ts';
import { readWholes, writeWholes } from './whole-columns.ts';
import { stepsOf, type ChunkWindow } from './window.ts';

/** Writes ascending openTimes as steps from the window's start; steps that differ by the same cost nothing. */
export function writeOpenTimes(
  openTime: Float64Array,
  interval: BarInterval,
  window: ChunkWindow,
  head: ByteWriter,
  body: WordWriter,
): void {
  const count = openTime.length;
  const largest = stepsOf(window, interval) - 1;
  const gaps = scratchColumn(0, count);
  countSteps(openTime, interval, window, gaps);
  let previous = 0;
  let smallest = Infinity;
  for (let i = 0; i < count; i++) {
    const step = gaps[i];
    if (!(step >= 0 && step <= largest && Number.isInteger(step)))
      throw new RangeError(`No ${interval} bar of chunk ${window.key} opens at ${openTime[i]}`);
    if (step < previous) throw new RangeError(`Bars are not in ascending order at ${openTime[i]}`);
    gaps[i] = step - previous;
    if (i > 0 && gaps[i] < smallest) smallest = gaps[i];
    previous = step;
  }
  if (count === 1) smallest = 0;
  head.varint(gaps[0]);
  head.varint(smallest);
  for (let i = 1; i < count; i++) gaps[i - 1] = gaps[i] - smallest;
  writeWholes(gaps, count - 1, head, body);
}

/** Steps from the window's start; no whole number where a bar is off the grid. */
function countSteps(openTime: Float64Array, interval: BarInterval, window: ChunkWindow, steps: Float64Array): void {
  const stepMs = fixedStepMs(interval);
  const firstStep = stepAt(window.from, interval);
  const from = openTimeOfStep(firstStep, interval);
  for (let i = 0; i < openTime.length; i++)
    if (stepMs !== undefined) steps[i] = (openTime[i] - from) / stepMs;
    else steps[i] = isAligned(openTime[i], interval) ? stepAt(openTime[i], interval) - firstStep : NaN;
}

/** Undoes {@link writeOpenTimes}. @throws ChunkFormatError if a bar would lie outside the window */
export function readOpenTimes(
  openTime: Float64Array,
  interval: BarInterval,
  window: ChunkWindow,
  head: ByteReader,
  body: WordReader,
): void {
  const count = openTime.length;
  const largest = stepsOf(window, interval) - 1;
  const first = head.count(largest);
  const smallest = head.count(largest);
  const gaps = scratchColumn(0, count);
  readWholes(gaps, count - 1, head, body);
  const stepMs = fixedStepMs(interval);
  const firstStep = stepAt(window.from, interval);
  const last =
    stepMs === undefined
      ? readMonths(openTime, firstStep, first, smallest, gaps)
      : readFixedSteps(openTime, openTimeOfStep(firstStep, interval), stepMs, first, smallest, gaps);
  if (last > largest) throw new ChunkFormatError('A bar is outside the window of its chunk');
}

/** @returns the step of the last bar, counted from the window's start */
function readFixedSteps(
  openTime: Float64Array,
  from: number,
  stepMs: number,
  first: number,
  smallest: number,
  gaps: Float64Array,
): number {
  let step = first;
  openTime[0] = from + first * stepMs;
  for (let i = 1; i < openTime.length; i++) {
    step += smallest + gaps[i - 1];
    openTime[i] = from + step * stepMs;
  }
  return step;
}

function readMonths(
  openTime: Float64Array,
  firstStep: number,
  first: number,
  smallest: number,
  gaps: Float64Array,
): number {
  let step = first;
  openTime[0] = openTimeOfStep(firstStep + step, '1M');
  for (let i = 1; i < openTime.length; i++) {
    step += smallest + gaps[i - 1];
    openTime[i] = openTimeOfStep(firstStep + step, '1M');
  }
  return step;
}
