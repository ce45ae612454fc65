import { numberOfText } from '../number-text.ts';

export const DECIMAL_SIGNS = ['point', 'comma'] as const;
export type DecimalSign = (typeof DECIMAL_SIGNS)[number];

/** How the numbers of a file are written. */
export interface NumberForm {
  /** As told to the user. */
  readonly shown: string;
  /** Whether digits with a point or none are just that number. */
  readonly isPointPlain: boolean;
  /** `NaN` where the cell is not written so, and for what is not finite. */
  read(cell: unknown): number;
}

const LONGEST_TEXT = 60;
const SPACE = "[ \\u00a0\\u202f\\u2009'’]";
// A sign, a currency and brackets around, in any order that people write them; % and a unit behind.
const around = new RegExp(
  `^\\s*(\\()?\\s*([-+−])?\\s*[$€£¥₹]?\\s*([-+−])?\\s*(\\d[\\d.,]*(?:${SPACE}\\d[\\d.,]*)*|[.,]\\d+)(?:e([-+]?\\d{1,3}))?\\s*([kmbt](?=[\\s)$€£¥₹]|$))?\\s*[%$€£¥₹]?\\s*(\\))?\\s*$`,
  'i',
);
const POWER_OF_UNIT: Readonly<Record<string, number>> = { '': 0, k: 3, m: 6, b: 9, t: 12 };

const FORMS: Readonly<Record<DecimalSign, { readonly sign: string; readonly whole: RegExp }>> = {
  point: { sign: '.', whole: wholePattern([',', SPACE], ',') },
  comma: { sign: ',', whole: wholePattern(['\\.', SPACE]) },
};

/** Digits alone, or groups of three by one separator; Indians write 12,34,567. */
function wholePattern(separators: readonly string[], indian?: string): RegExp {
  // No number begins with a group of zeros: 0.123 has no thousands.
  const groups = separators.map((separator) => `[1-9]\\d{0,2}(${separator})\\d{3}(?:GROUP\\d{3})*`);
  const numbered = groups.map((group, at) => group.replace('GROUP', `\\${at + 1}`));
  const lakhs = indian === undefined ? [] : [`[1-9]\\d?(?:${indian}\\d\\d)+${indian}\\d{3}`];
  return new RegExp(`^(?:\\d*|${[...numbered, ...lakhs].join('|')})$`);
}

/**
 * The number of a text with this decimal sign: with thousands, a currency, `%`, a unit (`58.41M`) or brackets for minus.
 * `NaN` if it cannot be written so.
 */
export function numberWith(decimal: DecimalSign, text: string): number {
  const match = text.length > LONGEST_TEXT ? null : around.exec(text);
  if (match === null) return NaN;
  const [, opening, sign1, sign2, body = '', exponent = '0', unit = '', closing] = match;
  const isMinus = opening !== undefined || (sign1 ?? sign2 ?? '+') !== '+';
  if ((opening === undefined) !== (closing === undefined) || (sign1 !== undefined && sign2 !== undefined)) return NaN;
  if (opening !== undefined && (sign1 ?? sign2) !== undefined) return NaN;
  const { sign, whole } = FORMS[decimal];
  const [integer = '', fraction = '0', ...more] = body.split(sign);
  if (more.length > 0 || !whole.test(integer) || !/^\d+$/.test(fraction)) return NaN;
  const power = Number(exponent) + (POWER_OF_UNIT[unit.toLowerCase()] ?? 0);
  const digits = `${integer.replaceAll(/\D/g, '')}.${fraction}`;
  const size = power === 0 ? numberOfText(digits) : Number(`${digits}e${power}`);
  return Number.isFinite(size) ? (isMinus ? -size : size) : NaN;
}

/** Numbers with one decimal sign. */
export class DecimalForm implements NumberForm {
  readonly shown: string;
  readonly isPointPlain: boolean;

  constructor(decimal: DecimalSign) {
    this.isPointPlain = decimal === 'point';
    this.shown = `decimal ${decimal}`;
  }

  read(cell: unknown): number {
    if (typeof cell !== 'string') return finiteNumber(cell);
    const plain = this.isPointPlain ? numberOfText(cell) : numberOfText(commaAsPoint(cell));
    return Number.isFinite(plain) ? plain : numberWith(this.isPointPlain ? 'point' : 'comma', cell);
  }
}

/** Numbers of a file that has shown no decimal sign yet: only what cannot be read in two ways is read. */
export class WholeForm implements NumberForm {
  readonly shown = 'whole numbers';
  readonly isPointPlain: boolean;

  /** @param isPointPlain whether a point alone is a decimal sign here, as programs write it */
  constructor({ isPointPlain }: { readonly isPointPlain: boolean }) {
    this.isPointPlain = isPointPlain;
  }

  read(cell: unknown): number {
    if (typeof cell !== 'string') return finiteNumber(cell);
    const plain = numberOfText(cell);
    return Number.isFinite(plain) && (this.isPointPlain || !cell.includes('.')) ? plain : numberOfEither(cell);
  }
}

/** The number of a text that reads the same, or in one way only, with either sign. */
function numberOfEither(text: string): number {
  const point = numberWith('point', text);
  const comma = numberWith('comma', text);
  if (Number.isNaN(point)) return comma;
  return Number.isNaN(comma) || point === comma ? point : NaN;
}

function finiteNumber(cell: unknown): number {
  const value = typeof cell === 'number' || typeof cell === 'bigint' ? Number(cell) : NaN;
  return Number.isFinite(value) ? value : NaN;
}

/** For the quick way; a point in the text is no decimal sign there. */
function commaAsPoint(text: string): string {
  return text.includes('.') ? '' : text.replace(',', '.');
}
