import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { isDuplicateKey, outlastFailover, type Collection, type Database, type Filter } from '../database/index.ts';
import { asPocketQuantError, ConflictError, NotFoundError, ProviderError, StoreError } from '../errors/index.ts';
import { asSeen, LeaseWatch, type LeaseMark } from '../lease/index.ts';
import { startLoop, within, type Loop } from '../waiting/index.ts';
import {
  isEnded,
  JOB_LEASE_MS,
  JobCancelledError,
  JobLostError,
  jobOf,
  type Job,
  type JobDocument,
  type JobEnd,
  type JobHandler,
} from './job.ts';

export interface JobOrder<Input, Progress> {
  readonly kind: string;
  readonly input: Input;
  /** Where it starts to count. */
  readonly progress: Progress;
  /** A job with the same key that waits or runs is answered instead of a second one. */
  readonly key: string;
  readonly priority?: number;
  readonly runAfter?: number;
}

/** Runs jobs that are kept in the database; several processes share the work, and none of it is done twice at once. */
export interface JobScheduler {
  /** Names the work of a kind of jobs; before `start`. */
  handle<Input, Progress>(kind: string, handler: JobHandler<Input, Progress>): void;
  /** Writes a job down. */
  enqueue<Input, Progress>(order: JobOrder<Input, Progress>): Promise<Job>;
  /** Writes down a job that this process works on from its first moment, as it has what the work needs. */
  startHere<Input, Progress>(order: Omit<JobOrder<Input, Progress>, 'runAfter'>): Promise<Job>;
  /** Takes jobs up as they come, until `stop`. */
  start(): void;
  /** Works on one job here and now, if it may be started; answers when the attempt is over. */
  run(id: string, signal: AbortSignal): Promise<Job>;
  /** The same again and again, until the job has ended, here or elsewhere, or the signal stops it. */
  runToEnd(id: string, signal: AbortSignal): Promise<Job>;
  /** Answers when the job has ended, whoever works on it, or when the signal or `stop` ends the wait. */
  waitFor(id: string, signal: AbortSignal): Promise<Job>;
  get(id: string): Promise<Job>;
  /** @throws ConflictError `JOB_ENDED` */
  cancel(id: string): Promise<Job>;
  /** Makes a job that ended wait again. @throws ConflictError `JOB_NOT_ENDED` */
  retry(id: string): Promise<Job>;
  /** Lets what runs finish for up to `SHUTDOWN_MS`, then hands it back. */
  stop(): Promise<void>;
}

export interface JobSchedulerOptions {
  /** UTC epoch ms. */
  readonly clock: () => number;
  /** A monotonic clock in ms. */
  readonly elapsed: () => number;
  /** Jobs that one process works on at a time. */
  readonly concurrency: number;
  /** Hears of trouble with the database; it is tried again. */
  readonly onError: (error: unknown) => void;
}

const HEARTBEAT_MS = JOB_LEASE_MS / 3;
const POLL_MS = 500;
const MOST_FAILURES = 8;
const FIRST_BACKOFF_MS = 2_000;
const LONGEST_BACKOFF_MS = 15 * 60_000;
const ENQUEUE_ATTEMPTS = 10;
const SHUTDOWN_MS = 3_000;
/** Waits that were written down by a clock that is this far ahead of ours are not believed. */
const BELIEVED_AHEAD_MS = 60_000;
const REVIEW_MS = 30_000;

