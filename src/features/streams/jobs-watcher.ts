import type { StreamedJob } from './stream-event.ts';

export interface JobSource {
  /** Jobs that wait or run, and the newest of those that ended. */
  latest(): Promise<readonly StreamedJob[]>;
  one(id: string): Promise<StreamedJob>;
  /** What is told of it, as text: a job of the same text is no news. */
  textOf(job: StreamedJob): string;
}

export interface JobsListener {
  readonly onJob: (job: StreamedJob) => void;
  readonly onError: (error: unknown) => void;
}

const POLL_MS = 1_000;

/** Looks each second whether a job has changed, while somebody wants to know. */
export class JobsWatcher {
  readonly #source: JobSource;
  readonly #listener: JobsListener;
  /** By id, as text, as they stood last; `undefined` until they were looked at once. */
  #seen: ReadonlyMap<string, string> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;

  constructor(source: JobSource, listener: JobsListener) {
    this.#source = source;
    this.#listener = listener;
  }

  watch(isWanted: boolean): void {
    if (isWanted === (this.#timer !== undefined)) return;
    clearInterval(this.#timer);
    this.#timer = isWanted ? setInterval(() => void this.#look(), POLL_MS).unref() : undefined;
    this.#seen = undefined;
    if (isWanted) void this.#look();
  }

  async #look(): Promise<void> {
    if (this.#isLooking) return;
    this.#isLooking = true;
    try {
      const jobs = await this.#source.latest();
      const known = new Set(jobs.map(({ _id }) => _id));
      // One of an older order that has ended since is among neither.
      const gone = [...(this.#seen?.keys() ?? [])].filter((id) => !known.has(id));
      const ended = await Promise.all(gone.map((id) => this.#source.one(id)));
      for (const job of [...jobs, ...ended]) {
        const isNews = this.#seen !== undefined && this.#seen.get(job._id) !== this.#source.textOf(job);
        if (isNews) this.#listener.onJob(job);
      }
      this.#seen = new Map(jobs.map((job) => [job._id, this.#source.textOf(job)]));
    } catch (error) {
      this.#listener.onError(error);
    } finally {
      this.#isLooking = false;
    }
  }
}
