/** The beginning of a text file, for the person who must say how it is read. */
export interface FileHead {
  readonly lines: readonly string[];
  /** As a separator shows them; empty where none does. */
  readonly columns: readonly FileColumn[];
}

export interface FileColumn {
  /** As the header says; a file without one has columns by place. */
  readonly name: string | undefined;
  /** From 1. */
  readonly place: number;
  /** A value of it. */
  readonly sample: string | undefined;
}

const HEAD_BYTES = 65_536;
const SHOWN_LINES = 8;
const SHOWN_CHARACTERS = 300;
const FEWEST_COLUMNS = 5;
/** Of zip, bzip2, gzip, zstd, Parquet and Arrow; zstd as UTF-8 reads it. */
const BEGINNINGS_OF_NO_TEXT = ['PK\u0003', 'BZh', '\u001f', '(\ufffd/', 'PAR1', 'ARROW1'];

/** @returns `undefined` for what is no text: packed and binary files */
export async function headOf(file: Blob): Promise<FileHead | undefined> {
  const bytes = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
  const encoding = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : 'utf-8';
  const text = new TextDecoder(encoding).decode(bytes);
  if (text.includes('\0') || BEGINNINGS_OF_NO_TEXT.some((start) => text.startsWith(start))) return undefined;
  return headOfText(text);
}

export function headOfText(text: string): FileHead {
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim() !== '');
  const shown = lines.slice(0, SHOWN_LINES);
  const isJson = /^\s*[[{]/.test(text);
  return { lines: shown.map((line) => line.slice(0, SHOWN_CHARACTERS)), columns: isJson ? [] : columnsOf(shown) };
}

function columnsOf(lines: readonly string[]): readonly FileColumn[] {
  const rowsBy = [',', ';', '\t', '|'].map((separator) => lines.map((line) => cellsOf(line, separator)));
  const widest = rowsBy.toSorted((a, b) => mostCells(b) - mostCells(a))[0];
  const width = mostCells(widest);
  if (width < FEWEST_COLUMNS) return [];
  const rows = widest.filter((cells) => cells.length > 1);
  const header = rows.find(isHeader);
  const sample = rows.find((cells) => cells !== header && cells.length === (header?.length ?? width));
  return Array.from({ length: header?.length ?? width }, (_, index) => ({
    name: header?.[index],
    place: index + 1,
    sample: sample?.[index],
  }));
}

const mostCells = (rows: readonly (readonly string[])[]): number => Math.max(0, ...rows.map((cells) => cells.length));

/** Names begin with a letter; at most one column may have none, such as that of an index. */
function isHeader(cells: readonly string[]): boolean {
  const named = cells.filter((cell) => /^[\p{L}<_]/u.test(cell)).length;
  return named >= FEWEST_COLUMNS - 1 && named >= cells.length - 1;
}

function cellsOf(line: string, separator: string): readonly string[] {
  const cells: string[] = [];
  let cell = '';
  let isQuoted = false;
  for (const character of line.replace(/^\uFEFF/, '')) {
    if (character === '"') isQuoted = !isQuoted;
    else if (character === separator && !isQuoted) {
      cells.push(cell.trim());
      cell = '';
    } else cell += character;
  }
  return [...cells, cell.trim()];
}
