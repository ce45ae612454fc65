import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { invalidInput } from '../errors/index.ts';
import { validatorOf } from '../schemas/index.ts';

const PARTS: Readonly<Record<string, string>> = {
  querystring: 'The query',
  params: 'The path',
  body: 'The body',
  headers: 'The headers',
};

/** Checks a part of a request; what comes as text in query and path becomes the number the schema wants. */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart = '' }) => {
  const validator = validatorOf(schema);
  const isText = httpPart === 'querystring' || httpPart === 'params';
  return (input: unknown) => {
    const value = isText ? converted(schema, input) : input;
    if (validator().Check(value)) return { value };
    return { error: invalidInput(PARTS[httpPart] ?? 'The request', validator().Errors(value), { schema, value }) };
  };
};

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, { readonly type?: unknown }>>;
}

const NUMBER_TEXT: Readonly<Record<string, RegExp | undefined>> = { integer: /^-?\d+$/, number: /^-?\d+(\.\d+)?$/ };

/** The same parameters, with numbers where the schema has numbers and the text is one in decimal digits. */
function converted(schema: ObjectSchema, input: unknown): unknown {
  const parameters: Record<string, unknown> = { ...(input as Record<string, unknown>) };
  for (const [name, value] of Object.entries(parameters)) {
    const numberText = NUMBER_TEXT[String(schema.properties?.[name]?.type)];
    if (typeof value === 'string' && numberText?.test(value) === true) parameters[name] = Number(value);
  }
  return parameters;
}
