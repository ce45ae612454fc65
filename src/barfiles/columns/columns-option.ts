import { InvalidRequestError } from '../../platform/errors/index.ts';
import { COLUMN_FIELDS, type ColumnField } from './column-names.ts';

/** Which columns the user named: by field where the file has a header, or all in order where it has none. */
export type NamedColumns =
  | { readonly kind: 'byField'; readonly names: Readonly<Partial<Record<ColumnField, string>>> }
  | { readonly kind: 'inOrder'; readonly fields: readonly (ColumnField | undefined)[] };

const SPELLINGS: ReadonlyMap<string, ColumnField> = new Map([
  ...COLUMN_FIELDS.map((field) => [field.toLowerCase(), field] as const),
  ['time', 'openTime'],
  ['date', 'openTime'],
  ['timeofday', 'timeOfDay'],
]);

/**
 * Reads `time='Open time',volume=Vol`, or without a header `openTime,open,high,low,close,volume,-`.
 * @throws InvalidRequestError `COLUMNS_INVALID`
 */
export function columnsOfOption(text: string): NamedColumns {
  const parts = text.split(',').map((part) => part.trim());
  const isByField = parts.some((part) => part.includes('='));
  if (!isByField)
    return { kind: 'inOrder', fields: parts.map((part) => (part === '-' || part === '' ? undefined : fieldOf(part))) };
  const names: Partial<Record<ColumnField, string>> = {};
  for (const part of parts) {
    const [field, name] = [part.slice(0, part.indexOf('=')), part.slice(part.indexOf('=') + 1)];
    if (field === '' || name === '') throw invalid(`${JSON.stringify(part)} is not FIELD=COLUMN`);
    names[fieldOf(field)] = name.replace(/^(['"])(.*)\1$/, '$2');
  }
  return { kind: 'byField', names };
}

function fieldOf(text: string): ColumnField {
  const field = SPELLINGS.get(text.toLowerCase());
  if (field === undefined)
    throw invalid(`there is no field ${JSON.stringify(text)}; fields are ${COLUMN_FIELDS.join(', ')}`);
  return field;
}

function invalid(why: string): InvalidRequestError {
  return new InvalidRequestError(
    'COLUMNS_INVALID',
    `--columns: ${why}. Write time='Open time',volume=Vol or, for a file without a header, openTime,open,high,low,close,volume,-`,
  );
}

/** Names of columns that the header must have. */
export function namesOfOption(text: string): readonly string[] {
  const named = columnsOfOption(text);
  return named.kind === 'byField' ? Object.values(named.names) : [];
}
