import Type, { type TSchema, type TSchemaOptions } from 'typebox';

// What the JSON of many answers is made of.

export const TimeJson = Type.String({ description: 'RFC 3339' });
/** Why something failed. */
export const FailureJson = Type.Object({ code: Type.String(), message: Type.String() });

/** A value that is null where it is absent. */
export function orNull<Schema extends TSchema>(schema: Schema, options: TSchemaOptions = {}) {
  return Type.Union([schema, Type.Null()], options);
}
