import Type from 'typebox';
import { BAR_FIELDS, type BarField } from '../../market/index.ts';

/** A list of names, or a text with commas between them. */
export type FieldsInput = readonly BarField[] | string;

const LISTED = BAR_FIELDS.join(', ');

/** What doors say of the text. */
export const FIELDS_DESCRIPTION = `What else to tell of each bar, with commas between: ${LISTED}`;

/** Each field once, in the order of `BAR_FIELDS`. @throws RangeError with the list of those there are */
export function barFields(fields: FieldsInput): readonly BarField[] {
  const names: readonly string[] = typeof fields === 'string' ? fields.split(',').map((name) => name.trim()) : fields;
  const known: readonly string[] = BAR_FIELDS;
  if (!names.every((name) => known.includes(name))) throw new RangeError(`must be some of ${LISTED}`);
  return BAR_FIELDS.filter((field) => names.includes(field));
}

/** Fields as callers name them; the handler gets what {@link barFields} answers. */
export const Fields = Type.Decode(
  Type.Refine(
    Type.Unsafe<FieldsInput>({}),
    (value) => typeof value === 'string' || Array.isArray(value),
    () => 'must be a list of names, or text with commas between them',
  ),
  barFields,
);

/** The same in the address of a request. */
export const FieldsText = Type.String({ maxLength: 200, description: FIELDS_DESCRIPTION });
