import { getBars, getChanges, getNewestSeq } from '../features/bars/index.ts';
import type { StoredNames } from '../features/instruments/index.ts';
import * as streams from '../features/streams/index.ts';
import { getJob, getJobs, jobJson, type StoredJob } from '../features/sync/index.ts';
import { barsOf, OPTIONAL_COLUMNS, parseSeriesId } from '../market/index.ts';
import type { Bus } from '../platform/bus/index.ts';
import { databaseId, type Database } from '../platform/database/index.ts';

export interface StreamsOptions {
  readonly bus: Bus;
  readonly database: Database;
  readonly names: StoredNames;
  readonly mostClients: number;
  readonly redisUrl: string | undefined;
  readonly clock: () => number;
  readonly onError: (error: unknown) => void;
}

/** What a program hears of the topics that it follows. Times are UTC epoch ms. */
export type FollowEvent = streams.FollowedEvent<StoredJob>;

const MOST_JOBS = 1_000;

/** The streams to clients, with what they need of the other slices. */
export async function openStreams({
  bus,
  database,
  redisUrl,
  names,
  ...options
}: StreamsOptions): Promise<streams.Streams<StoredJob>> {
  return streams.registerStreams({
    ...options,
    storedAs: names.storedAs,
    redis: redisUrl === undefined ? undefined : { url: redisUrl, scope: `pocketquant:${await databaseId(database)}` },
    changes: {
      newestSeq: () => bus.ask(getNewestSeq({})),
      changesAfter: async (after, limit) => (await bus.ask(getChanges({ after, limit }))).changes,
      async barsOf({ series, from, to }, limit) {
        const { columns } = await bus.ask(
          getBars({ ...parseSeriesId(series), from, to, limit, derive: false, fields: OPTIONAL_COLUMNS }),
        );
        return barsOf(columns);
      },
    },
    jobs: {
      async latest() {
        const questions = [{ state: 'running', limit: MOST_JOBS }, { state: 'waiting', limit: MOST_JOBS }, {}] as const;
        const pages = await Promise.all(questions.map((question) => bus.ask(getJobs(question))));
        return [...new Map(pages.flatMap(({ jobs }) => jobs).map((job) => [job.id, job])).values()];
      },
      one: (id) => bus.ask(getJob({ id })),
      textOf: (job) => JSON.stringify(jobJson(job)),
    },
  });
}
