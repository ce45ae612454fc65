import type { Answer } from '../../client/index.ts';
import type { Tone } from '../parts/told.tsx';

/** A job as `GET /jobs` tells of it. */
export type Job = Answer<'getJob'>;
export type SyncProgress = Exclude<Job['progress'], { readonly rows: number }>;

export const JOB_STATES = ['running', 'waiting', 'completed', 'incomplete', 'failed', 'cancelled'] as const;
export type JobState = (typeof JOB_STATES)[number];

export const isJobState = (text: string | undefined): text is JobState => JOB_STATES.some((state) => state === text);

export const isUnderWay = ({ state }: Job): boolean => state === 'running' || state === 'waiting';

const STATES: Readonly<Record<JobState, { readonly text: string; readonly tone: Tone }>> = {
  running: { text: 'Running', tone: 'plain' },
  waiting: { text: 'Queued', tone: 'plain' },
  completed: { text: 'Completed', tone: 'good' },
  incomplete: { text: 'Incomplete', tone: 'warn' },
  failed: { text: 'Failed', tone: 'bad' },
  cancelled: { text: 'Cancelled', tone: 'plain' },
};

export const stateWord = (state: JobState): string => STATES[state].text;

/** How a job is doing, in a word. One that waits after a failure is not in the queue: it tries again later. */
export function stateOf({ state, error }: Job): { readonly text: string; readonly tone: Tone } {
  if (state === 'waiting' && error !== null) return { text: 'Tries again', tone: 'warn' };
  return isJobState(state) ? STATES[state] : { text: state, tone: 'plain' };
}
