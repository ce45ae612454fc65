import { backgroundTimer, startLoop } from '../../platform/waiting/index.ts';
import type { StreamedJob } from './stream-event.ts';

export interface JobSource<Job extends StreamedJob> {
  /** Jobs that wait or run, and the newest of those that ended. */
  latest(): Promise<readonly Job[]>;
  one(id: string): Promise<Job>;
  /** What is told of it, as text: a job of the same text is no news. */
  textOf(job: Job): string;
}

const POLL_MS = 1_000;

/** Looks each second whether a job has changed. @returns what ends it */
export function watchJobs<Job extends StreamedJob>(
  source: JobSource<Job>,
  onJob: (job: Job) => void,
  onError: (error: unknown) => void,
): () => void {
  /** By id, as text, as they stood last; `undefined` until they were looked at once. */
  let seen: ReadonlyMap<string, string> | undefined;
  let isOver = false;

  async function look(): Promise<void> {
    const jobs = await source.latest();
    const known = new Set(jobs.map(({ id }) => id));
    // One of an older order that has ended since is among neither.
    const gone = [...(seen?.keys() ?? [])].filter((id) => !known.has(id));
    const ended = await Promise.all(gone.map((id) => source.one(id)));
    if (isOver) return;
    for (const job of [...jobs, ...ended])
      if (seen !== undefined && seen.get(job.id) !== source.textOf(job)) onJob(job);
    seen = new Map(jobs.map((job) => [job.id, source.textOf(job)]));
  }

  const loop = startLoop(look, { restMs: POLL_MS, onError, timer: backgroundTimer });
  return () => {
    isOver = true;
    void loop.stop();
  };
}
