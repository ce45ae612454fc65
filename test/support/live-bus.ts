import type { TestContext } from 'node:test';
import { registerLive, type FeedSupervisor } from '../../src/features/live/index.ts';
import { openLiveCollections, type LiveCollections } from '../../src/features/live/collections.ts';
import type { LivePort } from '../../src/features/live/port.ts';
import { createBus, type Bus } from '../../src/platform/bus/index.ts';
import type { Database } from '../../src/platform/database/index.ts';
import { NOBODY } from './live-world.ts';

export interface LiveBus {
  readonly bus: Bus;
  readonly supervisor: FeedSupervisor;
  readonly collections: LiveCollections;
  readonly errors: readonly unknown[];
}

/** The live slice behind a bus; its feeds run once they are started. */
export async function aLiveBus(
  t: TestContext,
  database: Database,
  port: LivePort,
  clock: () => number = () => Date.now(),
): Promise<LiveBus> {
  const bus = createBus({ clock, middlewares: [] });
  const errors: unknown[] = [];
  const supervisor = await registerLive({
    bus,
    database,
    port,
    storedAs: (id) => Promise.resolve(id),
    audience: NOBODY,
    clock,
    elapsed: clock,
    onError: (error) => errors.push(error),
  });
  t.after(() => supervisor.stop());
  return { bus, supervisor, errors, collections: await openLiveCollections(database) };
}
