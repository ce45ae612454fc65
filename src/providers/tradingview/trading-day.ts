import { DAY_MS } from '../../market/index.ts';
import { localMinute } from '../contract/index.ts';
import { invalidAnswer } from './failures.ts';

/** Where and when an instrument trades, in the vendor's words. */
export interface TradingHours {
  /** IANA name. */
  readonly timezone: string;
  /** `0930-1600`, `1700-1600:23456`, `24x7`. */
  readonly session: string | undefined;
}

/** Local hour from which an opening counts to the next day, where the vendor does not say when sessions end. */
const EVENING = 17 * 60;
const NOON = 12 * 60;
const SATURDAY = 6;

/**
 * The trading day (its 00:00Z) of a session that opens at `openingMs`: the local date, and of a session that runs
 * over midnight the date on which it ends, over a weekend the Monday.
 * @throws ProviderError `PROVIDER_ANSWER_INVALID` if the zone is not known
 */
export function tradingDayReader({ timezone, session }: TradingHours): (openingMs: number) => number {
  const eveningFrom = eveningOf(session);
  try {
    localMinute(0, timezone);
  } catch (error) {
    throw invalidAnswer(`TradingView names a time zone that is not known: ${JSON.stringify(timezone)}`, error);
  }
  return (openingMs) => {
    const local = localMinute(openingMs, timezone);
    const day = Math.floor(local / DAY_MS) * DAY_MS;
    const minute = (local - day) / 60_000;
    return minute < eveningFrom ? day : nextWeekday(day);
  };
}

/** Minute of the day from which an opening belongs to the next trading day; never, where no session passes midnight. */
function eveningOf(session: string | undefined): number {
  const hours = session === undefined ? null : /(\d\d)(\d\d)\D{0,3}-(\d\d)(\d\d)/.exec(session);
  if (hours === null) return session === '24x7' ? Infinity : EVENING;
  const [, openHour, openMinute, closeHour, closeMinute] = hours.map(Number);
  const opens = openHour * 60 + openMinute;
  const passesMidnight = opens >= closeHour * 60 + closeMinute;
  return passesMidnight && opens >= NOON ? NOON : Infinity;
}

function nextWeekday(day: number): number {
  const weekday = new Date(day + DAY_MS).getUTCDay();
  if (weekday === SATURDAY) return day + 3 * DAY_MS;
  return weekday === 0 ? day + 2 * DAY_MS : day + DAY_MS;
}
