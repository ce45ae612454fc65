import { DAY_MS } from '../interval/bar-interval.ts';
import { epochMsOfIso } from '../time/epoch-ms.ts';
import type { Span } from '../time/span.ts';
import type { LocalSegment, SessionSchedule, TradingSession } from './session-schedule.ts';
import { zoneClock } from './zone-clock.ts';

const WEEKDAYS = ['sunday', 'monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday'] as const;
const FIELDS = ['exchange', 'timeZone', 'week', 'holidays', 'earlyCloses', 'lateOpens', 'known'];
const SESSION_OF_STATE = new Map<unknown, TradingSession>([
  ['premarket', 'pre'],
  ['market', 'regular'],
  ['postmarket', 'post'],
]);

/**
 * Makes a schedule of the JSON format that `docs/guides/add-a-schedule.md` describes.
 * @throws RangeError that says where the data is wrong and what was expected
 */
export function sessionSchedule(name: string, data: unknown): SessionSchedule {
  const schedule = readSchedule(name, data);
  try {
    zoneClock(schedule.timeZone);
  } catch (cause) {
    throw new RangeError(`timeZone must be an IANA name, not "${schedule.timeZone}"`, { cause });
  }
  return schedule;
}

/** {@link sessionSchedule} for data whose time zone is known to exist: asking for it costs a new process about 20 ms. */
export function readSchedule(name: string, data: unknown): SessionSchedule {
  const fields = record(data, `schedule ${name}`);
  refuseOthers(Object.keys(fields), FIELDS, `schedule ${name}`);
  const days = readWeek(record(fields.week, 'week'));
  const holidays = new Set(list(fields.holidays, 'holidays').map((date, i) => readDate(date, `holidays[${i}]`)));
  const earlyCloses = readTimes(fields.earlyCloses, 'earlyCloses');
  const lateOpens = readTimes(fields.lateOpens, 'lateOpens');
  const known = fields.known === undefined ? undefined : readKnown(fields.known);
  const neverCloses = days.every(fillsDate) && holidays.size + earlyCloses.size + lateOpens.size === 0;
  const timeZone = neverCloses ? 'UTC' : text(fields.timeZone, 'timeZone');
  const weeks = [{ from: -Infinity, days }];
  return { name, timeZone, neverCloses, weeks, known, holidays, earlyCloses, lateOpens, special: new Map() };
}

function readKnown(data: unknown): Span {
  const dates = record(data, 'known');
  refuseOthers(Object.keys(dates), ['from', 'to'], 'known');
  const known = { from: readDate(dates.from, 'known.from'), to: readDate(dates.to, 'known.to') + DAY_MS };
  if (known.from >= known.to) throw new RangeError('known.from must not be after known.to');
  return known;
}

export function fillsDate(segments: readonly LocalSegment[]): boolean {
  const [first] = segments;
  return segments.length === 1 && first.session === 'regular' && first.from === 0 && first.to === DAY_MS;
}

function readWeek(days: Record<string, unknown>): LocalSegment[][] {
  refuseOthers(Object.keys(days), WEEKDAYS, 'week');
  const week = WEEKDAYS.map((weekday) => readSegments(days[weekday], `week.${weekday}`));
  if (!week.flat().some(({ session }) => session === 'regular'))
    throw new RangeError('week must have a "market" session on at least one day');
  return week.map((segments, weekday) => carrying(segments, week[(weekday + 1) % WEEKDAYS.length]));
}

/** Segments of a date, of which an evening is carried on to where the next date begins with trading. */
export function carrying(
  segments: readonly Omit<LocalSegment, 'carries'>[],
  nextDate: readonly Omit<LocalSegment, 'carries'>[],
): LocalSegment[] {
  const continues = nextDate.at(0)?.from === 0;
  return segments.map((segment) => ({ ...segment, carries: continues && segment.from > 0 && segment.to === DAY_MS }));
}

function readSegments(data: unknown, place: string): Omit<LocalSegment, 'carries'>[] {
  let last = 0;
  return list(data, place).map((item, i) => {
    const here = `${place}[${i}]`;
    const { start, end, state } = record(item, here);
    const session = SESSION_OF_STATE.get(state);
    if (session === undefined)
      throw new RangeError(`${here}.state must be premarket, market or postmarket, not ${shown(state)}`);
    const from = readTime(start, `${here}.start`);
    const to = readTime(end, `${here}.end`);
    if (from >= to) throw new RangeError(`${here} must start before it ends: ${shown(start)} to ${shown(end)}`);
    if (from < last) throw new RangeError(`${here} must not start before the session above it ends: ${shown(start)}`);
    last = to;
    return { session, from, to };
  });
}

function readTimes(data: unknown, place: string): Map<number, number> {
  const entries = Object.entries(record(data, place));
  return new Map(entries.map(([date, time]) => [readDate(date, place), readTime(time, `${place}.${date}`)]));
}

const dateText = /^\d{4}-\d\d-\d\d$/;

function readDate(data: unknown, place: string): number {
  const date = text(data, place);
  if (!dateText.test(date)) throw new RangeError(`${place} must be a date such as 2014-07-04, not ${shown(date)}`);
  try {
    return epochMsOfIso(date);
  } catch (cause) {
    throw new RangeError(`${place} must be a date of the calendar, not ${shown(date)}`, { cause });
  }
}

const timeText = /^([01]\d|2[0-3]):([0-5]\d):([0-5]\d)$/;

/** Ms since midnight of a local clock's time. */
function readTime(data: unknown, place: string): number {
  if (data === '1.00:00:00') return DAY_MS;
  const [, hours, minutes, seconds] = (typeof data === 'string' && timeText.exec(data)) || [];
  if (hours === undefined)
    throw new RangeError(`${place} must be a time such as 09:30:00, or 1.00:00:00 for midnight, not ${shown(data)}`);
  return ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1_000;
}

function record(data: unknown, place: string): Record<string, unknown> {
  if (typeof data !== 'object' || data === null || Array.isArray(data))
    throw new RangeError(`${place} must be an object, not ${shown(data)}`);
  return data as Record<string, unknown>;
}

function list(data: unknown, place: string): readonly unknown[] {
  if (!Array.isArray(data)) throw new RangeError(`${place} must be a list, not ${shown(data)}`);
  return data;
}

function text(data: unknown, place: string): string {
  if (typeof data !== 'string') throw new RangeError(`${place} must be a text, not ${shown(data)}`);
  return data;
}

function refuseOthers(names: readonly string[], known: readonly string[], place: string): void {
  const other = names.find((name) => !known.includes(name));
  if (other !== undefined) throw new RangeError(`${place} has no field "${other}"; known are ${known.join(' ')}`);
}

function shown(data: unknown): string {
  return data === undefined ? 'undefined' : JSON.stringify(data).slice(0, 60);
}
