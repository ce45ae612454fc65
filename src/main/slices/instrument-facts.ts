import type { InstrumentFacts } from '../../features/bars/index.ts';
import { getSymbolDetails } from '../../features/instruments/index.ts';
import {
  defaultScheduleOf,
  epochMs,
  expectedRuns,
  scheduleNamed,
  type BarInterval,
  type Span,
} from '../../market/index.ts';
import type { Core } from './core.ts';

/** When an instrument trades, and since when: what was declared of it, else what its exchange says. */
export async function findInstrument({ bus, schedules }: Core, id: string): Promise<InstrumentFacts> {
  const details = await bus.ask(getSymbolDetails({ instrumentId: id }));
  const name = details?.schedule ?? defaultScheduleOf(id);
  return {
    isRegistered: details !== undefined,
    schedule: name === undefined ? undefined : scheduleNamed(schedules, name),
    sessions: details?.sessions ?? 'regular',
    listedFrom: details?.listedFrom,
    listedTo: details?.listedTo,
  };
}

export async function aliasesOf({ bus }: Core, id: string): Promise<readonly string[]> {
  return (await bus.ask(getSymbolDetails({ instrumentId: id })))?.aliases ?? [];
}

export interface SeriesRange {
  readonly instrumentId: string;
  readonly interval: BarInterval;
  readonly from: number;
  readonly to: number;
}

/** Runs of openTimes at which bars are expected; `undefined` where it is not known when the instrument trades. */
export async function expectedRunsOf(
  core: Core,
  { instrumentId: id, interval, from, to }: SeriesRange,
): Promise<readonly Span[] | undefined> {
  const { schedule, sessions } = await findInstrument(core, id);
  return schedule && expectedRuns(schedule, { from: epochMs(from), to: epochMs(to) }, interval, sessions);
}
