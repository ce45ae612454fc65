import { InvalidRequestError } from '../platform/errors/index.ts';
import { openContent, type Content } from './bytes/content.ts';
import { encodingOf } from './bytes/encoding.ts';
import { textLines } from './bytes/text-lines.ts';
import { plainName } from './columns/column-names.ts';
import { openCsvTable } from './tables/csv-table.ts';
import { kindOf, openTable } from './tables/open-table.ts';
import type { Row, Table } from './tables/table.ts';
import { TimeFormFinder, type TimeForm } from './values/index.ts';

/** The fields that rows of a kind have, and what columns call them. */
export interface Fields<Field extends string> {
  /** In lower case, letters and digits alone. */
  readonly names: Readonly<Record<Field, readonly string[]>>;
  readonly required: readonly Field[];
  /** The one that is a time. */
  readonly time: Field;
  /** What a header must name, in words. */
  readonly expected: string;
}

export interface FileRecord<Field extends string> {
  readonly line: number;
  /** UTC epoch ms, of times without a zone as if they were UTC; `NaN` where the row has none. */
  readonly time: number;
  readonly cells: Readonly<Record<Field, unknown>>;
  /** Why there are no cells. */
  readonly fault?: string | undefined;
}

/**
 * The rows of a file that holds something else than bars.
 * @throws InvalidRequestError `FILE_UNREADABLE`, `FILE_DAMAGED`, `FILE_HEADER_INVALID`, and as times are told
 */
export async function* readRecords<Field extends string>(
  path: string,
  fields: Fields<Field>,
  now: number,
): AsyncGenerator<FileRecord<Field>> {
  const content = await openContent(path);
  try {
    const table = await tableOf(content, fields);
    const places = placesOf(table, fields);
    let form: TimeForm | undefined;
    for await (const rows of table.batches) {
      form ??= timeFormOf(rows, places[fields.time], now);
      for (const row of rows) yield recordOf(row, places, fields.time, form);
    }
  } finally {
    await content.close();
  }
}

type Places<Field extends string> = Readonly<Record<Field, number>>;

async function tableOf<Field extends string>(content: Content, fields: Fields<Field>): Promise<Table> {
  const kind = kindOf(content, undefined);
  const table =
    kind === 'text'
      ? await openCsvTable(textLines(content.pieces, encodingOf(content.start)), (cells) => isHeader(cells, fields))
      : await openTable(content, { kind });
  const { names = [] } = table;
  if (isHeader(names, fields)) return table;
  throw new InvalidRequestError(
    'FILE_HEADER_INVALID',
    `The columns must name ${fields.expected}; found ${names.map((name) => JSON.stringify(name.slice(0, 40))).join(', ') || 'none'}`,
  );
}

function isHeader<Field extends string>(cells: readonly string[], { names, required }: Fields<Field>): boolean {
  const known = new Set(cells.map(plainName));
  return required.every((field) => names[field].some((name) => known.has(name)));
}

function placesOf<Field extends string>({ names = [] }: Table, fields: Fields<Field>): Places<Field> {
  const plain = names.map(plainName);
  const places = Object.entries<readonly string[]>(fields.names).map(([field, accepted]) => [
    field,
    plain.findIndex((name) => accepted.includes(name)),
  ]);
  return Object.fromEntries(places) as Places<Field>;
}

function timeFormOf(rows: readonly Row[], place: number, now: number): TimeForm {
  const finder = new TimeFormFinder({ now });
  for (const { cells } of rows) finder.add(cells[place]);
  return finder.form();
}

function recordOf<Field extends string>(
  { line, cells, fault }: Row,
  places: Places<Field>,
  time: Field,
  form: TimeForm,
): FileRecord<Field> {
  const named = Object.entries<number>(places).map(([field, place]) => [field, cells[place]]);
  return {
    line,
    time: form.read(cells[places[time]]),
    cells: Object.fromEntries(named) as Record<Field, unknown>,
    fault,
  };
}
