import type { Job } from './job.ts';

/** How far a job is: `done` of `all` in bars, bytes or files; `all` is unknown while undefined. */
export interface Reached {
  readonly unit: 'bars' | 'bytes' | 'files';
  readonly done: number;
  readonly all: number | undefined;
  /** Bars that came so far, or rows of a file. */
  readonly bars: number;
}

/** How far a job was, at a moment of a monotonic clock in ms. */
export interface Sample extends Pick<Reached, 'done' | 'bars'> {
  readonly at: number;
}

export interface Pace {
  readonly barsPerSecond: number;
  /** `undefined` while nothing moves, or the end is not known. */
  readonly leftMs: number | undefined;
}

const LOOK_BACK_MS = 10_000;
const LEAST_SPAN_MS = 500;

export function reachedBy({ progress }: Job): Reached {
  if (!('rows' in progress)) {
    const { wanted, fetched } = progress;
    return { unit: 'bars', done: Math.min(fetched, wanted), all: wanted > 0 ? wanted : undefined, bars: fetched };
  }
  const { rows, bytesRead, bytesTotal, files, filesTotal } = progress;
  if (filesTotal !== undefined) return { unit: 'files', done: files ?? 0, all: filesTotal, bars: rows };
  return { unit: 'bytes', done: bytesRead ?? 0, all: bytesTotal, bars: rows };
}

/** Keeps what is needed to tell the pace of the last seconds: the samples of that time, and the last one before. */
export function withSample(samples: readonly Sample[], sample: Sample): readonly Sample[] {
  const since = sample.at - LOOK_BACK_MS;
  const last = samples.at(-1);
  // A job that began again counts anew.
  if (last !== undefined && (sample.bars < last.bars || sample.done < last.done)) return [sample];
  const lastBefore = samples.findLastIndex(({ at }) => at <= since);
  return [...samples.slice(Math.max(0, lastBefore)), sample];
}

/** The pace over the last seconds; `undefined` until there is one. */
export function paceOf(samples: readonly Sample[], all: number | undefined, now: number): Pace | undefined {
  const last = samples.at(-1);
  const since = now - LOOK_BACK_MS;
  const first = samples.findLast(({ at }) => at <= since) ?? samples.at(0);
  if (
    first === undefined ||
    last === undefined ||
    now - first.at < LEAST_SPAN_MS ||
    (first === last && now - first.at < LOOK_BACK_MS)
  )
    return undefined;
  const seconds = (now - Math.max(first.at, since)) / 1_000;
  const donePerSecond = (last.done - first.done) / seconds;
  const left = all === undefined || donePerSecond <= 0 ? undefined : (1_000 * (all - last.done)) / donePerSecond;
  return { barsPerSecond: (last.bars - first.bars) / seconds, leftMs: left };
}
