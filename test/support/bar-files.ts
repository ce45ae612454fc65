import { openBarFile, type BarFile, type BarFileSource } from '../../src/barfiles/index.ts';
import { handleImportBars } from '../../src/features/bars/commands/import-bars/import-bars.command.ts';
import type { ImportTools } from '../../src/features/bars/commands/import-bars/imported-series.ts';
import { handleDeleteBars } from '../../src/features/bars/commands/delete-bars/delete-bars.command.ts';
import { handleUpsertManyBars } from '../../src/features/bars/commands/upsert-many-bars/upsert-many-bars.command.ts';
import type { BarsCollections } from '../../src/features/bars/collections.ts';
import { answerGetBars } from '../../src/features/bars/queries/get-bars/get-bars.query.ts';
import { KNOWN_SCHEDULES } from '../../src/market/index.ts';
import { portOf } from './a-store.ts';

const AROUND_THE_CLOCK = KNOWN_SCHEDULES.get('COINBASE');

type Options = Partial<Parameters<typeof openBarFile>[1]>;

/** Opens a file of bars of an instrument that trades around the clock, in minutes unless something else is named. */
export function openTestFile(source: BarFileSource, options: Options = {}): Promise<BarFile> {
  const context = {
    now: Date.UTC(2030, 0, 1),
    hoursOf: async () => ({ schedule: AROUND_THE_CLOCK, sessions: 'regular' as const }),
  };
  return openBarFile(
    source,
    { instrumentId: 'COINBASE:BTCUSD', interval: '1m', forceInterval: true, defaultState: 'final', ...options },
    context,
  );
}

/** The handler of imports on a store of its own. */
export function importerOf(collections: BarsCollections, changes: Partial<ImportTools> = {}) {
  return handleImportBars({ ...importToolsOf(collections), ...changes });
}

export function importToolsOf(collections: BarsCollections): ImportTools {
  const port = portOf();
  const wake = (): void => undefined;
  return {
    quarantine: collections.quarantine,
    upsertMany: handleUpsertManyBars(collections, wake, {
      findInstruments: (ids) => Promise.all(ids.map(port.findInstrument)),
    }),
    remove: handleDeleteBars(collections, wake, async () => undefined),
    read: answerGetBars(collections, port),
    recordFetched: async () => undefined,
    hoursOf: async () => ({ schedule: AROUND_THE_CLOCK, sessions: 'regular' }),
  };
}
