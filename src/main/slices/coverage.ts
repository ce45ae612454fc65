import { getCompleteness } from '../../features/bars/index.ts';
import { recordCoverage, registerCoverage } from '../../features/coverage/index.ts';
import { listSeries } from '../../features/instruments/index.ts';
import { getSyncStatus } from '../../features/sync/index.ts';
import { clockGrid, gridOfSeries } from '../../market/index.ts';
import type { Core } from './core.ts';
import { expectedRunsOf, findInstrument } from './instrument-facts.ts';

export function connectCoverage(core: Core): void {
  const { bus, database } = core;
  registerCoverage({
    bus,
    database,
    port: {
      async completenessOf(question) {
        const completeness = await bus.ask(getCompleteness(question));
        // Parts that derived bars lack are no bars of this interval.
        return { ...completeness, missing: completeness.missing.filter(({ bars }) => bars > 0) };
      },
      expectedRunsOf: (question) => expectedRunsOf(core, question),
      gridOf: async (question) =>
        gridOfSeries(question, await findInstrument(core, question.instrumentId)) ?? clockGrid(question.interval),
      async seriesOf({ interval, ...chosen }) {
        const [{ ids, series }, tracked] = await Promise.all([
          bus.ask(listSeries({ ...chosen, interval })),
          bus.ask(getSyncStatus({})),
        ]);
        const known = new Set(ids);
        const ofInterval = tracked.filter((one) => one.interval === interval && known.has(one.instrumentId));
        const named = [...series, ...ofInterval].map(({ instrumentId, align }) => ({
          instrumentId,
          interval,
          ...(align === undefined ? {} : { align }),
        }));
        return [...new Map(named.map((one) => [`${one.instrumentId} ${one.align}`, one])).values()];
      },
    },
  });
}

/** Notes what a provider was asked for, with what its prices mean. */
export function noteCoverage({ bus, providers }: Core, entry: Parameters<typeof recordCoverage>[0]): Promise<void> {
  return bus.execute(recordCoverage({ ...entry, basis: providers.get(entry.provider)?.basis }));
}
