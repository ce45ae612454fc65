import { BAR_INTERVALS, DAY_MS, fixedStepMs, type BarInterval } from '../../market/index.ts';
import { InvalidRequestError } from '../../platform/errors/index.ts';

/** One or two steps say little of a market in which minutes pass without a trade. */
const FEW_STEPS = 3;
/** No bar begins before the one before it has ended, but for some around a change of the clock. */
const MOST_SMALLER = 0.05;

export interface IntervalChoice {
  readonly interval: BarInterval;
  readonly by: 'option' | 'file';
}

/**
 * Decides the interval by the commonest step between the times of the file's first rows, or checks that what the user
 * named does not contradict it.
 * @param times UTC or local, epoch ms, a list a series, in the file's order
 * @throws InvalidRequestError `INTERVAL_MISMATCH`, `INTERVAL_NEEDED`
 */
export function chooseInterval(
  times: readonly (readonly number[])[],
  {
    interval,
    forceInterval = false,
  }: { readonly interval?: BarInterval | undefined; readonly forceInterval?: boolean | undefined },
): IntervalChoice {
  const { step, count, hasSooner } = commonestStep(times);
  if (interval === undefined) {
    if (step === undefined || hasSooner)
      throw new InvalidRequestError(
        'INTERVAL_NEEDED',
        `The file does not show its interval${count === 0 ? ': it has too few rows' : ''}; name it with --interval, such as 1m or 1d`,
      );
    return { interval: step, by: 'file' };
  }
  const isFiner = step !== undefined && BAR_INTERVALS.indexOf(step) < BAR_INTERVALS.indexOf(interval);
  if (step !== undefined && step !== interval && (isFiner || (count >= FEW_STEPS && !hasSooner)) && !forceInterval)
    throw new InvalidRequestError(
      'INTERVAL_MISMATCH',
      `The commonest step of the file is ${step}, not ${interval}; name --interval ${step}, or --force-interval if its bars are of ${interval} nevertheless`,
    );
  return { interval, by: 'option' };
}

interface CommonestStep {
  readonly step: BarInterval | undefined;
  readonly count: number;
  /** Whether bars often follow each other sooner, as those of a market do that trades now and then. */
  readonly hasSooner: boolean;
}

function commonestStep(times: readonly (readonly number[])[]): CommonestStep {
  const counts = new Map<number, number>();
  for (const series of times) {
    const ascending = Float64Array.from(series.filter((time) => !Number.isNaN(time))).sort();
    for (let i = 1; i < ascending.length; i++) {
      const ms = classOf(ascending[i] - ascending[i - 1]);
      if (ms > 0) counts.set(ms, (counts.get(ms) ?? 0) + 1);
    }
  }
  let [commonest, most] = [0, 0];
  for (const [ms, count] of counts)
    if (count > most || (count === most && ms < commonest)) [commonest, most] = [ms, count];
  let [smaller, all] = [0, 0];
  for (const [ms, count] of counts) {
    all += count;
    if (ms < commonest) smaller += count;
  }
  return { step: intervalOf(commonest), count: most, hasSooner: smaller > all * MOST_SMALLER };
}

const MONTH_MS = 30 * DAY_MS;

/** Months are of many lengths. */
function classOf(ms: number): number {
  return ms >= 28 * DAY_MS && ms <= 31 * DAY_MS ? MONTH_MS : ms;
}

function intervalOf(ms: number): BarInterval | undefined {
  if (ms === MONTH_MS) return '1M';
  if (ms === 7 * DAY_MS) return '1w';
  return BAR_INTERVALS.find((interval) => fixedStepMs(interval) === ms);
}

const UNITS: Readonly<Record<string, string>> = {
  s: 's',
  sec: 's',
  min: 'm',
  m: 'm',
  t: 'm',
  h: 'h',
  hour: 'h',
  d: 'd',
  day: 'd',
  w: 'w',
  week: 'w',
  mo: 'M',
  mon: 'M',
  month: 'M',
};

/** `1m`, `1Min`, `5`, `60`, `D`, `1 day`, `W`: what files call an interval; `undefined` for what is none of ours. */
export function intervalOfText(text: string): BarInterval | undefined {
  const plain = text.trim();
  if ((BAR_INTERVALS as readonly string[]).includes(plain)) return plain as BarInterval;
  if (plain === 'M') return '1M';
  const [, digits = '', word = ''] = /^(\d*)\s*([a-z]*?)s?$/i.exec(plain) ?? [];
  const unit = word === '' ? 'm' : UNITS[word.toLowerCase()];
  if (unit === undefined || (digits === '' && word === '')) return undefined;
  const count = Number(digits === '' ? 1 : digits);
  const name = unit === 'm' && count % 60 === 0 ? `${count / 60}h` : `${count}${unit}`;
  return BAR_INTERVALS.find((interval) => interval === name);
}
