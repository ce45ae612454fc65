import { BAR_STATES, FINAL, PRICE_COLUMNS, PROVISIONAL } from '../market/index.ts';
import type { BarField } from './header.ts';
import { numberOfText } from './number-text.ts';
import type { BatchBuilder } from './read-batch.ts';
import { TimeReader } from './time-reader.ts';

/** A field of a row as it stands in a file: text, a number, or what a binary format made of it. */
type RawField = unknown;

/** The fields of a row that make a bar. */
export type RawBar = Readonly<Record<BarField, RawField>>;

/** Turns rows into bars. */
export class RowReader {
  private readonly defaultState: number;
  private readonly times = new TimeReader();

  constructor(defaultState: 'provisional' | 'final') {
    this.defaultState = BAR_STATES.indexOf(defaultState);
  }

  /** Adds the row to the batch, as a bar or as a fault. */
  read(batch: BatchBuilder, line: number, row: RawBar, raw: () => string): void {
    const openTime = this.times.read(row.openTime);
    const open = numberOfField(row.open);
    const high = numberOfField(row.high);
    const low = numberOfField(row.low);
    const close = numberOfField(row.close);
    const volume = isAbsent(row.volume) ? NaN : numberOfField(row.volume);
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
}

function isAbsent(value: RawField): boolean {
  return value === undefined || value === null || (typeof value === 'string' && value.trim() === '');
}

/** `NaN` for what is no number. */
export function numberOfField(value: RawField): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  return typeof value === 'string' ? numberOfText(value) : NaN;
}

function stateOf(value: RawField): number {
  return value === 'final' ? FINAL : value === 'provisional' ? PROVISIONAL : -1;
}

function faultOf(row: RawBar): string {
  for (const name of PRICE_COLUMNS)
    if (Number.isNaN(numberOfField(row[name]))) return `${name} is not a number: ${shown(row[name])}`;
  if (!isAbsent(row.volume) && Number.isNaN(numberOfField(row.volume)))
    return `volume is not a number: ${shown(row.volume)}`;
  return `state must be provisional or final, not ${shown(row.state)}`;
}

function shown(value: RawField): string {
  return isAbsent(value) ? 'missing' : JSON.stringify(String(value).slice(0, 60));
}
