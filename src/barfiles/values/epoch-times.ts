import { InvalidRequestError } from '../../platform/errors/index.ts';
import { numberOfBytes } from '../number-text.ts';
import { isLikeCompact, numberOfCell } from './compact-times.ts';
import { EPOCH_UNITS, type EpochUnitName, type TimeForm } from './time-form.ts';

const DAY_MS = 86_400_000;
const SECOND_MS = 1_000;
const YEAR_1900 = Date.UTC(1900, 0);
const YEAR_2000 = Date.UTC(2000, 0);
const END_OF_9999 = 253_402_300_799_999;
/** Bars of a month that are named by their end are ahead of the clock by so much. */
const MOST_AHEAD_MS = 32 * DAY_MS;
/** Smaller numbers are years, months, days of Excel or the like, unless all are whole days. */
const LEAST_SECONDS = 1e8;
/** How many of a unit are in a millisecond, from the coarsest. */
const PER_MS: Readonly<Record<EpochUnitName, number>> = { s: 1e-3, ms: 1, us: 1e3, ns: 1e6 };
const PER_SECOND: Readonly<Record<EpochUnitName, number>> = { s: 1, ms: 1e3, us: 1e6, ns: 1e9 };

/** What the epoch numbers of a column say of their unit, one for all of them. */
export class EpochEvidence {
  private readonly now: number;
  private min = Infinity;
  private max = -Infinity;
  private readonly steps: Record<EpochUnitName, Roundness> = {
    s: newRoundness(),
    ms: newRoundness(),
    us: newRoundness(),
    ns: newRoundness(),
  };

  constructor(now: number) {
    this.now = now;
  }

  add(value: number): void {
    this.min = Math.min(this.min, value);
    this.max = Math.max(this.max, value);
    for (const unit of EPOCH_UNITS) {
      this.steps[unit].isSeconds &&= isMultiple(value, PER_SECOND[unit]);
      this.steps[unit].isDays &&= isMultiple(value, PER_SECOND[unit] * 86_400);
    }
  }

  get isOpen(): boolean {
    const unit = this.coarsest();
    return unit === undefined || this.isTooSmall(unit) || this.finer(unit) !== undefined;
  }

  /** @throws InvalidRequestError `TIME_UNIT_NEEDED`, `TIME_FORM_UNKNOWN` */
  form(named: EpochUnitName | undefined): TimeForm {
    if (named !== undefined) return new EpochForm(named, 0);
    const unit = this.coarsest();
    if (unit === undefined || this.isTooSmall(unit))
      throw new InvalidRequestError(
        'TIME_FORM_UNKNOWN',
        `Not clear which times the numbers ${this.min} to ${this.max} are: neither epoch times from 1900 to now nor days ` +
          'such as 20240102. Excel counts days: format its cells as dates such as 2024-01-02. --time-unit s|ms|us|ns ' +
          'names the unit of epoch times',
      );
    const finer = this.finer(unit);
    if (finer !== undefined)
      throw new InvalidRequestError(
        'TIME_UNIT_NEEDED',
        `The times ${this.min} to ${this.max} can be epoch ${unit} (${this.spanIn(unit)}) or epoch ${finer} ` +
          `(${this.spanIn(finer)}): name the unit with --time-unit s|ms|us|ns`,
      );
    return new EpochForm(unit, this.nearLimit(unit));
  }

  /** The coarsest unit that puts no time before 1900 or into the future. */
  private coarsest(): EpochUnitName | undefined {
    return EPOCH_UNITS.find(
      (unit) => this.min / PER_MS[unit] >= YEAR_1900 && this.max / PER_MS[unit] <= this.now + MOST_AHEAD_MS,
    );
  }

  private isTooSmall(unit: EpochUnitName): boolean {
    return unit === 's' && Math.max(-this.min, this.max) < LEAST_SECONDS && !this.steps.s.isDays;
  }

  /**
   * A finer unit that fits as well. It puts all times into the days around 1970-01-01, so it counts only where its times
   * are as round as those of bars: whole days, or whole seconds where the coarser unit gives old times too.
   */
  private finer(unit: EpochUnitName): EpochUnitName | undefined {
    const isOld = this.max / PER_MS[unit] < YEAR_2000;
    return EPOCH_UNITS.slice(EPOCH_UNITS.indexOf(unit) + 1).find(
      (other) => this.steps[other].isDays || (isOld && this.steps[other].isSeconds),
    );
  }

  private nearLimit(unit: EpochUnitName): number {
    if (unit === 's') return LEAST_SECONDS;
    const coarser = EPOCH_UNITS[EPOCH_UNITS.indexOf(unit) - 1] ?? 's';
    return (this.now + MOST_AHEAD_MS) * PER_MS[coarser];
  }

  private spanIn(unit: EpochUnitName): string {
    const day = (value: number): string => new Date(value / PER_MS[unit]).toISOString().slice(0, 10);
    return `${day(this.min)} to ${day(this.max)}`;
  }
}

interface Roundness {
  isSeconds: boolean;
  isDays: boolean;
}

function newRoundness(): Roundness {
  return { isSeconds: true, isDays: true };
}

/** Times that end a bar are one unit, or one millisecond, before a round time. */
function isMultiple(value: number, step: number): boolean {
  return value % step === 0 || (value + 1) % step === 0;
}

class EpochForm implements TimeForm {
  readonly shown: string;
  readonly gives = 'instant';
  readonly isDateOnly = false;
  private readonly perMs: number;
  private readonly nearLimit: number;

  /** @param nearLimit smaller numbers can be something else, unless they are whole days */
  constructor(unit: EpochUnitName, nearLimit: number) {
    this.shown = `epoch ${unit}`;
    this.perMs = PER_MS[unit];
    this.nearLimit = nearLimit;
  }

  read(cell: unknown): number {
    const value = numberOfCell(cell);
    const time = this.msOf(value);
    if (!(time >= YEAR_1900 && time <= END_OF_9999)) return NaN;
    const isDoubtful = Math.abs(value) < this.nearLimit || (this.nearLimit > 0 && isLikeCompact(value));
    return isDoubtful && time % DAY_MS !== 0 && (time + 1) % DAY_MS !== 0 && (time + SECOND_MS) % DAY_MS !== 0
      ? NaN
      : time;
  }

  readBytes(bytes: Buffer, from: number, to: number): number {
    return this.read(numberOfBytes(bytes, from, to));
  }

  localDay(): number {
    return NaN;
  }

  /** A double is exact to less than half a microsecond only: whole milliseconds must come out whole. */
  private msOf(value: number): number {
    if (this.perMs === 1) return Math.floor(value + 0.0005);
    return Math.floor(value / this.perMs + 0.0005);
  }
}
