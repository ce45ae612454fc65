import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';
import { invalidInput } from '../errors/index.ts';

const PARTS: Readonly<Record<string, string>> = {
  querystring: 'The query',
  params: 'The path',
  body: 'The body',
  headers: 'The headers',
};

/** Checks a part of a request; what comes as text in query and path becomes the number or flag the schema wants. */
export const validatorCompiler: FastifySchemaCompiler<TSchema> = ({ schema, httpPart = '' }) => {
  const validator = Compile(schema);
  const isText = httpPart === 'querystring' || httpPart === 'params';
  return (input: unknown) => {
    const value: unknown = isText ? Value.Convert(schema, input) : input;
    if (validator.Check(value)) return { value };
    return { error: invalidInput(PARTS[httpPart] ?? 'The request', validator.Errors(value)) };
  };
};
