import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** One line of the table. */
export interface BenchRow {
  readonly what: string;
  readonly ours: string;
  readonly against: string;
  /** The figure that the target speaks of. */
  readonly figure: number;
  readonly target: string;
  readonly reached: boolean;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/** Milliseconds of one run. */
export async function timed(work: () => unknown): Promise<number> {
  const startedAt = performance.now();
  await work();
  return performance.now() - startedAt;
}

/** Runs two in turn, so that a change of the machine's speed meets both; medians after a warm-up, in ms. */
export async function inTurn(
  runs: number,
  first: (run: number) => unknown,
  second: (run: number) => unknown,
  afterEach: () => unknown = () => undefined,
): Promise<readonly [number, number]> {
  const times: [number[], number[]] = [[], []];
  for (let run = 0; run <= runs; run++) {
    const pair = [await timed(() => first(run))];
    await afterEach();
    pair.push(await timed(() => second(run)));
    await afterEach();
    if (run > 0) for (const side of [0, 1]) times[side].push(pair[side]);
  }
  return [median(times[0]), median(times[1])];
}

/** Median milliseconds of several runs after a warm-up. */
export async function medianOf(runs: number, work: () => unknown): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) times.push(await timed(work));
  return median(times.slice(1));
}

/** Does the work in a folder that is gone afterwards. */
export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'pocketquant-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export function atLeast(
  what: string,
  figure: number,
  target: number,
  ours: string,
  against: string,
  unit = 'x',
): BenchRow {
  return { what, ours, against, figure, target: `>= ${target}${unit}`, reached: figure >= target };
}

export function atMost(
  what: string,
  figure: number,
  target: number,
  unit: string,
  ours: string,
  against: string,
): BenchRow {
  return { what, ours, against, figure, target: `<= ${target}${unit}`, reached: figure <= target };
}

/** `3.71 M bars/s` */
export function rate(bars: number, ms: number): string {
  const perSecond = bars / (ms / 1_000);
  return perSecond >= 1e6 ? `${(perSecond / 1e6).toFixed(2)} M bars/s` : `${(perSecond / 1e3).toFixed(1)} k bars/s`;
}
