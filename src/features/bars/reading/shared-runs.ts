import type {
  BarGrid,
  BarInterval,
  expectedRuns,
  SessionSchedule,
  Span,
  TimeRange,
  TrackedSessions,
} from '../../../market/index.ts';
import type { Expectation } from './explain-gaps.ts';

type RunsOf = typeof expectedRuns;

/** What decides which openTimes are expected in a range. */
interface Hours {
  readonly schedule: SessionSchedule;
  readonly interval: BarInterval;
  readonly tracked: TrackedSessions;
  readonly grid: BarGrid;
}

/** Thousands of series have the same hours and are asked for the same range. */
export type SharedRuns = (runsOf: RunsOf, hours: Hours) => Required<Pick<Expectation, 'runsIn' | 'timesIn'>>;

/** Ranges that are remembered of one kind of expectation. */
const MOST_RANGES = 64;
/** More are not listed, but counted run by run. */
const MOST_TIMES = 100_000;

export function sharedRuns(): SharedRuns {
  const known = new Map<RunsOf, Map<SessionSchedule, Map<string, ReturnType<SharedRuns>>>>();
  return (runsOf, hours) => {
    const { schedule, interval, tracked, grid } = hours;
    const ofKind = entryOf(known, runsOf, () => new Map<SessionSchedule, Map<string, ReturnType<SharedRuns>>>());
    const ofSchedule = entryOf(ofKind, schedule, () => new Map<string, ReturnType<SharedRuns>>());
    return entryOf(ofSchedule, `${interval} ${tracked} ${grid.align}`, () => {
      const runsIn = remembered((range) => runsOf(schedule, range, interval, tracked));
      // The grid of trading may be another one for each series.
      const timesIn = grid.align === 'clock' ? (range: TimeRange) => timesOf(runsIn(range), grid) : () => undefined;
      return { runsIn, timesIn: remembered(timesIn) };
    });
  };
}

function remembered<T>(tell: (range: TimeRange) => T): (range: TimeRange) => T {
  const known = new Map<string, T>();
  return (range) => {
    if (known.size >= MOST_RANGES) known.clear();
    return entryOf(known, `${range.from} ${range.to}`, () => tell(range));
  };
}

function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  if (!map.has(key)) map.set(key, make());
  return map.get(key) as Value;
}

function timesOf(runs: readonly Span[], grid: BarGrid): Float64Array | undefined {
  const count = runs.reduce((sum, { from, to }) => sum + grid.countOpenTimes(from, to), 0);
  if (count > MOST_TIMES) return undefined;
  const times = new Float64Array(count);
  let filled = 0;
  for (const { from, to } of runs)
    for (let time: number = grid.firstOpenTimeFrom(from); time < to; time = grid.closeTimeOf(time))
      times[filled++] = time;
  return times;
}
