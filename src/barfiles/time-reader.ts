import { EPOCH_SECONDS, epochMsOfIso, epochUnitOf } from '../market/index.ts';
import { numberOfText } from './number-text.ts';

/** `20161007`: no moment of August 1970, but a day that is written without its hyphens. */
const DAY_WITHOUT_HYPHENS = /^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/;
const DATES = 'dates';

/**
 * Reads the times of a file. Epoch units are told by magnitude, also of fewer digits than other doors take, as old daily
 * bars need them. The first time that can be read decides how times are written in the whole file: one that is written
 * otherwise is refused, as guessing row by row would misread some in silence.
 */
export class TimeReader {
  private format: string | undefined;
  private day = '';
  private dayMs = NaN;

  /** Epoch ms, or what is wrong. */
  read(value: unknown): number | string {
    if (value instanceof Date) return Number.isNaN(value.getTime()) ? 'The time is out of range' : value.getTime();
    if (typeof value === 'bigint' || typeof value === 'number') return this.epochTime(Number(value));
    if (typeof value !== 'string') return `The time is missing`;
    const quick = this.quickTime(value);
    if (quick !== undefined) return this.inFormat(DATES, quick);
    const text = value.trim();
    const epoch = numberOfText(text);
    if (Number.isFinite(epoch)) return this.epochTime(epoch);
    try {
      return this.inFormat(DATES, epochMsOfIso(text));
    } catch (error) {
      return error instanceof RangeError ? error.message : String(error);
    }
  }

  private epochTime(value: number): number | string {
    const unit = epochUnitOf(value);
    if (unit === undefined) return `Not a time: ${value}`;
    if (unit === EPOCH_SECONDS && DAY_WITHOUT_HYPHENS.test(String(value)))
      return `Not clear whether ${value} is a day or epoch seconds; write days as 2016-10-07`;
    return this.inFormat(unit.name, unit.toMs(value));
  }

  private inFormat(format: string, time: number): number | string {
    this.format ??= format;
    return this.format === format
      ? time
      : `Mixed time formats: the file began with ${this.format}, this row has ${format}`;
  }

  /** `YYYY-MM-DDTHH:MM:SSZ` and `YYYY-MM-DD HH:MM:SS`, which most files have, without a pattern for each row. */
  private quickTime(text: string): number | undefined {
    const { length } = text;
    if (length !== 19 && !(length === 20 && text.charCodeAt(19) === 90)) return undefined;
    const separator = text.charCodeAt(10);
    if ((separator !== 84 && separator !== 32) || text.charCodeAt(13) !== 58 || text.charCodeAt(16) !== 58)
      return undefined;
    const hour = twoDigits(text, 11);
    const minute = twoDigits(text, 14);
    const second = twoDigits(text, 17);
    if (!(hour < 24 && minute < 60 && second < 60)) return undefined;
    const day = text.slice(0, 10);
    if (day !== this.day) {
      try {
        this.dayMs = epochMsOfIso(day);
      } catch {
        return undefined; // the slow way says what is wrong
      }
      this.day = day;
    }
    return this.dayMs + ((hour * 60 + minute) * 60 + second) * 1_000;
  }
}

function twoDigits(text: string, at: number): number {
  const tens = text.charCodeAt(at) - 48;
  const ones = text.charCodeAt(at + 1) - 48;
  return tens >= 0 && tens < 10 && ones >= 0 && ones < 10 ? tens * 10 + ones : NaN;
}