export async function createJobScheduler(database: Database, options: JobSchedulerOptions): Promise<JobScheduler> {
  const { clock, elapsed, concurrency, onError } = options;
  const jobs: Collection<JobDocument> = database.collection('jobs');
  await jobs.createIndexes([
    { key: { activeKey: 1 }, name: 'activeKey', unique: true, sparse: true },
    { key: { state: 1, priority: 1, runAfter: 1 }, name: 'state_priority_runAfter' },
    { key: { createdAt: 1 }, name: 'createdAt' },
    { key: { state: 1, createdAt: 1 }, name: 'state_createdAt' },
  ]);
  const holder = randomUUID();
  const watch = new LeaseWatch(JOB_LEASE_MS, elapsed);
  const handlers = new Map<string, JobHandler<unknown, unknown>>();
  const working = new Set<Promise<unknown>>();
  const pausing = new AbortController();
  const ending = new AbortController();
  let reviewedAt = -Infinity;
  let loop: Loop | undefined;

  async function find(id: string): Promise<JobDocument> {
    const job = await jobs.findOne({ _id: id });
    if (job === null) throw new NotFoundError('JOB_NOT_FOUND', `There is no job ${id}`);
    return job;
  }

  const get = async (id: string): Promise<Job> => jobOf(await find(id));

  function waitingJob<Input, Progress>(order: JobOrder<Input, Progress>): JobDocument {
    const { kind, input, progress, key, priority = 0, runAfter } = order;
    const now = clock();
    return {
      _id: randomUUID(),
      kind,
      input,
      state: 'waiting',
      progress,
      key,
      activeKey: key,
      priority,
      runAfter: runAfter ?? now,
      queuedAt: now,
      attempts: 0,
      failures: 0,
      token: 0,
      createdAt: now,
    };
  }

  /** Takes a job over, if it may be started now or its holder fell silent; only reads where there is none. */
  async function claim(filter: { readonly _id?: string }): Promise<JobDocument | undefined> {
    const now = clock();
    const found = (await findAbandoned(filter)) ?? (await findDue(filter, now));
    if (found === undefined) return undefined;
    const claimed = await jobs.findOneAndUpdate(
      { _id: found._id, state: found.state, token: found.token, ...asSeen(found) },
      {
        $set: { state: 'running', holder, leaseUntil: now + JOB_LEASE_MS, startedAt: now },
        $inc: { token: 1, attempts: 1, beat: 1 },
      },
      { returnDocument: 'after' },
    );
    if (claimed === null) return claim(filter); // another process was faster
    watch.isOver(claimed._id, markOf(claimed)); // from now on
    return claimed;
  }

  async function findAbandoned(filter: { readonly _id?: string }): Promise<JobDocument | undefined> {
    const readAt = elapsed();
    const running = await jobs
      .find({ ...filter, state: 'running' }, { projection: LEASE, sort: { priority: 1, runAfter: 1 } })
      .toArray();
    if (filter._id === undefined)
      watch.keepOnly(
        running.map(({ _id }) => _id),
        readAt,
      );
    const abandoned = running.filter((job) => watch.isOver(job._id, markOf(job))); // each is looked at
    return abandoned.at(0);
  }

  async function findDue(filter: { readonly _id?: string }, now: number): Promise<JobDocument | undefined> {
    const due = { ...filter, state: 'waiting', runAfter: { $lte: now } } as const;
    const [first] = await jobs.find(due, { projection: LEASE, sort: { priority: 1, runAfter: 1 }, limit: 1 }).toArray();
    return first;
  }

  /** Jobs that were made to wait at a moment that is yet to come, as a clock was wrong, wait no longer. */
  async function reviewWaits(filter: { readonly _id?: string }): Promise<void> {
    const now = clock();
    const ahead = { $gt: now + BELIEVED_AHEAD_MS };
    const doubtful: Filter<JobDocument> = {
      ...filter,
      state: 'waiting',
      runAfter: { $gt: now },
      $or: [{ queuedAt: ahead }, { queuedAt: { $exists: false }, createdAt: ahead }],
    };
    if ((await jobs.findOne(doubtful, { projection: LEASE })) === null) return;
    await jobs.updateMany(doubtful, { $set: { runAfter: now, queuedAt: now } });
  }

  async function work(job: JobDocument, signal: AbortSignal): Promise<void> {
    const mine = { _id: job._id, token: job.token };
    const stop = new AbortController();
    const heart = setInterval(() => void beat().catch(unlessLost), HEARTBEAT_MS);
    let progress = job.progress;

    /** Keeps the lease; learns that the job was taken over or cancelled. */
    async function beat(changes: object = {}): Promise<void> {
      const kept = await jobs.findOneAndUpdate(
        { ...mine, state: 'running' },
        { $set: { ...changes, leaseUntil: clock() + JOB_LEASE_MS }, $inc: { beat: 1 } },
        { returnDocument: 'after' },
      );
      if (kept === null || kept.isCancelWanted === true) {
        const lost =
          kept === null
            ? new JobLostError(`Job ${job._id} was taken over`)
            : new JobCancelledError(`Job ${job._id} was cancelled`);
        stop.abort(lost);
        throw lost;
      }
    }

    async function settle(changes: Partial<JobDocument>, gone: Readonly<Record<string, ''>> = {}): Promise<void> {
      const isOver = changes.state !== undefined && isEnded(changes.state);
      await jobs.updateOne(mine, {
        $set: { ...changes, progress, ...(isOver ? { endedAt: clock() } : {}) },
        $unset: { ...gone, holder: '', leaseUntil: '', ...(isOver ? { activeKey: '' } : {}) },
      });
    }

    try {
      if (job.isCancelWanted === true) throw new JobLostError(`Job ${job._id} was cancelled`);
      const handler = handlers.get(job.kind);
      if (handler === undefined) throw new Error(`Nobody here knows how to do jobs of kind ${job.kind}`);
      const end: JobEnd<unknown> = await handler(job.input, {
        progress,
        signal: AbortSignal.any([stop.signal, ending.signal]),
        pausing: AbortSignal.any([signal, pausing.signal]),
        async report(reached) {
          progress = reached;
          await beat({ progress });
        },
      });
      ({ progress } = end);
      await settle({ state: end.state }, { error: '' });
    } catch (thrown) {
      await settle(await afterFailure(job, thrown, signal));
    } finally {
      clearInterval(heart);
    }
  }

  /** Whoever works on the job hears of its loss by the signal. */
  function unlessLost(error: unknown): void {
    if (!(error instanceof JobLostError)) onError(error);
  }

  /** What becomes of a job whose work threw. */
  async function afterFailure(job: JobDocument, thrown: unknown, signal: AbortSignal): Promise<Partial<JobDocument>> {
    const { isCancelWanted } = await find(job._id);
    if (isCancelWanted === true) return { state: 'cancelled' };
    // Handed back: who takes it up goes on where it was.
    if (pausing.signal.aborted || signal.aborted) return waitingUntil(clock());
    const { code, message } = asPocketQuantError(thrown);
    const mayPass =
      thrown instanceof ProviderError ? thrown.isRetryable : thrown instanceof StoreError || code === 'WRITE_CONFLICT';
    const failures = job.failures + 1;
    if (!mayPass || failures >= MOST_FAILURES) return { state: 'failed', failures, error: { code, message } };
    const wanted = thrown instanceof ProviderError ? (thrown.retryAfterSeconds ?? 0) * 1_000 : 0;
    const again = waitingUntil(clock() + Math.max(wanted, backoffMs(failures)));
    return { ...again, failures, error: { code, message } };
  }

  function waitingUntil(runAfter: number) {
    return { state: 'waiting', runAfter, queuedAt: clock() } as const;
  }

  async function run(id: string, signal: AbortSignal): Promise<Job> {
    await reviewWaits({ _id: id });
    const job = await claim({ _id: id });
    if (job !== undefined) await track(work(job, signal));
    return get(id);
  }

  function track<T>(task: Promise<T>): Promise<T> {
    working.add(task);
    const leave = (): void => {
      working.delete(task);
      loop?.wake(); // there is a place for another
    };
    void task.then(leave, leave);
    return task;
  }

  /** Also finds what other processes wrote. */
  async function takeUpJobs(): Promise<void> {
    if (elapsed() - reviewedAt >= REVIEW_MS) {
      await reviewWaits({});
      reviewedAt = elapsed();
    }
    while (!pausing.signal.aborted && working.size < concurrency) {
      const job = await claim({});
      if (job === undefined) return;
      void track(work(job, pausing.signal)).catch(onError);
    }
  }

  return {
    handle: (kind, handler) => void handlers.set(kind, handler as JobHandler<unknown, unknown>),
    async enqueue(order) {
      const job = waitingJob(order);
      const { key } = order;
      for (let attempt = 1; attempt <= ENQUEUE_ATTEMPTS; attempt++) {
        try {
          await outlastFailover(() => jobs.insertOne(job));
          loop?.wake();
          return jobOf(job);
        } catch (error) {
          if (!isDuplicateKey(error)) throw error;
        }
        const other = await jobs.findOne({ activeKey: key });
        if (other !== null) return jobOf(other); // may be this one, where the answer to its insert was lost
        await delay(Math.random() * 20 * attempt); // it has just ended, or is not yet confirmed
      }
      throw new ConflictError('WRITE_CONFLICT', `Jobs for the same work kept starting and ending: ${key}; try again`);
    },
    async startHere(order) {
      const now = clock();
      const started = { state: 'running', holder, leaseUntil: now + JOB_LEASE_MS, startedAt: now } as const;
      const job: JobDocument = { ...waitingJob(order), ...started, token: 1, attempts: 1, beat: 1 };
      await outlastFailover(() => jobs.insertOne(job)).catch((error: unknown) => {
        if (!isDuplicateKey(error)) throw error; // this one, where the answer to its insert was lost
      });
      void track(work(job, pausing.signal)).catch(onError);
      return jobOf(job);
    },
    start() {
      loop ??= startLoop(takeUpJobs, { restMs: POLL_MS, onError });
    },
    run,
    async runToEnd(id, signal) {
      for (;;) {
        const job = await run(id, signal);
        if (isEnded(job.state) || signal.aborted) return job;
        await delay(POLL_MS, undefined, { signal }).catch(() => undefined); // until another try, or another process ends it
      }
    },
    async waitFor(id, signal) {
      const either = AbortSignal.any([signal, pausing.signal]);
      for (;;) {
        const job = await get(id);
        if (isEnded(job.state) || either.aborted) return job;
        await delay(POLL_MS / 5, undefined, { signal: either }).catch(() => undefined);
      }
    },
    get,
    async cancel(id) {
      const { state } = await get(id);
      if (isEnded(state)) throw new ConflictError('JOB_ENDED', `Job ${id} has ended: ${state}`);
      // First the wish: whoever starts the job, or hands it back, between the two writes sees it.
      await jobs.updateOne({ _id: id, activeKey: { $exists: true } }, { $set: { isCancelWanted: true } });
      await jobs.updateOne(
        { _id: id, state: 'waiting' },
        { $set: { state: 'cancelled', endedAt: clock() }, $unset: { activeKey: '' } },
      );
      return get(id);
    },
    async retry(id) {
      const { state, key } = await find(id);
      if (!isEnded(state)) throw new ConflictError('JOB_NOT_ENDED', `Job ${id} has not ended: ${state}`);
      try {
        await jobs.updateOne(
          { _id: id, state },
          {
            $set: { ...waitingUntil(clock()), attempts: 0, failures: 0, activeKey: key },
            $unset: { endedAt: '', error: '', isCancelWanted: '' },
          },
        );
      } catch (error) {
        if (!isDuplicateKey(error)) throw error;
        throw new ConflictError('JOB_NOT_ENDED', `Another job does the same work: ${key}`, { cause: error });
      }
      loop?.wake();
      return get(id);
    },
    async stop() {
      pausing.abort(new JobLostError('The process ends'));
      const stopped = loop?.stop();
      await within({ limitMs: SHUTDOWN_MS }, () => Promise.allSettled(working)).catch(() => undefined);
      ending.abort(new JobLostError('The process ends'));
      await stopped;
      await Promise.allSettled(working);
    },
  };
}

/** What tells whether a job may be taken. */
const LEASE = { state: 1, token: 1, holder: 1, beat: 1, leaseUntil: 1 } as const;

const markOf = ({ holder, beat, leaseUntil }: JobDocument): LeaseMark => ({ holder, beat, until: leaseUntil });

/** Twice as long after each failure, and never for all at the same moment. */
function backoffMs(failures: number): number {
  const longest = Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** (failures - 1));
  return longest * (0.5 + Math.random() / 2);
}
