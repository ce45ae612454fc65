import { getBars, upsertBars } from '../../features/bars/index.ts';
import { registerSymbol } from '../../features/instruments/index.ts';
import { registerLive, type FeedSupervisor } from '../../features/live/index.ts';
import type { Hub } from '../../features/streams/index.ts';
import { fetchRange, syncBars } from '../../features/sync/index.ts';
import { OPTIONAL_COLUMNS } from '../../market/index.ts';
import type { Core } from './core.ts';
import { noteCoverage } from './coverage.ts';
import { aliasesOf, findInstrument } from './instrument-facts.ts';

/** @param hub where live data is published */
export function connectLive(core: Core, hub: Hub): Promise<FeedSupervisor> {
  const { bus, database, names, providers, clock, elapsed, onError } = core;
  return registerLive({
    bus,
    database,
    clock,
    elapsed,
    onError,
    storedAs: names.storedAs,
    audience: hub,
    port: {
      providers,
      findInstrument: (id) => findInstrument(core, id),
      aliasesOf: (id) => aliasesOf(core, id),
      registerInstrument: (id) => bus.execute(registerSymbol({ instrumentId: id })),
      upsertBars: (input) => bus.execute(upsertBars(input)),
      async storedBars(question) {
        const { columns, completeness } = await bus.ask(
          getBars({ ...question, derive: false, fields: OPTIONAL_COLUMNS }),
        );
        const { expected, missing } = completeness;
        const unexplained = missing.filter(({ reason }) => reason !== 'noTrades');
        return { columns, missing: expected === undefined ? undefined : unexplained };
      },
      recordFetched: (entry) => noteCoverage(core, { ...entry, result: 'fetched' }),
      fetchRange: (order, signal) => bus.execute(fetchRange(order), { signal }),
      orderSync: (order) => bus.execute(syncBars(order)),
    },
  });
}
