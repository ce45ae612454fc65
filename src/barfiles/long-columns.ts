import { concatColumns, type BarColumns } from '../market/index.ts';
import type { ByteText } from './byte-text.ts';

/** Bars of many instruments: each says by a place in a list which one it is of. */
export type LongColumns = BarColumns & { readonly instrument?: Uint16Array };

/** Bars of all parts with their instruments, in their order. */
export function concatLong(parts: readonly LongColumns[]): LongColumns {
  const columns = concatColumns(parts);
  if (parts.length < 2) return columns;
  const codes = parts.flatMap(({ instrument }) => instrument ?? []);
  if (codes.length === 0) return columns;
  const instrument = new Uint16Array(columns.openTime.length);
  let offset = 0;
  for (const part of codes) {
    instrument.set(part, offset);
    offset += part.length;
  }
  return { ...columns, instrument };
}

type WriteBar = (columns: LongColumns, index: number, at: number) => number;

const encoder = new TextEncoder();

/** What each instrument puts before its bars, made into bytes when its first bar is written. */
function prefixes(instruments: readonly string[], prefixOf: (id: string) => string): (code: number) => Uint8Array {
  const known: Uint8Array[] = [];
  return (code) => (known[code] ??= encoder.encode(prefixOf(instruments[code])));
}

/** Begins each line of CSV with the bar's instrument, where bars are of many. */
export function csvOfMany(text: ByteText, instruments: readonly string[] | undefined, writeBar: WriteBar): WriteBar {
  if (instruments === undefined) return writeBar;
  const prefixAt = prefixes(instruments, (id) => `${/[",]/.test(id) ? `"${id.replaceAll('"', '""')}"` : id},`);
  return (columns, index, at) => writeBar(columns, index, text.encoded(prefixAt(codeOf(columns, index)), at));
}

/** The same of objects of JSON. */
export function jsonOfMany(text: ByteText, instruments: readonly string[] | undefined, writeBar: WriteBar): WriteBar {
  if (instruments === undefined) return writeBar;
  const prefixAt = prefixes(instruments, (id) => `{"instrumentId":${JSON.stringify(id)},`);
  return (columns, index, at) => {
    const prefix = prefixAt(codeOf(columns, index));
    // The brace that the bar begins with gives its place to the comma.
    const end = writeBar(columns, index, at + prefix.length - 1);
    text.encoded(prefix, at);
    return end;
  };
}

const codeOf = ({ instrument }: LongColumns, index: number): number => instrument?.[index] ?? 0;
