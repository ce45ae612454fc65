import type { FileColumn } from './file-head.ts';

/** What a column can be chosen to tell, as the option `columns` calls it. */
export const COLUMN_FIELDS = [
  { field: 'openTime', text: 'Time' },
  { field: 'timeOfDay', text: 'Time of day' },
  { field: 'open', text: 'Open' },
  { field: 'high', text: 'High' },
  { field: 'low', text: 'Low' },
  { field: 'close', text: 'Close' },
  { field: 'volume', text: 'Volume' },
] as const;
type ColumnField = (typeof COLUMN_FIELDS)[number]['field'];

/** Places of columns, from 1, by what they tell. */
export type ChosenColumns = Readonly<Partial<Record<ColumnField, number>>>;

/** Which columns the option names, as far as the file has them. */
export function chosenIn(text: string, columns: readonly FileColumn[]): ChosenColumns {
  const parts = text.split(',').map((part) => part.trim());
  const pairs = parts.map((part, index): [string, number | undefined] => {
    const border = part.indexOf('=');
    if (border === -1) return [fieldCalled(part), index + 1];
    const name = part.slice(border + 1).replace(/^(['"])(.*)\1$/, '$2');
    return [fieldCalled(part.slice(0, border)), columns.find((column) => column.name === name)?.place];
  });
  return Object.fromEntries(
    pairs.filter(([field, place]) => place !== undefined && COLUMN_FIELDS.some((one) => one.field === field)),
  );
}

/** The option that names these columns. A file without a header needs all of them, in their order. */
export function columnsOption(chosen: ChosenColumns, columns: readonly FileColumn[]): string {
  const fields = COLUMN_FIELDS.map(({ field }) => field);
  if (columns.every(({ name }) => name === undefined)) {
    const inOrder = columns.map(({ place }) => fields.find((field) => chosen[field] === place) ?? '-');
    return inOrder.every((field) => field === '-') ? '' : inOrder.join(',');
  }
  return fields
    .flatMap((field) => {
      const name = columns.find(({ place }) => place === chosen[field])?.name;
      return name === undefined ? [] : [`${field}=${quoted(name)}`];
    })
    .join(',');
}

/** Which columns were read as what, of a reading that the server tells. */
export function readColumns(
  read: Readonly<Record<string, readonly string[]>>,
  columns: readonly FileColumn[],
): ChosenColumns {
  const placeOf = (name: string | undefined): number | undefined =>
    columns.find((column) => (column.name ?? `column ${column.place}`) === name)?.place;
  const [time, timeOfDay] = read['openTime'] ?? [];
  const others = Object.entries(read).map(([field, [name]]) => [field, placeOf(name)] as const);
  const all = Object.fromEntries([...others, ['openTime', placeOf(time)], ['timeOfDay', placeOf(timeOfDay)]]);
  return Object.fromEntries(COLUMN_FIELDS.map(({ field }) => [field, all[field]]).filter(([, place]) => place));
}

/** The columns that a reading names, where the file itself cannot be looked into. */
export function columnsOfReading(reading: {
  readonly columns: Readonly<Record<string, readonly string[]>>;
  readonly notStored: readonly string[];
  readonly notRead: readonly string[];
}): readonly FileColumn[] {
  const names = [...Object.values(reading.columns).flat(), ...reading.notStored, ...reading.notRead];
  const isByPlace = names.some((name) => /^column \d+$/.test(name));
  return isByPlace ? [] : names.map((name, index) => ({ name, place: index + 1, sample: undefined }));
}

const quoted = (name: string): string => (name.includes("'") ? `"${name}"` : `'${name}'`);

function fieldCalled(text: string): string {
  return text === 'time' || text === 'date' ? 'openTime' : text;
}
