import {
  BAR_STATES,
  EPOCH_SECONDS,
  epochMsOfIso,
  epochUnitOf,
  FINAL,
  PRICE_COLUMNS,
  PROVISIONAL,
} from '../market/index.ts';
import { numberOfText } from './number-text.ts';
import type { BatchBuilder } from './read-batch.ts';

/** A field of a row as it stands in a file: text, a number, or what a binary format made of it. */
type RawField = unknown;

/** The fields of a row that make a bar. */
export interface RawBar {
  readonly openTime: RawField;
  readonly open: RawField;
  readonly high: RawField;
  readonly low: RawField;
  readonly close: RawField;
  readonly volume: RawField;
  readonly state: RawField;
}

/** `20161007`: no moment of August 1970, but a day that is written without its hyphens. */
const DAY_WITHOUT_HYPHENS = /^(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])$/;
const DATES = 'dates';

/**
 * Turns rows into bars. Epoch units are told by magnitude, also of fewer digits than other doors take, as old daily bars
 * need them. The first time that can be read decides how times are written in the whole file: a row that
 * writes its time otherwise is refused, as guessing row by row would misread some in silence.
 */
export class RowReader {
  private readonly defaultState: number;
  private timeFormat: string | undefined;
  private day = '';
  private dayMs = NaN;

  constructor(defaultState: 'provisional' | 'final') {
    this.defaultState = BAR_STATES.indexOf(defaultState);
  }

  /** Adds the row to the batch, as a bar or as a fault. */
  read(batch: BatchBuilder, line: number, row: RawBar, raw: () => string): void {
    const openTime = this.timeOf(row.openTime);
    const open = numberOf(row.open);
    const high = numberOf(row.high);
    const low = numberOf(row.low);
    const close = numberOf(row.close);
    const volume = isAbsent(row.volume) ? NaN : numberOf(row.volume);
    const state = isAbsent(row.state) ? this.defaultState : stateOf(row.state);
    const isRead =
      typeof openTime === 'number' &&
      !Number.isNaN(open) &&
      !Number.isNaN(high) &&
      !Number.isNaN(low) &&
      !Number.isNaN(close) &&
      state > 0 &&
      (!Number.isNaN(volume) || isAbsent(row.volume));
    if (isRead) batch.add(line, openTime, open, high, low, close, volume, state);
    else if (typeof openTime === 'string') batch.refuse(line, openTime, raw());
    else batch.refuse(line, faultOf(row), raw(), openTime);
  }

  /** Epoch ms, or what is wrong. */
  private timeOf(value: RawField): number | string {
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
    this.timeFormat ??= format;
    return this.timeFormat === format
      ? time
      : `Mixed time formats: the file began with ${this.timeFormat}, this row has ${format}`;
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

function isAbsent(value: RawField): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

function numberOf(value: RawField): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' ? numberOfText(value) : NaN;
}

function stateOf(value: RawField): number {
  return value === 'final' ? FINAL : value === 'provisional' ? PROVISIONAL : -1;
}

function faultOf(row: RawBar): string {
  for (const name of PRICE_COLUMNS)
    if (Number.isNaN(numberOf(row[name]))) return `${name} is not a number: ${shown(row[name])}`;
  if (!isAbsent(row.volume) && Number.isNaN(numberOf(row.volume)))
    return `volume is not a number: ${shown(row.volume)}`;
  return `state must be provisional or final, not ${shown(row.state)}`;
}

function shown(value: RawField): string {
  return isAbsent(value) ? 'missing' : JSON.stringify(String(value).slice(0, 60));
}
