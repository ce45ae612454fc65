import {
  registerBars,
  type Relay,
  type SeriesLedger,
  type UploadLoad,
  type WrittenBars,
} from '../../features/bars/index.ts';
import {
  forgetCoverage,
  getLedger,
  getManyLedgers,
  recordCoverage,
  type Ledger,
} from '../../features/coverage/index.ts';
import { chooseSymbols } from '../../features/instruments/index.ts';
import { getCurrentBar } from '../../features/live/index.ts';
import { parseSeriesId } from '../../market/index.ts';
import type { Cache } from '../../platform/cache/index.ts';
import type { DocumentSchemas } from '../../platform/database/index.ts';
import { NotFoundError } from '../../platform/errors/index.ts';
import type { JobScheduler } from '../../platform/scheduler/index.ts';
import type { Core } from './core.ts';
import { findInstrument, findInstruments } from './instrument-facts.ts';
import { findUniverse } from './universe.ts';

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
        return ledgerAsTold(await bus.ask(getLedger({ ...parseSeriesId(series), ...range, asOf })));
      },
      findInstruments: (ids) => findInstruments(core, ids),
      async findLedgers(questions, asOf) {
        const series = questions.map((one) => ({ ...parseSeriesId(one.series), ...one.range }));
        return (await bus.ask(getManyLedgers({ series, asOf }))).map(ledgerAsTold);
      },
      chooseInstruments: (choice) => bus.ask(chooseSymbols(choice)),
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
    findUniverse: () => findUniverse(core),
    forgetFetched: (span) => bus.execute(forgetCoverage(span)),
    relay: { clock, elapsed, changesKept, onAhead, onError },
  });
}

function ledgerAsTold({ claims, basis, rebasedUntil }: Ledger): SeriesLedger {
  return { asked: claims, basis: rebasedUntil === undefined ? basis : 'mixed' };
}
