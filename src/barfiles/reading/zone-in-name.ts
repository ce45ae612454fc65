import { zoneNamed } from '../values/index.ts';

/** `Gmt time`, `date (UTC)`, `timeutc`. */
const UTC = /\b(gmt|utc)\b|^(gmt|utc)|(gmt|utc)$/i;
/** `Time (UTC+8)`, `GMT+0100`. */
const OFFSET = /(?:gmt|utc) ?([+-\u2212]) ?(\d{1,2})(?::?(\d{2}))?(?![\w:])/i;
/** `Time (ET)`, `Date (America/New_York)`, `time [Europe/Berlin]`. */
const BRACKETED = /[([]\s*([a-z]+(?:[/_][a-z_]+)*)\s*[)\]]/i;

/** The zone that the name of a column of times tells; abbreviations that people use loosely, such as EST, tell none. */
export function zoneInName(name: string): string | undefined {
  const [, sign, hours = '', minutes = '00'] = OFFSET.exec(name) ?? [];
  if (sign !== undefined) return offsetZone(sign === '+' ? '+' : '-', hours, minutes);
  if (UTC.test(name)) return 'UTC';
  return zoneNamedAs(BRACKETED.exec(name)?.[1]);
}

/** A zone with its rules, by its name. */
export function zoneNamedAs(text: unknown): string | undefined {
  const named = typeof text === 'string' ? zoneNamed(text.trim()) : undefined;
  if (named?.kind === 'zone') return named.zone;
  return named?.kind === 'offset' && named.offsetMs === 0 ? 'UTC' : undefined;
}

function offsetZone(sign: string, hours: string, minutes: string): string | undefined {
  if (Number(hours) > 14 || Number(minutes) > 59) return undefined;
  return Number(hours) + Number(minutes) === 0 ? 'UTC' : `${sign}${hours.padStart(2, '0')}:${minutes}`;
}
