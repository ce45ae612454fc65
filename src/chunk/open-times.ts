import { fixedStepMs, isAligned, openTimeOfStep, stepAt, type BarInterval } from '../market/index.ts';
import type { BlockSink } from './block-sink.ts';
import { ChunkFormatError } from './bytes.ts';
import { scratchColumn } from './scratch-columns.ts';
import { allRows, type ChunkSource } from './source.ts';
import { stepsOf, type ChunkWindow } from './window.ts';

/** Writes ascending openTimes as steps from the window's start; steps that differ by the same cost nothing. */
export function writeOpenTimes(
  openTime: Float64Array,
  interval: BarInterval,
  window: ChunkWindow,
  sink: BlockSink,
): void {
  const { head } = sink;
  const count = openTime.length;
  const largest = stepsOf(window, interval) - 1;
  if (isOneRun(openTime, interval, window)) {
    head.varint((openTime[0] - firstOpenTime(interval, window)) / (fixedStepMs(interval) ?? 1));
    head.varint(count === 1 ? 0 : 1);
    return sink.noWholes();
  }
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
  sink.wholes(gaps, count - 1);
}

/** Whether bars of the window follow each other without a gap, as they usually do: all that is to be known of them. */
function isOneRun(openTime: Float64Array, interval: BarInterval, window: ChunkWindow): boolean {
  const stepMs = fixedStepMs(interval);
  if (stepMs === undefined) return false;
  const count = openTime.length;
  const first = openTime[0];
  const from = firstOpenTime(interval, window);
  if (!(first >= from && Number.isInteger((first - from) / stepMs))) return false;
  for (let i = 1; i < count; i++) if (openTime[i] !== first + i * stepMs) return false;
  return stepAt(openTime[count - 1], interval) - stepAt(window.from, interval) < stepsOf(window, interval);
}

function firstOpenTime(interval: BarInterval, window: ChunkWindow): number {
  return openTimeOfStep(stepAt(window.from, interval), interval);
}

/** Steps from the window's start; no whole number where a bar is off the grid. */
function countSteps(openTime: Float64Array, interval: BarInterval, window: ChunkWindow, steps: Float64Array): void {
  const stepMs = fixedStepMs(interval);
  const firstStep = stepAt(window.from, interval);
  const from = firstOpenTime(interval, window);
  for (let i = 0; i < openTime.length; i++)
    if (stepMs !== undefined) steps[i] = (openTime[i] - from) / stepMs;
    else steps[i] = isAligned(openTime[i], interval) ? stepAt(openTime[i], interval) - firstStep : NaN;
}

/**
 * Undoes {@link writeOpenTimes}: into `openTime` from place `at` on.
 * @throws ChunkFormatError if a bar would be outside the window
 */
export function readOpenTimes(
  openTime: Float64Array,
  at: number,
  count: number,
  interval: BarInterval,
  window: ChunkWindow,
  source: ChunkSource,
): void {
  const largest = stepsOf(window, interval) - 1;
  const first = source.head.count(largest);
  const smallest = source.head.count(largest);
  const gaps = scratchColumn(0, count);
  source.wholes(gaps, 0, allRows(count - 1));
  const firstStep = stepAt(window.from, interval);
  const stepMs = fixedStepMs(interval);
  let step = first;
  if (stepMs === undefined)
    for (let i = 0; i < count; i++) {
      openTime[at + i] = openTimeOfStep(firstStep + step, interval);
      if (i + 1 < count) step += smallest + gaps[i];
    }
  else {
    const from = openTimeOfStep(firstStep, interval);
    let time = from + step * stepMs;
    openTime[at] = time;
    for (let i = 1; i < count; i++) {
      time += (smallest + gaps[i - 1]) * stepMs;
      openTime[at + i] = time;
    }
    step = (time - from) / stepMs;
  }
  if (step > largest) throw new ChunkFormatError('A bar is outside the window of its chunk');
}
