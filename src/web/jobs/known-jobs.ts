import { isUnderWay, type Job, type JobState } from './job.ts';

/** Newer ones first, each once; of two accounts of a job the later list has the word. */
export function jobsOf(...lists: readonly (readonly Job[])[]): readonly Job[] {
  const byId = new Map(lists.flat().map((job) => [job.id, job]));
  return [...byId.values()].toSorted((a, b) => b.createdAt.localeCompare(a.createdAt) || b.id.localeCompare(a.id));
}

export interface Grouped {
  /** Those that were ordered first, first; they are worked on in this order. */
  readonly running: readonly Job[];
  readonly queued: readonly Job[];
  readonly past: readonly Job[];
}

/** Those of one state, or all of them, by what becomes of them. */
export function groupedJobs(jobs: readonly Job[], state: JobState | undefined): Grouped {
  const shown = state === undefined ? jobs : jobs.filter((job) => job.state === state);
  return {
    running: shown.filter((job) => job.state === 'running').toReversed(),
    queued: shown.filter((job) => job.state === 'waiting').toReversed(),
    past: shown.filter((job) => !isUnderWay(job)),
  };
}
