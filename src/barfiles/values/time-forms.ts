import { InvalidRequestError } from '../../platform/errors/index.ts';
import { COMPACT_LAYOUTS, CompactForm, numberOfCell } from './compact-times.ts';
import { isEmptyCell } from './empty-cell.ts';
import { EpochEvidence } from './epoch-times.ts';
import type { DateOrder, EpochUnitName, TimeForm } from './time-form.ts';
import { DATE_SHAPES } from './written-dates.ts';
import { shapeOf, WrittenForm, type WrittenShape } from './written-form.ts';

/** What the user, or the schema of a binary file, says of the times. */
export interface TimeFormOptions {
  readonly dateOrder?: DateOrder | undefined;
  readonly epochUnit?: EpochUnitName | undefined;
  /** What `Date` objects are: moments (default), times on a clock somewhere, or days. */
  readonly dates?: 'instant' | 'wall' | 'days' | undefined;
  /** Epoch ms; no epoch time is later than a month after it. */
  readonly now: number;
}

/** Cells that are written in one way, and the forms that they can have. */
interface Evidence {
  /** How many cells at least one of the forms reads. */
  readonly count: number;
  readonly example: unknown;
  /** Whether more cells could show which form it is. */
  readonly isOpen: boolean;
  form(): TimeForm;
}

const SHOWN_CELL = 40;

/**
 * Finds out how the times of a column are written: in one way for the whole file. Most cells decide which layout it has;
 * within a layout, a form must read all of its cells, and only one may. Cells that are not so written are `NaN` to the form.
 */
export class TimeFormFinder {
  private readonly options: TimeFormOptions;
  private readonly texts = new Map<string, TextEvidence>();
  private readonly numbers: NumberEvidence;
  private last: TextEvidence | undefined;
  private dates: DateEvidence | undefined;
  private unread: unknown;

  constructor(options: TimeFormOptions) {
    this.options = options;
    this.numbers = new NumberEvidence(options);
  }

  /** Notes a cell of the column: text, a number, a bigint, a `Date`; of two columns, `${date} ${time}`. */
  add(cell: unknown): void {
    if (isEmptyCell(cell)) return;
    if (cell instanceof Date) {
      this.dates ??= new DateEvidence(cell, this.options.dates ?? 'instant');
      this.dates.count++;
      return;
    }
    const value = numericValue(cell);
    if (Number.isFinite(value)) this.numbers.add(cell, value);
    else if (typeof cell !== 'string' || !this.addText(cell)) this.unread ??= cell;
  }

  /** Whether more cells could change what {@link form} says, or whether it can say anything. */
  get isOpen(): boolean {
    const [first, second] = this.byCount();
    return first === undefined || first.isOpen || first.count === second?.count;
  }

  /** @throws InvalidRequestError `DATE_ORDER_NEEDED`, `TIME_UNIT_NEEDED`, `TIME_FORM_UNKNOWN` */
  form(): TimeForm {
    const [first, second] = this.byCount();
    if (first === undefined)
      throw new InvalidRequestError(
        'TIME_FORM_UNKNOWN',
        `${this.unread === undefined ? 'The column has no times' : `Not a time: ${quoted(this.unread)}`}. Times are read ` +
          'such as 2024-01-02 09:30:00, 20240102, 1/2/2024, Jan 2, 2024 or 1704187800; if another column has them, name ' +
          'it with --columns time=NAME',
      );
    if (second?.count === first.count)
      throw new InvalidRequestError(
        'TIME_FORM_UNKNOWN',
        `Times are written in several ways, such as ${quoted(first.example)} and ${quoted(second.example)}: write all ` +
          'in one way, or name the column that has them with --columns time=NAME',
      );
    return first.form();
  }

  private byCount(): readonly Evidence[] {
    const found: Evidence[] = [this.numbers, ...this.texts.values()];
    if (this.dates !== undefined) found.push(this.dates);
    return found.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  }

  private addText(text: string): boolean {
    if (this.last?.addPlain(text) === true) return true;
    for (const date of DATE_SHAPES) {
      const shape = shapeOf(text, date);
      if (shape === undefined) continue;
      const key = keyOf(shape);
      const evidence = this.texts.get(key) ?? new TextEvidence(shape, this.options);
      this.texts.set(key, evidence);
      this.last = evidence;
      return evidence.add(text);
    }
    return false;
  }
}

/** Clocks of digits are one layout, whatever they lost of their zeros. */
function keyOf({ date, clocks, zone, zoneName = '' }: WrittenShape): string {
  return `${DATE_SHAPES.indexOf(date)} ${clocks.at(-1)} ${zone} ${zoneName}`;
}

/** `NaN` for what is no number, or is written with an exponent. */
function numericValue(cell: unknown): number {
  const value = numberOfCell(cell);
  return typeof cell === 'string' && Number.isFinite(value) && /e/i.test(cell) ? NaN : value;
}

function quoted(cell: unknown): string {
  return JSON.stringify(String(cell).slice(0, SHOWN_CELL));
}

/** A form with the cells that it does not read. */
interface Candidate {
  readonly form: WrittenForm;
  misses: number;
  missed?: string;
}

/** Text of one layout. */
class TextEvidence implements Evidence {
  count = 0;
  example: unknown;
  private readonly options: TimeFormOptions;
  private readonly candidates: readonly Candidate[];
  /** Some days that have times of day. */
  private readonly days = new Set<number>();

