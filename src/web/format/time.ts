export type TimePrecision = 'day' | 'minute' | 'second' | 'millisecond';

const FIELDS: Readonly<Record<TimePrecision, Intl.DateTimeFormatOptions>> = {
  day: {},
  minute: { hour: '2-digit', minute: '2-digit' },
  second: { hour: '2-digit', minute: '2-digit', second: '2-digit' },
  millisecond: { hour: '2-digit', minute: '2-digit', second: '2-digit', fractionalSecondDigits: 3 },
};

/** How much of an ISO text is written. */
const ISO_LENGTHS: Readonly<Record<TimePrecision, number>> = { day: 10, minute: 16, second: 19, millisecond: 23 };

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * A moment as text, year first, such as `2016-10-07 09:30`.
 * @param at RFC 3339, or UTC epoch ms
 * @param zone IANA name, such as `America/New_York`
 */
export function timeText(at: string | number, zone: string, precision: TimePrecision = 'minute'): string {
  // What most pages show, without Intl, which is slow at first.
  if (zone === 'UTC') return new Date(at).toISOString().slice(0, ISO_LENGTHS[precision]).replace('T', ' ');
  const key = `${zone} ${precision}`;
  let format = formats.get(key);
  if (format === undefined) {
    // Swedish writes dates as ISO 8601 does.
    format = new Intl.DateTimeFormat('sv-SE', {
      timeZone: zone,
      year: 'numeric',
      month: '2-digit',
      day: '2-digit',
      hourCycle: 'h23',
      ...FIELDS[precision],
    });
    formats.set(key, format);
  }
  return format.format(new Date(at)).replace(',', '.');
}

const UNITS = [
  { ms: 86_400_000, name: 'd' },
  { ms: 3_600_000, name: 'h' },
  { ms: 60_000, name: 'min' },
  { ms: 1_000, name: 's' },
] as const;

/** A span of time in its two largest units, such as `2 h 5 min`; below a second in ms. */
export function spanText(ms: number): string {
  const first = UNITS.findIndex((unit) => ms >= unit.ms);
  if (first === -1) return `${Math.round(ms)} ms`;
  const [{ ms: large, name }, small] = [UNITS[first], UNITS[first + 1]];
  const count = Math.floor(ms / large);
  const rest = small === undefined ? 0 : Math.floor((ms - count * large) / small.ms);
  return rest === 0 || small === undefined ? `${count} ${name}` : `${count} ${name} ${rest} ${small.name}`;
}
