import { clockMs, dayMs, weekdayOf } from './calendar-day.ts';
import { PlainTimes } from './plain-times.ts';
import type { DateOrder, TimeForm } from './time-form.ts';
import { monthOf, yearOf, type DateShape } from './written-dates.ts';
import { offsetMs, zoneNamed } from './zone-names.ts';

const DAY_MS = 86_400_000;
/** The longest is that of JavaScript: `Thu Jan 04 2024 09:30:00 GMT-0500 (Eastern Standard Time)`. */
const LONGEST_TEXT = 80;

const CLOCK =
  '(\\d\\d?):(\\d\\d)(?::(\\d\\d)(?:[.,](\\d{1,9}))?)?(?: *([ap])\\.?m\\b\\.?)?|(\\d\\d?) *-? *([ap])\\.?m\\b\\.?|(\\d{1,6})';
const ZONE = '(?: *(Z|UTC|GMT)? *([+-]\\d\\d?(?::?\\d\\d)?)?| +([a-z][a-z0-9_/+-]*))';
/** The name of the zone once more, in brackets. */
const REMARK = '(?: *\\([^()]*\\)| *\\[[^[\\]]*\\])?';

export type ClockKind = 'none' | '24h' | '12h' | 'HHMM' | 'HHMMSS';
type ZoneKind = 'none' | 'offset' | 'zone' | 'unclear';

/** What a text shows of the form that it is written in. */
export interface WrittenShape {
  readonly date: DateShape;
  /** How the time of day is written; digits alone can be both `HHMM` and `HHMMSS`. */
  readonly clocks: readonly ClockKind[];
  readonly clockShown: string;
  readonly zone: ZoneKind;
  readonly zoneName?: string | undefined;
}

const PATTERNS = new Map<DateShape, RegExp>();

function patternOf(date: DateShape): RegExp {
  let pattern = PATTERNS.get(date);
  if (pattern === undefined) {
    pattern = new RegExp(`^\\s*${date.pattern}(?:${date.joint}(?:${CLOCK})${ZONE}${REMARK})?\\s*$`, 'i');
    PATTERNS.set(date, pattern);
  }
  return pattern;
}

/** How a text is written, if it has this layout of dates. */
export function shapeOf(text: string, date: DateShape): WrittenShape | undefined {
  const match = text.length > LONGEST_TEXT ? null : patternOf(date).exec(text);
  if (match === null) return undefined;
  const [, , , , , joint, hour, , second, , half, , half12, digits, utc, offset, name] = match;
  const zone = zoneKindOf(utc ?? offset, name);
  if (zone === undefined) return undefined;
  const isNamed = zone === 'zone';
  const common = { date, zone, ...(isNamed && { zoneName: zoneOf(name) }) };
  if (joint === undefined) return { ...common, clocks: ['none'], clockShown: '' };
  const between = joint.toUpperCase() === 'T' ? 'T' : ' ';
  const suffix = isNamed ? ` ${name}` : zone === 'offset' ? (utc?.toUpperCase() === 'Z' ? 'Z' : ' with offset') : '';
  const shown = (clock: string) => `${between}${clock}${suffix}`;
  if (half12 !== undefined) return { ...common, clocks: ['12h'], clockShown: shown('HH AM/PM') };
  if (half !== undefined) return { ...common, clocks: ['12h'], clockShown: shown('HH:MM AM/PM') };
  if (hour !== undefined)
    return { ...common, clocks: ['24h'], clockShown: shown(second === undefined ? 'HH:MM' : 'HH:MM:SS') };
  return {
    ...common,
    clocks: (digits?.length ?? 0) > 4 ? ['HHMMSS'] : ['HHMM', 'HHMMSS'],
    clockShown: `${between}#${suffix}`,
  };
}

function zoneKindOf(offset: string | undefined, name: string | undefined): ZoneKind | undefined {
  if (offset !== undefined) return 'offset';
  return name === undefined ? 'none' : zoneNamed(name)?.kind;
}

function zoneOf(name: string | undefined): string | undefined {
  const found = zoneNamed(name ?? '');
  return found?.kind === 'zone' ? found.zone : undefined;
}

/** Times as text with a date in a known order. */
export class WrittenForm implements TimeForm {
  readonly shown: string;
  readonly gives: 'instant' | 'wall';
  readonly zone: string | undefined;
  readonly isDateOnly: boolean;
  readonly order: DateOrder;
  readonly clock: ClockKind;
  private readonly zoneKind: ZoneKind;
  private readonly pattern: RegExp;
  private readonly plain: PlainTimes | undefined;
  private readonly latestYear: number;

  constructor(shape: WrittenShape, order: DateOrder, clock: ClockKind, latestYear: number) {
    this.shown = shape.date.shown(order) + shape.clockShown.replace('#', clock);
    this.gives = shape.zone === 'offset' ? 'instant' : 'wall';
    this.zone = shape.zoneName;
    this.isDateOnly = clock === 'none';
    this.order = order;
    this.clock = clock;
    this.zoneKind = shape.zone;
    this.pattern = patternOf(shape.date);
    this.latestYear = latestYear;
    this.plain = plainTimes(shape, clock);
  }