  constructor(shape: WrittenShape, options: TimeFormOptions) {
    this.options = options;
    const { orders, nameable } = shape.date;
    const named = options.dateOrder;
    const possible = named === undefined || orders.length === 1 ? orders : [];
    const clocks = shape.clocks.includes('HHMMSS') ? (['HHMM', 'HHMMSS'] as const) : shape.clocks;
    const latestYear = new Date(options.now).getUTCFullYear() + 1;
    this.candidates = (named !== undefined && nameable.includes(named) ? [named] : possible)
      .flatMap((order) => clocks.map((clock) => new WrittenForm(shape, order, clock, latestYear)))
      .map((form) => ({ form, misses: 0 }));
  }

  /** A shorter way for one more text of the only form, if that shows without a pattern. */
  addPlain(text: string): boolean {
    if (this.candidates.length !== 1 || !this.candidates[0].form.isPlain(text)) return false;
    this.count++;
    return true;
  }

  /** Whether any form reads it. */
  add(text: string): boolean {
    const times = this.candidates.map(({ form }) => form.read(text));
    const read = times.filter((time) => !Number.isNaN(time));
    if (this.candidates.length > 0 && read.length === 0) return false;
    this.count++;
    this.example ??= text;
    times.forEach((time, at) => {
      const candidate = this.candidates[at];
      if (candidate === undefined || !Number.isNaN(time)) return;
      candidate.misses++;
      candidate.missed ??= text;
    });
    for (const time of read) {
      const day = Math.floor(time / 86_400_000);
      if (this.days.size < 2 && time !== day * 86_400_000) this.days.add(day);
    }
    return true;
  }

  get isOpen(): boolean {
    const [first, second] = this.possible();
    if (first === undefined || second === undefined) return false;
    return first.order !== second.order || !this.isSeveralDays();
  }

  form(): TimeForm {
    const possible = this.possible();
    const [first] = possible;
    if (first === undefined) throw this.orderNeeded('and no order of day and month fits all rows');
    if (possible.some(({ order }) => order !== first.order))
      throw this.orderNeeded('and no row of the file shows which: no number that must be a day is above 12');
    if (possible.length > 1 && this.days.size === 1)
      throw new InvalidRequestError(
        'TIME_FORM_UNKNOWN',
        `The time of day of ${quoted(this.example)} can be hours and minutes or minutes and seconds, as it has no zeros ` +
          'in front: write times as 09:30 or 0930',
      );
    return first;
  }

  private possible(): readonly WrittenForm[] {
    return this.candidates.filter(({ misses }) => misses === 0).map(({ form }) => form);
  }

  /**
   * Digits up to 2359 on several days are hours and minutes: as minutes and seconds, every day would have nothing after
   * its first 24 minutes.
   */
  private isSeveralDays(): boolean {
    return this.days.size > 1;
  }

  private orderNeeded(why: string): InvalidRequestError {
    const missed = this.candidates.flatMap((candidate) => candidate.missed ?? []);
    const examples = [...new Set([this.example, ...missed])].slice(0, 3).map(quoted).join(', ');
    const { dateOrder } = this.options;
    return new InvalidRequestError(
      'DATE_ORDER_NEEDED',
      dateOrder === undefined
        ? `Dates such as ${examples} can be read in several orders, ${why}. Name it with --date-order ymd|mdy|dmy`
        : `Dates such as ${examples} are not written in the order ${dateOrder}: name another with --date-order ` +
            'ymd|mdy|dmy, or none',
    );
  }
}

/** Numbers, and text that is nothing but a number: compact dates or epochs. */
class NumberEvidence implements Evidence {
  count = 0;
  example: unknown;
  private readonly options: TimeFormOptions;
  private readonly epochs: EpochEvidence;
  private readonly compacts = COMPACT_LAYOUTS.map((layout) => ({ form: new CompactForm(layout), count: 0 }));
  private hasSeveral = false;

  constructor(options: TimeFormOptions) {
    this.options = options;
    this.epochs = new EpochEvidence(options.now);
  }

  add(cell: unknown, value: number): void {
    this.hasSeveral ||= this.count > 0 && value !== numberOfCell(this.example);
    this.count++;
    this.example ??= cell;
    this.epochs.add(value);
    for (const compact of this.compacts) if (!Number.isNaN(compact.form.read(value))) compact.count++;
  }

  get isOpen(): boolean {
    if (this.options.epochUnit !== undefined) return false;
    return this.compact() === undefined ? this.epochs.isOpen : !this.hasSeveral;
  }

  form(): TimeForm {
    const { epochUnit } = this.options;
    return (epochUnit === undefined ? this.compact() : undefined) ?? this.epochs.form(epochUnit);
  }

  /** Numbers that read as dates are dates: as epochs, all would be of days in 1970 or months in 1976. */
  private compact(): TimeForm | undefined {
    return this.compacts.find(({ count }) => count > this.count / 2)?.form;
  }
}

/** What binary formats make of their timestamps and days. */
class DateEvidence implements Evidence {
  count = 0;
  readonly isOpen = false;
  readonly example: Date;
  private readonly kind: 'instant' | 'wall' | 'days';

  constructor(example: Date, kind: 'instant' | 'wall' | 'days') {
    this.example = example;
    this.kind = kind;
  }

  form(): TimeForm {
    return {
      shown: this.kind === 'days' ? 'days' : 'timestamps',
      gives: this.kind === 'instant' ? 'instant' : 'wall',
      isDateOnly: this.kind === 'days',
      read: (cell) => (cell instanceof Date ? cell.getTime() : NaN),
      readBytes: () => NaN,
      localDay: () => NaN,
    };
  }
}
