import {
  DAY_MS,
  fixedStepMs,
  openTimeAt,
  unfinishedAt,
  type BarInterval,
  type InstrumentId,
  type Unfinished,
} from '../../../../market/index.ts';
import type { BarsPort } from '../../reading/plan-answer.ts';

export type FindInstrument = BarsPort['findInstrument'];

/**
 * Which of the days, weeks and months sent are not over at `now` (UTC epoch ms). Old bars and those below a day ask for
 * nothing: they are over, or their own clock tells.
 */
export async function findUnfinished(
  openTimes: Float64Array,
  { id, interval, now }: { readonly id: InstrumentId; readonly interval: BarInterval; readonly now: number },
  findInstrument: FindInstrument,
): Promise<Unfinished | undefined> {
  if ((fixedStepMs(interval) ?? DAY_MS) < DAY_MS) return undefined;
  // No session goes on for a day after the date that names it.
  const since = openTimeAt(now - DAY_MS, interval);
  if (!openTimes.some((openTime) => openTime >= since && openTime <= now)) return undefined;
  const { schedule, sessions } = await findInstrument(id);
  return unfinishedAt(now, interval, schedule, sessions);
}
