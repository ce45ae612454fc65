import { epochUnitOf } from './epoch-unit.ts';

/** Milliseconds since 1970-01-01T00:00:00Z, whole. */
export type EpochMs = number & { readonly __brand: 'EpochMs' };

/** The moments the store can name: years 1 to 9999, so that their text sorts as they do. */
export const EPOCH_MS_RANGE = { minimum: -62_135_596_800_000, maximum: 253_402_300_799_999 } as const;

export function isEpochMs(value: number): value is EpochMs {
  return Number.isInteger(value) && value >= EPOCH_MS_RANGE.minimum && value <= EPOCH_MS_RANGE.maximum;
}

/** @throws RangeError if the number is not a whole millisecond of the years 1 to 9999 */
export function epochMs(value: number): EpochMs {
  if (!isEpochMs(value)) throw new RangeError(`Not a whole epoch millisecond of the years 1 to 9999: ${value}`);
  return value;
}

// RFC 3339 with a zone, or a bare date, or a date and time without a zone, which is read as UTC.
const isoText =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?\s?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

// What is left of `+05:30` where a form decoder made a space of its sign.
const lostPlusText = /\d:\d\d\S* \d\d(:?\d\d)?$/;

/**
 * Reads an ISO 8601 / RFC 3339 moment. A bare date is its 00:00Z; without a zone the time is UTC.
 * Digits past the millisecond are cut off.
 * @throws RangeError if the text is no such moment, or names a day, time or offset that does not exist
 */
export function epochMsOfIso(text: string): EpochMs {
  const parts = isoText.exec(text.trim());
  if (parts === null)
    throw new RangeError(
      lostPlusText.test(text)
        ? `"${text}" has a space where the + of an offset was: in a URL, write + as %2B, or the time with Z`
        : `Not a time such as 2016-10-07 or 2016-10-07T09:30:00Z: "${text}"`,
    );
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

/** A moment as JSON has it, null where there is none. */
export function isoOrNull(time: number | undefined): string | null {
  return time === undefined ? null : isoOfEpochMs(time);
}

/**
 * A moment in text or JSON: ISO 8601 text (UTC where it names no zone), or an epoch number in s, ms, us or ns, as a
 * number or as digits.
 */
export type WireTime = string | number;

/** Shorter numbers may be years or days such as 2016 and 20161007, and are never taken for moments of 1970. */
const LEAST_EPOCH = 100_000_000;
const epochText = /^-?\d+(\.\d+)?$/;

/**
 * Reads a moment as text and JSON give it. The unit of an epoch number follows from its magnitude: at least nine digits
 * (or 0), below 1e11 seconds, below 1e14 milliseconds, below 1e17 microseconds, else nanoseconds.
 * @throws RangeError if the value names no moment of the years 1 to 9999
 */
export function epochMsOfWire(value: WireTime): EpochMs {
  const text = String(value).trim();
  return typeof value === 'number' || epochText.test(text) ? epochMsOfNumber(Number(text), text) : epochMsOfIso(text);
}

function epochMsOfNumber(value: number, text: string): EpochMs {
  if (value !== 0 && Math.abs(value) < LEAST_EPOCH)
    throw new RangeError(
      `Not clear whether ${text} is a day, a year or an epoch time; write it as 2016-10-07T09:30:00Z`,
    );
  return epochMs(epochUnitOf(value)?.toMs(value) ?? NaN);
}

/** A moment as programs write it: text as in {@link WireTime}, a `Date`, or a number of epoch ms. */
export type TimeInput = string | number | Date;

/**
 * Reads a moment as a program gives it.
 * @throws RangeError if the value names no moment of the years 1 to 9999, or is a number that looks like seconds
 */
export function epochMsOfInput(value: TimeInput): EpochMs {
  if (typeof value === 'string') return epochMsOfWire(value);
  if (value instanceof Date) return epochMs(value.getTime());
  if (isLikeSeconds(value))
    throw new RangeError(
      `${value} looks like epoch seconds (${isoOfEpochMs(value * 1_000)}); a number must be epoch milliseconds. ` +
        `If ${isoOfEpochMs(value)} is meant, give it as text or a Date`,
    );
  return epochMs(value);
}

const END_OF_2099_SECONDS = 4_102_444_800;

/**
 * Whether a number that should be epoch ms can be taken for seconds by mistake: as seconds it is of 1973 to 2099 (or as
 * long before 1970), as milliseconds of the days around 1970 that hardly anybody has data of.
 */
export function isLikeSeconds(time: number): boolean {
  return Math.abs(time) >= LEAST_EPOCH && isNearEpoch(time);
}

/** Whether epoch ms are so near to 1970 (47 days) that, as seconds, they would be of 1840 to 2099; true of NaN. */
export function isNearEpoch(time: number): boolean {
  return !(Math.abs(time) >= END_OF_2099_SECONDS);
}
