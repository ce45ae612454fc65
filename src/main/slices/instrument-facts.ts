import { findGrid, type InstrumentFacts } from '../../features/bars/index.ts';
import { getManySymbolDetails, getSymbolDetails, type InstrumentDetails } from '../../features/instruments/index.ts';
import {
  defaultScheduleOf,
  epochMs,
  expectedRuns,
  expectedRunsBySession,
  scheduleNamed,
  type Alignment,
  type BarGrid,
  type BarInterval,
  type Span,
} from '../../market/index.ts';
import type { Core } from './core.ts';

/** When an instrument trades, and since when: what was declared of it, else what its exchange says. */
export async function findInstrument({ bus, schedules }: Core, id: string): Promise<InstrumentFacts> {
  return factsOf(schedules, id, await bus.ask(getSymbolDetails({ instrumentId: id })));
}

/** The same of many, in their order. */
export async function findInstruments(
  { bus, schedules }: Core,
  ids: readonly string[],
): Promise<readonly InstrumentFacts[]> {
  const details = await bus.ask(getManySymbolDetails({ instrumentIds: [...ids] }));
  return ids.map((id, i) => factsOf(schedules, id, details[i]));
}

function factsOf(schedules: Core['schedules'], id: string, details: InstrumentDetails | undefined): InstrumentFacts {
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
  readonly align?: Alignment;
  readonly from: number;
  readonly to: number;
}

/** Runs of openTimes at which bars are expected; `undefined` where it is not known when the instrument trades. */
export async function expectedRunsOf(
  core: Core,
  { instrumentId: id, interval, align, from, to }: SeriesRange,
): Promise<readonly Span[] | undefined> {
  const { schedule, sessions } = await findInstrument(core, id);
  const runsOf = align === 'session' ? expectedRunsBySession : expectedRuns;
  return schedule && runsOf(schedule, { from: epochMs(from), to: epochMs(to) }, interval, sessions);
}

/** Where the bars of a series begin. @throws InvalidRequestError `NO_SCHEDULE`, `NO_SESSIONS` */
export function gridOf(core: Core, series: Omit<SeriesRange, 'from' | 'to'>): Promise<BarGrid> {
  return findGrid(series, (id) => findInstrument(core, id));
}
