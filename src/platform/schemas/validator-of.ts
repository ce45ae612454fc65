import type { TProperties, TSchema } from 'typebox';
import { Compile, type Validator } from 'typebox/compile';

/** The validator of a schema, compiled by the first who asks for it: most of a process are never asked for. */
export function validatorOf<Schema extends TSchema>(schema: Schema): () => Validator<TProperties, Schema> {
  let validator: Validator<TProperties, Schema> | undefined;
  return () => (validator ??= Compile<TProperties, Schema>({}, schema));
}
