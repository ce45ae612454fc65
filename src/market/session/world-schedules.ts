import { DAY_MS } from '../interval/bar-interval.ts';
import { carrying, fillsDate } from './schedule-format.ts';
import world from './schedules/world.json' with { type: 'json' };
import type { LocalSegment, SessionSchedule, WeekDays } from './session-schedule.ts';

/** An exchange in `schedules/world.json`, which scripts/make-schedules writes: times local, dates as `MMDD`, `YYYYMMDD`. */
interface WrittenSchedule {
  readonly zone: string;
  /** Of a family of futures: the roots of its symbols. */
  readonly roots?: string;
  /** First and last date of which holidays and short days are known. */
  readonly from: string;
  readonly to: string;
  /** Weeks such as `Mon-Thu 09:00-11:30 12:30-15:00; Fri 09:00-11:30` by the date from which they hold. */
  readonly weeks: Readonly<Record<string, string>>;
  readonly closed: Readonly<Record<string, string>>;
  /** Dates by their own hours. */
  readonly hours: Readonly<Record<string, string>>;
}

type Segment = Omit<LocalSegment, 'carries'>;

export const WRITTEN: ReadonlyMap<string, WrittenSchedule> = new Map(Object.entries<WrittenSchedule>(world.calendars));
const NAMES: ReadonlyMap<string, string> = new Map([
  ...[...WRITTEN.keys()].map((name) => [plain(name), name] as const),
  ...Object.entries(world.names).map(([alias, name]) => [plain(alias), name] as const),
]);
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];

const read = new Map<string, SessionSchedule>();

/** A name without what people write differently: `EURONEXT-PARIS`, `euronext_paris`. */
export function plain(name: string): string {
  return name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
}

/** Name of the schedule that an exchange of the world keeps: its MIC, or that of a family. */
export function worldScheduleName(name: string): string | undefined {
  return NAMES.get(plain(name));
}

/** The schedule of an exchange, by any of its names; it is read when it is first asked for. */
export function worldSchedule(name: string): SessionSchedule | undefined {
  const canonical = worldScheduleName(name);
  const written = canonical === undefined ? undefined : WRITTEN.get(canonical);
  if (canonical === undefined || written === undefined) return undefined;
  const schedule = read.get(canonical) ?? readWritten(canonical, written);
  read.set(canonical, schedule);
  return schedule;
}

function readWritten(name: string, { zone, from, to, ...written }: WrittenSchedule): SessionSchedule {
  const weeks = Object.entries(written.weeks).map(([date, text]) => ({ from: Date.parse(date), days: readWeek(text) }));
  const holidays = new Set(
    Object.entries(written.closed).flatMap(([year, dates]) => dates.split(' ').map((date) => dateOf(year + date))),
  );
  const hours = new Map(
    Object.entries(written.hours).flatMap(([text, dates]) => {
      const segments = readSegments(text);
      return dates.split(' ').map((date) => [dateOf(date), segments] as const);
    }),
  );
  const neverCloses = weeks.length === 1 && weeks[0].days.every(fillsDate) && holidays.size + hours.size === 0;
  const special = new Map(
    [...hours].map(([date, segments]) => [date, carrying(segments, segmentsAt(date + DAY_MS))] as const),
  );

  function segmentsAt(date: number): readonly Segment[] {
    if (holidays.has(date)) return [];
    const week = weeks.findLast((one) => one.from <= date) ?? weeks[0];
    return hours.get(date) ?? week.days[new Date(date).getUTCDay()];
  }

  return {
    name,
    timeZone: neverCloses ? 'UTC' : zone,
    neverCloses,
    weeks,
    known: neverCloses ? undefined : { from: Date.parse(from), to: Date.parse(to) + DAY_MS },
    holidays,
    earlyCloses: new Map(),
    lateOpens: new Map(),
    special,
  };
}

function readWeek(text: string): WeekDays {
  const days: Segment[][] = WEEKDAYS.map(() => []);
  for (const group of text.split('; ')) {
    const [first, last = first] = group.slice(0, group.indexOf(' ')).split('-');
    const end = WEEKDAYS.indexOf(last);
    for (let day = WEEKDAYS.indexOf(first); ; day = (day + 1) % 7) {
      days[day] = readSegments(group);
      if (day === end) break;
    }
  }
  return days.map((segments, day) => carrying(segments, days[(day + 1) % 7]));
}

const segmentText = /([<>]?)(\d\d):(\d\d)-(\d\d):(\d\d)/g;

function readSegments(text: string): Segment[] {
  return Array.from(text.matchAll(segmentText), ([, mark, ...times]) => {
    const [fromHour, fromMinute, toHour, toMinute] = times.map(Number);
    return {
      session: mark === '<' ? 'pre' : mark === '>' ? 'post' : 'regular',
      from: (fromHour * 60 + fromMinute) * 60_000,
      to: (toHour * 60 + toMinute) * 60_000,
    };
  });
}

/** Epoch ms of 00:00Z of a `YYYYMMDD`. */
function dateOf(text: string): number {
  return Date.UTC(Number(text.slice(0, 4)), Number(text.slice(4, 6)) - 1, Number(text.slice(6)));
}
