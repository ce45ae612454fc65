import type { UniverseInstrument } from '../../features/bars/index.ts';
import { getSymbols } from '../../features/instruments/index.ts';
import { getSyncStatus } from '../../features/sync/index.ts';
import { barInterval, defaultScheduleOf, scheduleNamed } from '../../market/index.ts';
import type { Core } from './core.ts';

/** All instruments that are registered or have bars, with their series, stored and tracked. */
export async function* findUniverse({ bus, schedules }: Core): AsyncGenerator<UniverseInstrument> {
  const tracked = Map.groupBy(await bus.ask(getSyncStatus({})), ({ instrumentId }) => instrumentId);
  let cursor: string | undefined;
  do {
    const page = await bus.ask(getSymbols(cursor === undefined ? {} : { cursor }));
    for (const { instrumentId, series, schedule = defaultScheduleOf(instrumentId), ...facts } of page.symbols)
      yield {
        instrumentId,
        schedule: schedule === undefined ? undefined : scheduleNamed(schedules, schedule),
        sessions: facts.sessions ?? 'regular',
        listedFrom: facts.listedFrom,
        listedTo: facts.listedTo,
        series: seriesOnce([
          ...(tracked.get(instrumentId) ?? []),
          ...series.map(({ interval, align, first }) => ({ interval: barInterval(interval), align, from: first })),
        ]),
      };
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

/** A series that is both tracked and stored goes back to the earlier of its beginnings. */
function seriesOnce(all: UniverseInstrument['series']): UniverseInstrument['series'] {
  const same = Map.groupBy(all, ({ interval, align = '' }) => `${interval}@${align}`);
  return [...same.values()].map(([one, other = one]) => ({
    interval: one.interval,
    align: one.align,
    from:
      one.from === undefined || other.from === undefined ? (one.from ?? other.from) : Math.min(one.from, other.from),
  }));
}
