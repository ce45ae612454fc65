import type { FastifySchema } from 'fastify';
import Type, { type TSchema } from 'typebox';

/** The answer to a request that failed, as RFC 9457 has it. */
const ProblemJson = Type.Object({
  type: Type.String({ description: 'urn:pocketquant:error: and the code' }),
  title: Type.String(),
  status: Type.Integer(),
  code: Type.String({ description: 'Error code; docs/reference/errors.md explains each' }),
  detail: Type.String({ description: 'What was wrong, and what to do' }),
  correlationId: Type.String({ description: 'Id of the request, also in the log' }),
  errors: Type.Optional(
    Type.Array(
      Type.Object({ path: Type.String({ description: 'JSON pointer into the input' }), message: Type.String() }),
    ),
  ),
});

const PROBLEM = { 'application/problem+json': { schema: ProblemJson } };
/** What a problem of this status means, where a route has it by nature. */
const COMMON = {
  400: 'The request cannot be served as it is',
  403: 'Asked by a web page of another origin',
  421: 'Asked under a name that is not listed',
  500: 'An error of PocketQuant',
  503: 'A provider or the database cannot serve this now',
};
const OF_PATH = { 404: 'There is no such thing' };
const OF_BODY = { 413: 'The body is too large', 415: 'The body is no JSON' };
const READING = new Set(['GET', 'HEAD']);

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

/** A problem that a route may answer with besides those that all have. */
export function problem(description: string): Content & { description: string } {
  return { description, content: PROBLEM };
}

/** What the documents say of a route besides what it declares: the problems that its kind may answer with. */
export function withProblems<Schema extends FastifySchema>(
  schema: Schema | undefined,
  methods: readonly string[],
): Schema {
  const response = (schema?.response ?? {}) as Readonly<Record<string, Content>>;
  const declared = Object.entries(response).map(([status, answer]) => [
    status,
    Number(status) < 400 ? answer : { ...answer, content: { ...answer.content, ...PROBLEM } },
  ]);
  const texts = {
    ...COMMON,
    ...(schema?.params === undefined ? {} : OF_PATH),
    ...(methods.every((method) => READING.has(method)) ? {} : OF_BODY),
  };
  const problems = Object.entries(texts).map(([status, description]) => [status, problem(description)]);
  return { ...schema, response: { ...Object.fromEntries(problems), ...Object.fromEntries(declared) } } as Schema;
}
