import { getBars, getCompleteness, upsertBars } from '../../features/bars/index.ts';
import { getLedger, noteBasis } from '../../features/coverage/index.ts';
import { describeSymbol, getSymbolDetails, noteListing, registerSymbol } from '../../features/instruments/index.ts';
import { registerSync } from '../../features/sync/index.ts';
import { reverseColumns } from '../../market/index.ts';
import type { JobScheduler } from '../../platform/scheduler/index.ts';
import type { Core } from './core.ts';
import { noteCoverage } from './coverage.ts';
import { aliasesOf, expectedRunsOf, findInstruments, gridOf } from './instrument-facts.ts';

/** @returns the timetable by which tracked series are kept complete */
export function connectSync(core: Core, scheduler: JobScheduler): ReturnType<typeof registerSync> {
  const { bus, database, schedules, providers, clock, onError } = core;
  return registerSync({
    bus,
    database,
    scheduler,
    schedules,
    clock,
    onError,
    schedulesOf: async (ids) => (await findInstruments(core, ids)).map(({ schedule }) => schedule),
    port: {
      providers,
      completenessOf: (question) => bus.ask(getCompleteness({ ...question, derive: false })),
      gridOf: (series) => gridOf(core, series),
      expectedRunsOf: (question) => expectedRunsOf(core, question),
      ledgerOf: (question) => bus.ask(getLedger(question)),
      recordCoverage: (entry) => noteCoverage(core, entry),
      noteBasis: (entry) => bus.execute(noteBasis(entry)),
      upsertBars: (input) => bus.execute(upsertBars(input)),
      async barsAtEdge({ order, ...question }) {
        const { columns } = await bus.ask(getBars({ ...question, order, derive: false }));
        return order === 'asc' ? columns : reverseColumns(columns);
      },
      barsIn: async (question) => (await bus.ask(getBars(question))).columns,
      currencyOf: async (id) => (await bus.ask(getSymbolDetails({ instrumentId: id })))?.currency,
      registerInstrument: (id) => bus.execute(registerSymbol({ instrumentId: id })),
      describeInstrument: (id, ask) => bus.execute(describeSymbol({ instrumentId: id, ask })),
      noteListing: (id, ask) => bus.execute(noteListing({ instrumentId: id, ask })),
      aliasesOf: (id) => aliasesOf(core, id),
    },
  });
}
