import Type, { type StaticDecode, type TObject, type TSchema } from 'typebox';
import { invalidInput, readField } from '../errors/index.ts';
import { validatorOf } from '../schemas/index.ts';

type Fields = Record<string, unknown>;
type Read<Value = unknown> = (value: Value, path: string) => unknown;

/**
 * Makes what a handler gets of what a caller sent: checked against the schema, with each field that has a decoder read by
 * it, and without fields that are `undefined`.
 * @returns throws InvalidRequestError `INVALID_REQUEST` that names the field
 */
export function inputReader<Schema extends TObject>(schema: Schema): (input: unknown) => StaticDecode<Schema> {
  const validator = validatorOf(schema);
  const read = fieldsReader(schema);
  return (input) => {
    const sent = withoutUndefined(input);
    if (!validator().Check(sent)) throw invalidInput('The request', validator().Errors(sent), { schema, value: sent });
    return (read === undefined ? sent : read(sent, '')) as StaticDecode<Schema>;
  };
}

/** `undefined` where nothing is to be read, so that large inputs are passed on as they are. */
function readerOf(schema: TSchema): Read | undefined {
  if (Type.IsCodec(schema)) return (value, path) => readField(path, value, schema['~codec'].decode);
  if (Type.IsArray(schema)) {
    const read = readerOf(schema.items);
    return read && ((values, path) => (values as unknown[]).map((value, index) => read(value, `${path}/${index}`)));
  }
  const read = Type.IsObject(schema) ? fieldsReader(schema) : undefined;
  return read && ((value, path) => read(withoutUndefined(value) as Fields, path));
}

/** Reads fields in place: of a copy. */
function fieldsReader(schema: TObject): Read<Fields> | undefined {
  const readers = Object.entries(schema.properties).flatMap(([name, field]) => {
    const read = readerOf(field);
    return read === undefined ? [] : [[name, read] as const];
  });
  if (readers.length === 0) return undefined;
  return (fields, path) => {
    for (const [name, read] of readers)
      if (name in fields) fields[name] = read(fields[name], path === '' ? name : `${path}/${name}`);
    return fields;
  };
}

/** A copy, which may be changed. */
function withoutUndefined(input: unknown): unknown {
  if (typeof input !== 'object' || input === null) return input;
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined));
}