  read(cell: unknown): number {
    if (typeof cell !== 'string') return NaN;
    const plain = this.plain?.read(cell) ?? NaN;
    if (!Number.isNaN(plain)) return plain;
    const match = this.matchOf(cell);
    return match === null ? NaN : this.wallOf(match) - this.offsetOf(match);
  }

  readBytes(bytes: Buffer, from: number, to: number): number {
    return this.plain?.readBytes(bytes, from, to) ?? NaN;
  }

  /** Whether a text is written as most are, which needs no pattern to see. */
  isPlain(text: string): boolean {
    return !Number.isNaN(this.plain?.read(text) ?? NaN);
  }

  localDay(cell: unknown): number {
    if (this.gives === 'wall' || typeof cell !== 'string') return NaN;
    const match = this.matchOf(cell);
    if (match === null || Number.isNaN(this.offsetOf(match))) return NaN;
    const wall = this.wallOf(match);
    return wall % DAY_MS === 0 ? wall : NaN;
  }

  private matchOf(text: string): RegExpExecArray | null {
    return text.length > LONGEST_TEXT ? null : this.pattern.exec(text);
  }

  private wallOf(match: RegExpExecArray): number {
    const [, weekday, first = '', second = '', third = ''] = match;
    const day =
      this.order === 'ymd'
        ? dayMs(yearOf(first, this.latestYear), monthOf(second), Number(third))
        : this.order === 'mdy'
          ? dayMs(yearOf(third, this.latestYear), monthOf(first), Number(second))
          : dayMs(yearOf(third, this.latestYear), monthOf(second), Number(first));
    const isItsWeekday = !weekday || weekday.slice(0, 3).toLowerCase() === weekdayOf(day);
    return isItsWeekday ? day + this.timeOfDay(match) : NaN;
  }

  private timeOfDay(match: RegExpExecArray): number {
    const [, , , , , joint, hour, minute = '', second = '0', fraction = '', half, hour12, half12, digits = ''] = match;
    const ms = fraction === '' ? 0 : Number(fraction.padEnd(3, '0').slice(0, 3));
    switch (this.clock) {
      case 'none':
        return joint === undefined ? 0 : NaN;
      case '24h':
        return hour === undefined || half !== undefined
          ? NaN
          : clockMs(Number(hour), Number(minute), Number(second), ms);
      case '12h':
        if (half12 !== undefined) return clockMs(hourOf(hour12, half12), 0, 0, 0);
        return half === undefined ? NaN : clockMs(hourOf(hour, half), Number(minute), Number(second), ms);
      case 'HHMM':
        return isDigits(digits, 4) ? clockMs(Math.floor(Number(digits) / 100), Number(digits) % 100, 0, 0) : NaN;
      case 'HHMMSS':
        return isDigits(digits, 6)
          ? clockMs(
              Math.floor(Number(digits) / 10_000),
              Math.floor(Number(digits) / 100) % 100,
              Number(digits) % 100,
              0,
            )
          : NaN;
    }
  }

  /** Local time minus UTC where the times are instants, else 0; `NaN` where the zone is not written so. */
  private offsetOf(match: RegExpExecArray): number {
    const [, , , , , , , , , , , , , , utc, offset, name] = match;
    const kind = zoneKindOf(utc ?? offset, name);
    if (kind !== this.zoneKind) return NaN;
    if (kind === 'zone') return zoneOf(name) === this.zone ? 0 : NaN;
    if (kind !== 'offset') return 0;
    if (offset !== undefined) return utc?.toUpperCase() === 'Z' ? NaN : offsetMs(offset);
    const named = name === undefined ? undefined : zoneNamed(name);
    return named?.kind === 'offset' ? named.offsetMs : 0;
  }
}

/** The hour of a day by the 12-hour clock. */
function hourOf(text: string | undefined, half: string): number {
  const hour = Number(text);
  if (!(hour >= 1 && hour <= 12)) return NaN;
  return (hour % 12) + (half.toLowerCase() === 'p' ? 12 : 0);
}

/** Whether digits are a time of so many digits, or one that lost its leading zeros. */
function isDigits(digits: string, most: number): boolean {
  return digits.length === most || (digits.length > 0 && digits.length < most && !/^0\d/.test(digits));
}

function plainTimes({ date: { yearFirstBy }, zone }: WrittenShape, clock: ClockKind): PlainTimes | undefined {
  const isPlain = (clock === 'none' || clock === '24h') && (zone === 'none' || zone === 'offset');
  return isPlain && yearFirstBy !== undefined
    ? new PlainTimes(yearFirstBy.charCodeAt(0), clock === 'none', zone === 'offset')
    : undefined;
}
