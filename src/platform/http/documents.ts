import type { FastifySchema } from 'fastify';
import Type, { type TSchema } from 'typebox';

/** The answer to a request that failed, as RFC 9457 has it. */
const ProblemJson = Type.Object({
  type: Type.String({ description: 'urn:pocketquant:error: and the code' }),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String({ description: 'What happened; docs/reference/errors.md explains each' }),
  detail: Type.String({ description: 'What was wrong, and what to do' }),
  correlationId: Type.String({ description: 'The request, in the log too' }),
  errors: Type.Optional(
    Type.Array(
      Type.Object({ path: Type.String({ description: 'Where in the input: a JSON pointer' }), message: Type.String() }),
    ),
  ),
});

const PROBLEM = { 'application/problem+json': { schema: ProblemJson } };
const PROBLEMS = {
  '4xx': { description: 'The request cannot be served as it is', content: PROBLEM },
  '5xx': { description: 'A provider, the database or the product itself failed', content: PROBLEM },
};

interface Content {
  readonly content: Readonly<Record<string, { readonly schema: TSchema }>>;
}

/** Bodies of several types that one status may have. Text and bytes are sent as they are, whatever the schema. */
export function bodies(
  description: string,
  schemas: Readonly<Record<string, TSchema>>,
): Content & { description: string } {
  return {
    description,
    content: Object.fromEntries(Object.entries(schemas).map(([type, schema]) => [type, { schema }])),
  };
}

/** What the documents say of a route besides what it declares: every one may answer with a problem. */
export function withProblems<Schema extends FastifySchema>(schema: Schema | undefined): Schema {
  const response = (schema?.response ?? {}) as Readonly<Record<string, Content>>;
  const declared = Object.entries(response).map(([status, answer]) => [
    status,
    Number(status) < 400 ? answer : { ...answer, content: { ...answer.content, ...PROBLEM } },
  ]);
  return { ...schema, response: { ...Object.fromEntries(declared), ...PROBLEMS } } as Schema;
}
