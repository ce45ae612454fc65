import { InvalidRequestError } from '../../platform/errors/index.ts';
import { numberOfText } from '../number-text.ts';
import { isEmptyCell } from './empty-cell.ts';
import { DECIMAL_SIGNS, DecimalForm, numberWith, WholeForm, type DecimalSign, type NumberForm } from './number-form.ts';

export interface NumberFormOptions {
  /** What separates the columns; `undefined` of files without, such as JSON and Parquet. */
  readonly separator?: string | undefined;
  /** As named by the user. */
  readonly decimal?: DecimalSign | undefined;
}

const SHOWN_CELL = 40;

/**
 * Finds out how the numbers of a file are written, from cells of all its columns of numbers: one decimal sign for all, which
 * must be able to read every cell that is a number. Where columns are separated by commas, or are no text, a point alone is
 * the decimal sign, as programs write it.
 */
export class NumberFormFinder {
  private readonly options: NumberFormOptions;
  /** The first cell of each sign that cannot have the other one. */
  private readonly shownBy: Partial<Record<DecimalSign, string>> = {};
  /** Whether a cell has a point alone where that is the decimal sign unless commas are seen to be. */
  private hasPointAlone = false;
  /** The first cell that reads as another number by the other sign. */
  private doubtful: string | undefined;

  constructor(options: NumberFormOptions) {
    this.options = options;
  }

  /** Notes a cell of a column of prices or volumes. */
  add(cell: unknown): void {
    if (typeof cell !== 'string' || this.showsNothing(cell) || isEmptyCell(cell)) return;
    const point = numberWith('point', cell);
    const comma = numberWith('comma', cell);
    if (Number.isNaN(point) && Number.isNaN(comma)) return;
    if (Number.isNaN(comma)) this.shownBy.point ??= cell;
    else if (Number.isNaN(point)) this.shownBy.comma ??= cell;
    else if (point !== comma) {
      if (this.isPointPlain && !cell.includes(',')) this.hasPointAlone = true;
      else this.doubtful ??= cell;
    }
  }

  /** Of plain numbers whole ones show no decimal sign, and others no more once there is one with a point. */
  private showsNothing(cell: string): boolean {
    return Number.isFinite(numberOfText(cell)) && (this.shownBy.point !== undefined || !cell.includes('.'));
  }

  /** Whether more cells could show the decimal sign. */
  get isOpen(): boolean {
    if (this.options.decimal !== undefined || this.signs().length > 0) return false;
    return !this.isPointPlain || this.doubtful !== undefined;
  }

  /** @throws InvalidRequestError `DECIMAL_FORM_NEEDED` */
  form(): NumberForm {
    const { decimal } = this.options;
    if (decimal !== undefined) return new DecimalForm(decimal);
    const [sign, other] = this.signs();
    if (other !== undefined)
      throw new InvalidRequestError(
        'DECIMAL_FORM_NEEDED',
        `Numbers have a decimal point in ${quoted(this.shownBy.point)} and a decimal comma in ` +
          `${quoted(this.shownBy.comma)}: name the one that is right with --decimal point|comma; other rows are rejected`,
      );
    if (sign !== undefined) return new DecimalForm(sign);
    if (this.doubtful === undefined) return new WholeForm({ isPointPlain: this.isPointPlain });
    throw new InvalidRequestError(
      'DECIMAL_FORM_NEEDED',
      `Numbers such as ${quoted(this.doubtful)} can be ${numberWith('point', this.doubtful)} or ` +
        `${numberWith('comma', this.doubtful)}, and no cell shows which: name the decimal sign with --decimal point|comma`,
    );
  }

  private signs(): readonly DecimalSign[] {
    const shown = DECIMAL_SIGNS.filter((sign) => this.shownBy[sign] !== undefined);
    return shown.length === 0 && this.hasPointAlone ? ['point'] : shown;
  }

  private get isPointPlain(): boolean {
    const { separator } = this.options;
    return separator === undefined || separator === ',';
  }
}

function quoted(cell: string | undefined): string {
  return JSON.stringify(cell?.slice(0, SHOWN_CELL));
}
