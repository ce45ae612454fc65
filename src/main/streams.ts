import { barJson, changeJson, getBars, getChanges, getNewestSeq } from '../features/bars/index.ts';
import { registerStreams, type StreamedChange, type Streams } from '../features/live/streaming/index.ts';
import { getJob, getJobs, jobJson } from '../features/sync/index.ts';
import { barsOf, epochMsOfIso, parseSeriesId, type Bar } from '../market/index.ts';
import type { Bus } from '../platform/bus/index.ts';
import { databaseId, type Database } from '../platform/database/index.ts';

export interface StreamsOptions {
  readonly bus: Bus;
  readonly database: Database;
  readonly mostClients: number;
  readonly redisUrl: string | undefined;
  readonly clock: () => number;
  readonly onError: (error: unknown) => void;
}

const MOST_JOBS = 1_000;

/** The streams to clients, with what they need of the other slices. */
export async function openStreams({ bus, database, redisUrl, ...options }: StreamsOptions): Promise<Streams> {
  return registerStreams({
    ...options,
    redis: redisUrl === undefined ? undefined : { url: redisUrl, scope: `pocketquant:${await databaseId(database)}` },
    changes: {
      newestSeq: () => bus.ask(getNewestSeq({})),
      changesAfter: async (after, limit) => (await bus.ask(getChanges({ after, limit }))).changes.map(changeJson),
      barsOf: async (change, limit) => (await storedBars(bus, change, limit)).map(barJson),
    },
    jobs: {
      async latest() {
        const questions = [{ state: 'running', limit: MOST_JOBS }, { state: 'waiting', limit: MOST_JOBS }, {}] as const;
        const lists = await Promise.all(questions.map((question) => bus.ask(getJobs(question))));
        return [...new Map(lists.flat().map((job) => [job._id, job])).values()].map(jobJson);
      },
      one: async (id) => jobJson(await bus.ask(getJob({ id }))),
    },
  });
}

async function storedBars(bus: Bus, { series, from, to }: StreamedChange, limit: number): Promise<readonly Bar[]> {
  const range = { from: epochMsOfIso(from), to: epochMsOfIso(to) };
  const { columns } = await bus.ask(getBars({ ...parseSeriesId(series), ...range, limit, derive: false }));
  return barsOf(columns);
}
