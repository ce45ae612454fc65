// Written without Intl: its first format takes 35 ms and more of a new page, before anything is drawn.

/** A whole number with its thousands apart: `1,234,567`. */
export function grouped(value: number): string {
  return exactText(Math.round(value));
}

/** A number with every digit it has. */
export function exactText(value: number): string {
  const [whole, fraction] = digitsOf(value).split('.');
  const parted = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? parted : `${parted}.${fraction}`;
}

const SHORT_UNITS = ['', 'K', 'M', 'B', 'T'] as const;

/** Three digits and a unit: `1.23M`. */
export function shortText(value: number): string {
  const short = Number(value.toPrecision(3));
  const power = Math.min(SHORT_UNITS.length - 1, Math.floor(Math.log10(Math.max(1, Math.abs(short))) / 3));
  return `${exactText(Number((short / 1_000 ** power).toPrecision(3)))}${SHORT_UNITS[power]}`;
}

/** A price with the decimals of its instrument, and more only where it has more. */
export function priceText(value: number, decimals: number | null): string {
  if (decimals === null) return exactText(value);
  const [whole, fraction = ''] = exactText(Number(value.toFixed(MOST_DECIMALS))).split('.');
  return fraction === '' && decimals === 0 ? whole : `${whole}.${fraction.padEnd(decimals, '0')}`;
}

const MOST_DECIMALS = 12;

/** All digits of a number, those of a very large or very small one too. */
function digitsOf(value: number): string {
  const text = String(value);
  return text.includes('e') ? value.toLocaleString('en-US', EVERY_DIGIT) : text;
}

const EVERY_DIGIT = { maximumSignificantDigits: 17, useGrouping: false } as const;

/** The most decimals that any of the numbers is written with, such as 2 for 1, 1.5 and 1.25. */
export function decimalsOf(values: Iterable<number>): number {
  let most = 0;
  for (const value of values) {
    const text = String(value);
    const [digits = '', exponent] = text.split('e');
    const own = (digits.split('.')[1] ?? '').length - Number(exponent ?? 0);
    most = Math.max(most, own);
  }
  return most;
}

const BYTE_UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

export function bytesText(bytes: number): string {
  const power = Math.min(BYTE_UNITS.length - 1, Math.floor(Math.log2(Math.max(1, bytes)) / 10));
  const value = bytes / 1024 ** power;
  return `${value >= 100 || power === 0 ? Math.round(value) : value.toFixed(1)} ${BYTE_UNITS[power]}`;
}

/** A share as percent, where only the whole is 100 % and only nothing is 0 %. */
export function shareText(part: number, all: number): string {
  if (all === 0) return '–';
  const percent = (100 * part) / all;
  const text = percent.toFixed(percent > 99 || percent < 1 ? 2 : 1);
  if (part < all && Number(text) === 100) return '> 99.99 %';
  if (part > 0 && Number(text) === 0) return '< 0.01 %';
  return `${Number(text)} %`;
}

export const counted = (count: number, noun: string): string => `${grouped(count)} ${noun}${count === 1 ? '' : 's'}`;
