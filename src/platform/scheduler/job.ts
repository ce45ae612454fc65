import { isLikelyHeld } from '../lease/index.ts';

/** How far a job is; only the last four are ends. */
export type JobState = 'waiting' | 'running' | 'completed' | 'incomplete' | 'failed' | 'cancelled';

export const JOB_STATES: readonly JobState[] = ['waiting', 'running', 'completed', 'incomplete', 'failed', 'cancelled'];

export const isEnded = (state: JobState): boolean => state !== 'waiting' && state !== 'running';

/** Work that lives in the database until it is done, whatever happens to the process that does it. */
export interface Job<Input = unknown, Progress = unknown> {
  readonly id: string;
  readonly kind: string;
  readonly input: Input;
  readonly state: JobState;
  /** What the work has counted so far; kept over retries and restarts. */
  readonly progress: Progress;
  /** UTC epoch ms; not to be started before. */
  readonly runAfter: number;
  /** How often it was started. */
  readonly attempts: number;
  /** Why the last attempt failed. */
  readonly error?: { readonly code: string; readonly message: string } | undefined;
  /** UTC epoch ms, as the two below. */
  readonly createdAt: number;
  readonly startedAt?: number | undefined;
  readonly endedAt?: number | undefined;
}

/** A job as it is stored. */
export interface JobDocument<Input = unknown, Progress = unknown> extends Omit<Job<Input, Progress>, 'id'> {
  readonly _id: string;
  /** What the work is about. */
  readonly key: string;
  /** The same until the end: at most one job with a key waits or runs. */
  readonly activeKey?: string;
  /** Smaller goes first. */
  readonly priority: number;
  /** When it was last made to wait, UTC epoch ms; absent in jobs of earlier releases. */
  readonly queuedAt?: number;
  /** How many of the attempts failed; a crash, or a process that hands the job back, is no failure. */
  readonly failures: number;
  /** Rises with every start: who holds an older one has lost the job. */
  readonly token: number;
  /** Who works on it; how often its lease was renewed, and until when it lasts by the holder's clock. */
  readonly holder?: string;
  readonly beat?: number;
  readonly leaseUntil?: number;
  readonly isCancelWanted?: boolean;
}

/** What others are told of a stored job. */
export function jobOf<Input, Progress>(document: JobDocument<Input, Progress>): Job<Input, Progress> {
  const { _id: id, kind, input, state, progress, runAfter, attempts, error, createdAt, startedAt, endedAt } = document;
  return { id, kind, input, state, progress, runAfter, attempts, error, createdAt, startedAt, endedAt };
}

/** What a piece of work is handed besides its input. */
export interface JobContext<Progress> {
  /** Aborted when the job was cancelled or taken over, or the process will not wait any longer. */
  readonly signal: AbortSignal;
  /** Aborted when the process wants to end: stop at the next good place by throwing {@link JobLostError}. */
  readonly pausing: AbortSignal;
  readonly progress: Progress;
  /**
   * Writes down how far the work is, and keeps the lease.
   * @throws JobLostError if another process has taken the job over, or it was cancelled
   */
  report(progress: Progress): Promise<void>;
}

/** How a piece of work ended that did not throw. */
export interface JobEnd<Progress> {
  readonly state: 'completed' | 'incomplete';
  readonly progress: Progress;
}

export type JobHandler<Input, Progress> = (input: Input, context: JobContext<Progress>) => Promise<JobEnd<Progress>>;

/** The job is no longer this process's to work on. */
export class JobLostError extends Error {
  override readonly name = 'JobLostError';
}

/** The job was cancelled: nobody works on it any more. */
export class JobCancelledError extends JobLostError {}

/** How long a job stays with a process that fell silent. */
export const JOB_LEASE_MS = 15_000;

/** Whether somebody seems to work on it, for whoever has not watched it. */
export const isAtWork = ({ state, leaseUntil }: JobDocument, now: number): boolean =>
  state === 'running' && isLikelyHeld(leaseUntil, now, JOB_LEASE_MS);
