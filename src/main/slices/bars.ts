import { registerBars, type Relay, type UploadLoad, type WrittenBars } from '../../features/bars/index.ts';
import { forgetCoverage, getLedger, recordCoverage } from '../../features/coverage/index.ts';
import { getCurrentBar } from '../../features/live/index.ts';
import { parseSeriesId } from '../../market/index.ts';
import type { Cache } from '../../platform/cache/index.ts';
import type { DocumentSchemas } from '../../platform/database/index.ts';
import { NotFoundError } from '../../platform/errors/index.ts';
import type { JobScheduler } from '../../platform/scheduler/index.ts';
import type { Core } from './core.ts';
import { findInstrument } from './instrument-facts.ts';

export interface BarsOptions {
  /** What the documents of each collection look like. */
  readonly documents: DocumentSchemas;
  readonly cache: Cache;
  readonly scheduler: JobScheduler;
  readonly uploads: UploadLoad;
  /** How many changes the feed keeps. */
  readonly changesKept: number;
  /** Hears by how much what is stored lies ahead of this machine's clock, ms. */
  readonly onAhead: (byMs: number) => void;
  readonly onBarsWritten: (bars: WrittenBars) => void;
}

export function connectBars(
  core: Core,
  { documents, cache, scheduler, uploads, changesKept, onAhead, onBarsWritten }: BarsOptions,
): Promise<Relay> {
  const { bus, database, clock, elapsed, onError } = core;
  return registerBars({
    bus,
    database,
    scheduler,
    uploads,
    documents,
    port: {
      findInstrument: (id) => findInstrument(core, id),
      async findLedger(series, range, asOf) {
        const ledger = await bus.ask(getLedger({ ...parseSeriesId(series), ...range, asOf }));
        return { asked: ledger.claims, basis: ledger.rebasedUntil === undefined ? ledger.basis : 'mixed' };
      },
      async findOpenBar(instrumentId, interval) {
        try {
          return await bus.ask(getCurrentBar({ instrumentId, interval }));
        } catch (error) {
          if (error instanceof NotFoundError) return undefined;
          throw error;
        }
      },
    },
    cache,
    // What a file's prices mean is not declared with it, whatever provider it names.
    recordFetched: (entry) => bus.execute(recordCoverage({ ...entry, result: 'fetched' })),
    names: core.names,
    onBarsWritten,
    forgetFetched: (span) => bus.execute(forgetCoverage(span)),
    relay: { clock, elapsed, changesKept, onAhead, onError },
  });
}
