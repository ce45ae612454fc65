import type { Answer } from '../../client/index.ts';
import { grouped, shareText } from '../format/number.ts';

export type Job = Answer<'getJob'>;

const ENDED = new Set(['completed', 'incomplete', 'failed', 'cancelled']);

export function isEnded({ state }: Job): boolean {
  return ENDED.has(state);
}

/** What a sync is at, in words. */
export function jobText(job: Job): string {
  const { state, progress, error } = job;
  const name = `${job.instrumentId ?? ''} ${job.interval ?? ''}`;
  if (!('wanted' in progress)) return `${name}: ${state}`;
  const { wanted, fetched, empty, failed } = progress;
  const done = fetched + empty + failed;
  if (state === 'waiting')
    return error === null ? `${name}: waiting` : `${name}: waiting to try again. ${error.message}`;
  if (state === 'running') return `${name}: ${shareText(done, wanted)} of ${grouped(wanted)} bars asked for`;
  const got = `${name}: ${grouped(fetched)} ${fetched === 1 ? 'bar' : 'bars'} fetched, ${grouped(empty)} without trades`;
  if (state === 'completed') return got;
  if (state === 'cancelled') return `${got}, then cancelled`;
  const why = error?.message ?? job.failures[0]?.message ?? job.gaps[0]?.reason;
  return `${got}, ${grouped(failed)} failed${why === undefined ? '' : `: ${why}`}`;
}

/** How far a sync is: `max` is undefined while nobody knows. */
export function progressOf({ progress }: Job): { readonly value: number; readonly max: number | undefined } {
  if (!('wanted' in progress) || progress.wanted === 0) return { value: 0, max: undefined };
  const { wanted, fetched, empty, failed } = progress;
  return { value: Math.min(wanted, fetched + empty + failed), max: wanted };
}
