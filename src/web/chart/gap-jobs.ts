import { signal, type Signal } from '@preact/signals';
import type { Answer } from '../../client/index.ts';
import { client } from '../client.ts';
import type { Interval } from '../intervals.ts';
import type { Gap } from './rows.ts';

export type Job = Answer<'getJob'>;

/** The series that is fetched for gaps of bars derived from it. */
export interface FetchedSeries {
  readonly instrumentId: string;
  readonly interval: Interval;
  readonly align: 'session' | undefined;
}

export const gapKey = ({ from, to, reason }: Gap): string => `${from} ${to} ${reason}`;

const ENDED: ReadonlySet<string> = new Set(['completed', 'incomplete', 'failed', 'cancelled']);

export const hasEnded = ({ state }: Pick<Job, 'state'>): boolean => ENDED.has(state);

/** The gaps that were asked for, and how far their jobs are. */
export class GapJobs {
  /** The provider to ask; empty is the one that the server chooses. */
  readonly provider: Signal<string>;
  readonly #jobs = signal<ReadonlyMap<string, Job>>(new Map());
  readonly #onEnd: () => void;

  constructor(onEnd: () => void, provider = '') {
    this.#onEnd = onEnd;
    this.provider = signal(provider);
  }

  of(gap: Gap): Job | undefined {
    return this.#jobs.value.get(gapKey(gap));
  }

  async fetch(gap: Gap, series: FetchedSeries): Promise<void> {
    const provider = this.provider.value === '' ? undefined : this.provider.value;
    const job = await client.syncBars({ ...series, provider, from: gap.from, to: gap.to });
    this.#jobs.value = new Map(this.#jobs.value).set(gapKey(gap), job);
    if (hasEnded(job)) this.#onEnd();
  }

  /** A job changed, be it one of these or not. */
  note(job: Job): void {
    for (const [key, known] of this.#jobs.value) {
      if (known.id !== job.id) continue;
      this.#jobs.value = new Map(this.#jobs.value).set(key, job);
      if (hasEnded(job) && !hasEnded(known)) this.#onEnd();
    }
  }
}
