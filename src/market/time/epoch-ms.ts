/** Milliseconds since 1970-01-01T00:00:00Z, whole. */
export type EpochMs = number & { readonly __brand: 'EpochMs' };

/** The moments the store can name: years 1 to 9999, so that their text sorts as they do. */
export const EPOCH_MS_RANGE = { minimum: -62_135_596_800_000, maximum: 253_402_300_799_999 } as const;

/** @throws RangeError if the number is not a whole millisecond of the years 1 to 9999 */
export function epochMs(value: number): EpochMs {
  if (!Number.isInteger(value) || value < EPOCH_MS_RANGE.minimum || value > EPOCH_MS_RANGE.maximum)
    throw new RangeError(`Not a whole epoch millisecond of the years 1 to 9999: ${value}`);
  return value as EpochMs;
}

// RFC 3339 with a zone, or a bare date, or a date and time without a zone, which is read as UTC.
const isoText =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

/**
 * Reads an ISO 8601 / RFC 3339 moment. A bare date is its 00:00Z; without a zone the time is UTC.
 * Digits past the millisecond are cut off.
 * @throws RangeError if the text is no such moment, or names a day, time or offset that does not exist
 */
export function epochMsOfIso(text: string): EpochMs {
  const parts = isoText.exec(text.trim());
  if (parts === null) throw new RangeError(`Not a time such as 2016-10-07 or 2016-10-07T09:30:00Z: "${text}"`);
  const [, year, month, day, hour = '0', minute = '0', second = '0', fraction = '0', zone = 'Z'] = parts;
  const midnight = new Date(0).setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  const exists =
    new Date(midnight).getUTCMonth() === Number(month) - 1 &&
    new Date(midnight).getUTCDate() === Number(day) &&
    Number(hour) < 24 &&
    Number(minute) < 60 &&
    Number(second) < 60;
  const offsetMs = zoneOffsetMs(zone);
  if (!exists || offsetMs === undefined) throw new RangeError(`No such day, time or offset: "${text}"`);
  const ms = Number(fraction.padEnd(3, '0').slice(0, 3));
  const local = midnight + Number(hour) * 3_600_000 + Number(minute) * 60_000 + Number(second) * 1_000 + ms;
  return epochMs(local - offsetMs);
}

/** `undefined` for an offset that no clock shows, such as `+05:60`. */
function zoneOffsetMs(zone: string): number | undefined {
  if (zone.toUpperCase() === 'Z') return 0;
  const digits = zone.slice(1).replace(':', '').padEnd(4, '0');
  const hours = Number(digits.slice(0, 2));
  const minutes = Number(digits.slice(2));
  if (hours > 23 || minutes > 59) return undefined;
  const ms = (hours * 60 + minutes) * 60_000;
  return zone.startsWith('-') ? -ms : ms;
}

/** RFC 3339 with `Z`; milliseconds only where there are some: `2016-10-07T00:01:00Z`. */
export function isoOfEpochMs(time: number): string {
  const text = new Date(time).toISOString();
  return text.endsWith('.000Z') ? `${text.slice(0, -5)}Z` : text;
}

/** A moment as callers may write it: ISO 8601 text (UTC where it names no zone), a `Date`, or epoch ms. */
export type TimeInput = string | number | Date;

// Nine digits or more, so that neither 2016 nor 20161007 is taken for a moment of 1970.
const epochMsText = /^-?\d{9,}$/;

/** @throws RangeError if the value names no moment of the years 1 to 9999 */
export function epochMsOfInput(value: TimeInput): EpochMs {
  if (typeof value === 'number') return epochMs(value);
  if (value instanceof Date) return epochMs(value.getTime());
  const text = value.trim();
  return epochMsText.test(text) ? epochMs(Number(text)) : epochMsOfIso(text);
}
