import { useEffect, useRef, useState } from 'preact/hooks';
import { client } from '../client.ts';
import { useAnswer } from '../use-answer.ts';
import { useFollow } from '../use-follow.ts';
import { isUnderWay, type Job, type JobState } from './job.ts';
import { reachedBy, withSample, type Sample } from './job-pace.ts';
import { jobsOf } from './known-jobs.ts';

const PAGE = 50;
const MOST = 1_000;

export interface Jobs {
  /** The newest first; `undefined` until the server has told. */
  readonly jobs: readonly Job[] | undefined;
  readonly error: unknown;
  /** Why the job that is to be opened cannot be shown. */
  readonly linkError: unknown;
  readonly reload: () => void;
  /** Takes in what the server has told of jobs by other ways. */
  readonly hear: (...jobs: readonly Job[]) => void;
  readonly samplesOf: (id: string) => readonly Sample[];
  readonly hasOlder: boolean;
  readonly loadOlder: () => Promise<void>;
}

/** What was loaded behind the newest ones that were told. */
interface Older {
  readonly told: Told | undefined;
  readonly jobs: readonly Job[];
  readonly nextCursor: string | null;
}

/** All jobs that wait or run, and the newest of those that ended, as they are now: they move with the stream. */
export function useJobs(state: JobState | undefined, openId: string | undefined): Jobs {
  // What was heard since the last question: it may be newer than the answer.
  const heard = useRef(new Map<string, Job>());
  const samples = useRef(new Map<string, readonly Sample[]>());
  const [, setMoves] = useState(0);
  const [loaded, setOlder] = useState<Older>();
  const shown = useRef({ state, count: PAGE });
  if (shown.current.state !== state) shown.current = { state, count: PAGE };
  const { value, error, reload } = useAnswer(
    (signal) => {
      heard.current.clear();
      return askJobs(state, Math.min(shown.current.count, MOST), signal);
    },
    [state],
  );
  const older = loaded?.told === value ? loaded : undefined;

  function hear(...jobs: readonly Job[]): void {
    for (const job of jobs) {
      heard.current.set(job.id, job);
      takeSample(samples.current, job);
    }
    setMoves((count) => count + 1);
  }
  useFollow(['jobs'], (event) => {
    if (event.type === 'job') hear(event.job);
    // What has changed before was not told.
    if (event.type === 'subscribed') reload();
  });
  useEffect(() => value?.underWay.forEach((job) => takeSample(samples.current, job)), [value]);

  const listed = value && jobsOf(value.newest, older?.jobs ?? [], value.underWay, [...heard.current.values()]);
  const isListed = listed?.some(({ id }) => id === openId);
  // What a link leads to may be older than what is listed.
  const linked = useAnswer(
    openId === undefined || isListed ? undefined : (signal) => client.getJob({ id: openId }, { signal }),
    [openId],
  );
  const opened = isListed || linked.value?.id !== openId ? undefined : linked.value;

  const { nextCursor: cursor = null } = older ?? value ?? {};
  async function loadOlder(): Promise<void> {
    if (cursor === null) return;
    const { jobs, nextCursor } = await client.getJobs({ state, limit: PAGE, cursor });
    shown.current.count += jobs.length;
    setOlder({ told: value, jobs: [...(older?.jobs ?? []), ...jobs], nextCursor });
  }

  return {
    jobs: listed && (opened === undefined ? listed : jobsOf(listed, [opened])),
    error,
    linkError: openId === undefined || isListed ? undefined : linked.error,
    reload,
    hear,
    samplesOf: (id) => samples.current.get(id) ?? [],
    hasOlder: cursor !== null,
    loadOlder,
  };
}

interface Told {
  readonly underWay: readonly Job[];
  readonly newest: readonly Job[];
  readonly nextCursor: string | null;
}

async function askJobs(state: JobState | undefined, limit: number, signal: AbortSignal): Promise<Told> {
  const ask = (input: Parameters<typeof client.getJobs>[0]) => client.getJobs(input, { signal });
  const [running, waiting, newest] = await Promise.all([
    ask({ state: 'running', limit: MOST }),
    ask({ state: 'waiting', limit: MOST }),
    ask({ state, limit }),
  ]);
  return { underWay: [...waiting.jobs, ...running.jobs], newest: newest.jobs, nextCursor: newest.nextCursor };
}

function takeSample(samples: Map<string, readonly Sample[]>, job: Job): void {
  if (!isUnderWay(job)) {
    samples.delete(job.id);
    return;
  }
  if (job.state !== 'running') return;
  const { done, bars } = reachedBy(job);
  samples.set(job.id, withSample(samples.get(job.id) ?? [], { at: performance.now(), done, bars }));
}
