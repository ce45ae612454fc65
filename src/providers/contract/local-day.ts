import { DAY_MS } from '../../market/index.ts';

const formats = new Map<string, Intl.DateTimeFormat>();

/**
 * 00:00Z of the date that clocks of a zone show at a moment (UTC epoch ms): the label of a trading day.
 * @throws RangeError if there is no such zone or moment
 */
export function localDay(time: number, zone: string): number {
  return Math.floor(localMinute(time, zone) / DAY_MS) * DAY_MS;
}

/** What clocks of a zone show, to the minute, written as if it were UTC. @throws as {@link localDay} */
export function localMinute(time: number, zone: string): number {
  const format = formats.get(zone) ?? newFormat(zone);
  formats.set(zone, format);
  const part = Object.fromEntries(format.formatToParts(time).map(({ type, value }) => [type, Number(value)]));
  const date = new Date(0).setUTCFullYear(part.year, part.month - 1, part.day);
  return date + (part.hour * 60 + part.minute) * 60_000;
}

function newFormat(timeZone: string): Intl.DateTimeFormat {
  const date = { year: 'numeric', month: 'numeric', day: 'numeric' } as const;
  return new Intl.DateTimeFormat('en-US', { timeZone, ...date, hourCycle: 'h23', hour: 'numeric', minute: 'numeric' });
}
