import { Temporal } from 'temporal-polyfill';
import { DAY_MS } from '../interval/bar-interval.ts';
import type { EpochMs } from '../time/epoch-ms.ts';

/** The clock on the wall of a time zone. */
export interface ZoneClock {
  /**
   * The moment at which the clock shows a local time, itself written as the epoch ms at which UTC shows it.
   * A time that the clock skips counts as if it had not; of two equal ones the first is meant (Temporal's `compatible`).
   */
  utcOfLocal(local: number): EpochMs;
}

// A question costs 10 µs and more, and a year of sessions has some thousand. So the offset is asked for at the ends of
// weeks, of days where it changes within a week, and only the days around a change are answered one by one. Since 1965,
// no zone has changed its clock and changed it back within less than a week.
const SPANS_MS = [7 * DAY_MS, DAY_MS];

const CLOCKS = new Map<string, ZoneClock>();

/**
 * One clock a zone, which remembers what it was told.
 * @throws RangeError if nobody knows the zone
 */
export function zoneClock(timeZone: string): ZoneClock {
  const known = CLOCKS.get(timeZone);
  if (known !== undefined) return known;
  const clock = timeZone === 'UTC' ? { utcOfLocal: (local: number) => local as EpochMs } : newClock(timeZone);
  CLOCKS.set(timeZone, clock);
  return clock;
}

function newClock(timeZone: string): ZoneClock {
  askOffset(timeZone, 0);
  const offsets = new Map<number, number>();

  const offsetAt = (time: number): number => {
    let offset = offsets.get(time);
    if (offset === undefined) {
      offset = askOffset(timeZone, time);
      offsets.set(time, offset);
    }
    return offset;
  };

  // The last stretch of local time found to have one offset: most questions are about the same days as the one before.
  let steady = { from: 0, to: -1, offset: 0 };

  /** Looks whether the offset stays the same for a day around a local time, as no offset is longer than that. */
  const findSteady = (local: number, spanMs: number): boolean => {
    const start = Math.floor((local - DAY_MS) / spanMs) * spanMs;
    const offset = offsetAt(start);
    let end = start;
    while (end < local + DAY_MS) {
      end += spanMs;
      if (offsetAt(end) !== offset) return false;
    }
    steady = { from: start + DAY_MS, to: end - DAY_MS, offset };
    return true;
  };

  return {
    utcOfLocal(local) {
      const isSteady =
        (local >= steady.from && local <= steady.to) || SPANS_MS.some((spanMs) => findSteady(local, spanMs));
      if (isSteady) return (local - steady.offset) as EpochMs;
      const plain = Temporal.Instant.fromEpochMilliseconds(local).toZonedDateTimeISO('UTC').toPlainDateTime();
      return plain.toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds as EpochMs;
    },
  };
}

/** Local time minus UTC in ms. */
function askOffset(timeZone: string, time: number): number {
  return Temporal.Instant.fromEpochMilliseconds(time).toZonedDateTimeISO(timeZone).offsetNanoseconds / 1e6;
}
