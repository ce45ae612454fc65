import { getCompleteness } from '../../features/bars/index.ts';
import { recordCoverage, registerCoverage } from '../../features/coverage/index.ts';
import { getSymbols } from '../../features/instruments/index.ts';
import { getSyncStatus } from '../../features/sync/index.ts';
import { clockGrid, gridOfSeries } from '../../market/index.ts';
import type { Core } from './core.ts';
import { expectedRunsOf, findInstrument } from './instrument-facts.ts';

/** As many as one question about instruments answers. */
const MOST_SYMBOLS = 10_000;

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
        const [{ symbols }, tracked] = await Promise.all([
          bus.ask(getSymbols({ ...chosen, limit: MOST_SYMBOLS })),
          bus.ask(getSyncStatus({})),
        ]);
        const trackedOf = Map.groupBy(tracked, ({ instrumentId }) => instrumentId);
        return symbols.flatMap(({ instrumentId, series }) => {
          const ofInterval = [...series, ...(trackedOf.get(instrumentId) ?? [])].filter(
            (one) => one.interval === interval,
          );
          const alignments = new Set(ofInterval.map(({ align }) => align));
          return [...alignments].map((align) => ({
            instrumentId,
            interval,
            ...(align === undefined ? {} : { align }),
          }));
        });
      },
    },
  });
}

/** Notes what a provider was asked for, with what its prices mean. */
export function noteCoverage({ bus, providers }: Core, entry: Parameters<typeof recordCoverage>[0]): Promise<void> {
  return bus.execute(recordCoverage({ ...entry, basis: providers.get(entry.provider)?.basis }));
}
