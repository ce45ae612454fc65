import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { invalidInput } from '../errors/index.ts';

const PARTS: Readonly<Record<string, string>> = {
  querystring: 'The query',
  params: 'The path',
  body: 'The body',
  headers: 'The headers',
};

/** Checks a part of a request; what comes as text in query and path becomes the number the schema wants. */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart = '' }) => {
  const validator = Compile(schema);
  const isText = httpPart === 'querystring' || httpPart === 'params';
  return (input: unknown) => {
    const value = isText ? converted(schema, input) : input;
    if (validator.Check(value)) return { value };
    return { error: invalidInput(PARTS[httpPart] ?? 'The request', validator.Errors(value)) };
  };
};

interface ObjectSchema {
  readonly properties?: Readonly<Record<string, { readonly type?: unknown }>>;
}

/** The same parameters, with numbers where the schema has numbers and the text is one. */
function converted(schema: ObjectSchema, input: unknown): unknown {
  const parameters: Record<string, unknown> = { ...(input as Record<string, unknown>) };
  for (const [name, value] of Object.entries(parameters)) {
    const type = schema.properties?.[name]?.type;
    const isNumber = type === 'integer' || type === 'number';
    if (isNumber && typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value)))
      parameters[name] = Number(value);
  }
  return parameters;
}
