import Type from 'typebox';
import { BAR_FIELDS, type BarField } from '../../market/index.ts';

/** A list, or text with commas between. */
export type FieldsInput = readonly BarField[] | string;

const LISTED = BAR_FIELDS.join(', ');

/** What doors say of the text. */
export const FIELDS_DESCRIPTION = `What else to tell of each bar, with commas between: ${LISTED}`;

/**
 * What else to tell of each bar, as callers write it: a list of names, or a text with commas between them. The handler
 * gets each field once, in the order of `BAR_FIELDS`.
 */
export const Fields = Type.Decode(
  Type.Refine(Type.Unsafe<FieldsInput>({}), isFieldsInput, () => `must be some of ${LISTED}`),
  (fields): readonly BarField[] => {
    const named = namesIn(fields);
    return BAR_FIELDS.filter((field) => named.includes(field));
  },
);

/** The same in the address of a request. */
export const FieldsText = Type.String({ maxLength: 200, description: FIELDS_DESCRIPTION });

function namesIn(fields: FieldsInput): readonly string[] {
  return typeof fields === 'string' ? fields.split(',').map((name) => name.trim()) : fields;
}

function isFieldsInput(value: unknown): boolean {
  const isList = Array.isArray(value) && value.every((name) => typeof name === 'string');
  if (typeof value !== 'string' && !isList) return false;
  const names: readonly string[] = BAR_FIELDS;
  return namesIn(value as FieldsInput).every((name) => names.includes(name));
}
