import Schema from 'typebox/schema';

interface Answer {
  readonly content?: Readonly<Record<string, { readonly schema?: JsonSchema }>>;
}

type JsonSchema = Readonly<Record<string, unknown>>;

interface Operation {
  readonly operationId?: string;
  readonly responses: Readonly<Record<string, Answer>>;
}

/** An OpenAPI document, as far as tests look at it. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

const NO_BODY = new Set(['101', '204']);
const SUCCESS = /^(101|2\d\d)$/;
const PROBLEM = 'application/problem+json';

/** What the document does not say of its routes, one line each. */
export function undocumented({ paths }: ApiDocument): string[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).flatMap(([method, { responses }]) => {
      const isDescribed = ([status, { content = {} }]: [string, Answer]): boolean =>
        NO_BODY.has(status) ||
        (Object.keys(content).length > 0 && Object.values(content).every(({ schema }) => isSaid(schema)));
      const successes = Object.entries(responses).filter(([status]) => SUCCESS.test(status));
      const isSuccessSaid = successes.length > 0 && successes.every(isDescribed);
      const unsaid = ['400', '403', '421', '500', '503'].filter(
        (status) => !isSaid(responses[status]?.content?.[PROBLEM]?.schema),
      );
      return [...(isSuccessSaid ? [] : ['success']), ...unsaid].map((what) => `${method} ${path}: ${what}`);
    }),
  );
}

const isSaid = (schema: JsonSchema | undefined): boolean => schema !== undefined && Object.keys(schema).length > 0;

/** The texts of a document whose form is told by a pattern alone. */
export function patternsWithoutWords(value: unknown, path = '', isDescribed = false): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const hasWords = 'description' in value;
  const here = 'pattern' in value && typeof value.pattern === 'string' && !hasWords && !isDescribed ? [path] : [];
  // The words of a parameter's schema stand at the parameter.
  return [
    ...here,
    ...Object.entries(value).flatMap(([name, part]) =>
      patternsWithoutWords(part, `${path}/${name}`, hasWords && name === 'schema'),
    ),
  ];
}

export interface GivenAnswer {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly contentType: string;
  readonly text: string;
}

/** How an answer differs from what the document says, with no field that it does not name; empty if it does not. */
export function deviations({ paths }: ApiDocument, { method, path, status, contentType, text }: GivenAnswer): string[] {
  const matches = ([template]: [string, unknown]): boolean =>
    new RegExp(`^${template.replaceAll('.', '\\.').replaceAll(/\{[^}]+\}/g, '[^/]+')}$`).test(path);
  const known = Object.entries(paths).filter(matches);
  // A word goes before a parameter: /sync/status is no /sync/{id}.
  known.sort(([a], [b]) => Number(a.includes('{')) - Number(b.includes('{')));
  const responses = known[0]?.[1][method.toLowerCase()]?.responses ?? {};
  const answer = responses[String(status)];
  if (answer === undefined) return [`no ${status}`];
  if (answer.content === undefined) return text === '' ? [] : ['a body where none is said'];
  const mediaType = contentType.replace(/;.*/, '');
  const schema = answer.content[mediaType]?.schema;
  if (schema === undefined) return [`no ${mediaType} for ${status}`];
  const value: unknown = /[/+]json$/.test(mediaType) ? JSON.parse(text) : text;
  const [isRight, faults] = Schema.Errors(closed(schema) as JsonSchema, value);
  return isRight ? [] : faults.map(({ instancePath, message }) => `${instancePath} ${message}`);
}

/** The same schema, whose objects have no fields but those it names. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed);
  if (typeof schema !== 'object' || schema === null) return schema;
  const parts = Object.fromEntries(Object.entries(schema).map(([name, part]) => [name, closed(part)]));
  return 'properties' in parts ? { additionalProperties: false, ...parts } : parts;
}
