import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import openapiTypescript, { astToString, type SchemaObject } from 'openapi-typescript';
import { format, resolveConfig } from 'prettier';
import ts from 'typescript';
import { startServer } from '../src/main/server.ts';
import { BAR_INTERVALS } from '../src/market/index.ts';
import { TimeText } from '../src/platform/http/index.ts';

// Writes src/client/operations.ts, what the client knows of the HTTP routes, from their OpenAPI document; with --check
// it says whether the file is up to date.

const FILE = fileURLToPath(new URL('../src/client/operations.ts', import.meta.url));

type JsonSchema = { readonly [name: string]: unknown };

interface Parameter {
  readonly name: string;
  readonly in: string;
  readonly required?: boolean;
  readonly description?: string;
  readonly schema: JsonSchema;
}

interface Bodies {
  readonly content?: Readonly<Record<string, { readonly schema: JsonSchema }>>;
}

interface RouteDocument {
  readonly operationId: string;
  readonly summary?: string;
  readonly parameters?: readonly Parameter[];
  readonly requestBody?: Bodies;
  readonly responses: Readonly<Record<string, Bodies>>;
}

/** How a route is asked. */
interface Route {
  readonly method: string;
  readonly path: string;
  readonly query?: readonly string[];
  readonly body?: 'json' | 'file';
  readonly alsoAnswers?: number;
  readonly isText?: true;
}

interface Operation {
  readonly id: string;
  readonly summary: string;
  readonly route: Route;
  readonly input: JsonSchema;
  readonly answer: JsonSchema;
}

/** A member of schemas that names their type. */
const TYPE = 'x-type';
const TIMES = (TimeText as { readonly description?: string }).description;
const INTERVALS = JSON.stringify(BAR_INTERVALS);

/** Ways to follow, which the client has a function of its own for. */
const STREAM_TYPES = new Set(['101', 'text/event-stream']);

async function routeDocuments(): Promise<[method: string, path: string, document: RouteDocument][]> {
  const folder = mkdtempSync(join(tmpdir(), 'pocketquant-client-'));
  try {
    const server = await startServer({ databaseUrl: `file:${join(folder, 'api.db')}`, port: 0, logLevel: 'silent' });
    const answer = await fetch(`${server.url}/api/v1/openapi.json`);
    const { paths } = (await answer.json()) as { paths: Record<string, Record<string, RouteDocument>> };
    await server.close();
    return Object.entries(paths).flatMap(([path, routes]) =>
      Object.entries(routes).map(([method, route]): [string, string, RouteDocument] => [method, path, route]),
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function isStream({ responses }: RouteDocument): boolean {
  const kinds = Object.entries(responses).flatMap(([status, { content = {} }]) => [status, ...Object.keys(content)]);
  return kinds.some((kind) => STREAM_TYPES.has(kind));
}

/** A file is read by its address; the client has the same bars as columns. */
function isFile({ responses }: RouteDocument): boolean {
  const kinds = Object.keys(responses['200']?.content ?? {});
  return kinds.length > 0 && !kinds.some((kind) => kind.endsWith('json') || kind === 'text/plain');
}

function operationOf(method: string, path: string, document: RouteDocument): Operation {
  const { operationId: id, summary = id, parameters = [], requestBody, responses } = document;
  const json = requestBody?.content?.['application/json']?.schema;
  const file = requestBody?.content?.['application/octet-stream']?.schema;
  const query = parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name);
  const fields = [
    ...parameters.map(fieldOfParameter),
    ...fieldsOfBody(json),
    ...(file === undefined ? [] : [{ name: 'file', schema: typed('FileBody'), isRequired: true }]),
  ];
  const names = fields.map(({ name }) => name);
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw new Error(`${id} has two fields that are called ${twice}: rename one`);
  const answered = Object.entries(responses).filter(
    ([status, { content = {} }]) => status.startsWith('2') || 'application/json' in content,
  );
  const unusual = answered.map(([status]) => Number(status)).find((status) => status >= 300);
  const isText = answered.every(([, { content = {} }]) => 'text/plain' in content);
  return {
    id,
    summary,
    route: {
      method: method.toUpperCase(),
      path,
      ...(requestBody === undefined || query.length === 0 ? {} : { query }),
      ...(json === undefined ? {} : { body: 'json' }),
      ...(file === undefined ? {} : { body: 'file' }),
      ...(unusual === undefined ? {} : { alsoAnswers: unusual }),
      ...(isText ? { isText } : {}),
    },
    input: fields.length === 0 ? typed('NoFields') : objectOf(fields),
    answer: anyOf(answered.map(([, bodies]) => answerOf(bodies))),
  };
}

interface Field {
  readonly name: string;
  readonly schema: JsonSchema;
  readonly isRequired: boolean;
}

function fieldOfParameter({ name, required = false, description, schema }: Parameter): Field {
  return {
    name,
    schema: asGiven(description === undefined ? schema : { description, ...schema }),
    isRequired: required,
  };
}

function fieldsOfBody(body: JsonSchema = {}): Field[] {
  const { properties = {}, required = [] } = body as { properties?: Record<string, JsonSchema>; required?: string[] };
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    schema: asGiven(schema),
    isRequired: required.includes(name),
  }));
}

/** As a program gives it: a moment in any form, and a truth value that a query has as a word. */
function asGiven(schema: JsonSchema): JsonSchema {
  if (schema['description'] === TIMES) return typed('TimeInput', TIMES);
  if (JSON.stringify(schema['enum']) === '["true","false"]') return { ...schema, enum: undefined, type: 'boolean' };
  const { items, properties } = schema as { items?: JsonSchema; properties?: Record<string, JsonSchema> };
  if (items !== undefined) return { ...schema, items: asGiven(items) };
  if (properties === undefined) return schema;
  const given = Object.entries(properties).map(([name, property]) => [name, asGiven(property)]);
  return { ...schema, properties: Object.fromEntries(given) };
}

function objectOf(fields: readonly Field[]): JsonSchema {
  const required = fields.filter(({ isRequired }) => isRequired).map(({ name }) => name);
  return { type: 'object', properties: Object.fromEntries(fields.map(({ name, schema }) => [name, schema])), required };
}

const typed = (name: string, description?: string): JsonSchema => ({ [TYPE]: name, description });

/** Other forms than JSON are no answer but a file. */
function answerOf({ content = {} }: Bodies): JsonSchema {
  return content['application/json']?.schema ?? (content['text/plain'] ? { type: 'string' } : typed('void'));
}

function anyOf(schemas: readonly JsonSchema[]): JsonSchema {
  const different = [...new Map(schemas.map((schema) => [JSON.stringify(schema), schema])).values()];
  return different.length === 1 ? (different[0] ?? {}) : { anyOf: different };
}

/** The same schemas; where a part is just what an operation answers, it refers to that. */
function withReferences(operations: readonly Operation[]): Record<string, JsonSchema> {
  // The last one of a map stays: what reads, where there is such an operation.
  const reading = operations.toSorted((a, b) => Number(a.id.startsWith('get')) - Number(b.id.startsWith('get')));
  const places = new Map(reading.map(({ id, answer }) => [JSON.stringify(answer), `${id}/properties/answer`]));
  function referred(value: unknown, own: string): unknown {
    if (Array.isArray(value)) return value.map((item) => referred(item, own));
    if (typeof value !== 'object' || value === null) return value;
    const place = 'properties' in value ? places.get(JSON.stringify(value)) : undefined;
    if (place !== undefined && place !== own) return { $ref: `#/components/schemas/${place}` };
    return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, referred(part, own)]));
  }
  return Object.fromEntries(
    operations.map(({ id, summary, input, answer }) => [
      id,
      {
        type: 'object',
        description: summary,
        properties: { input, answer: referred(answer, `${id}/properties/answer`) },
        required: ['input', 'answer'],
      },
    ]),
  );
}

function namedType(schema: SchemaObject): ts.TypeNode | undefined {
  const name: unknown = JSON.stringify(schema.enum) === INTERVALS ? 'BarInterval' : (schema as JsonSchema)[TYPE];
  return typeof name === 'string' ? ts.factory.createTypeReferenceNode(name) : undefined;
}

async function typesOf(operations: readonly Operation[]): Promise<string> {
  const document = {
    openapi: '3.1.0',
    info: { title: 'PocketQuant', version: '1' },
    components: { schemas: withReferences(operations) as Record<string, SchemaObject> },
  };
  const nodes = await openapiTypescript(document, { immutable: true, transform: namedType, silent: true });
  // Of one interface the members of one member, each an operation.
  const members = membersOf(membersOf(nodes, 'components'), 'schemas');
  const exported = [ts.factory.createModifier(ts.SyntaxKind.ExportKeyword)];
  const types = astToString(
    ts.factory.createInterfaceDeclaration(exported, 'Operations', undefined, undefined, members),
  );
  return types
    .replaceAll('components["schemas"]', 'Operations')
    .replaceAll(/ *\/\*\* @enum \{unknown\} \*\/\n| *\* @enum \{unknown\}\n/g, '')
    .replaceAll('@description ', '');
}

function membersOf(nodes: readonly ts.Node[], name: string): readonly ts.TypeElement[] {
  for (const node of nodes) {
    if (ts.isInterfaceDeclaration(node) && node.name.text === name) return node.members;
    if (!ts.isPropertySignature(node) || node.type === undefined || !ts.isTypeLiteralNode(node.type)) continue;
    if (ts.isIdentifier(node.name) && node.name.text === name) return node.type.members;
  }
  throw new Error(`openapi-typescript has written no ${name}`);
}

async function file(): Promise<string> {
  const documents = (await routeDocuments()).filter(([, , document]) => !isStream(document) && !isFile(document));
  const operations = documents.map((document) => operationOf(...document));
  operations.sort((a, b) => (a.id < b.id ? -1 : 1));
  const routes = Object.fromEntries(operations.map(({ id, route }) => [id, route]));
  const text = `
    // Written by scripts/write-client.ts.

    import type { FileBody, NoFields, Route, TimeInput } from './route.ts';

    /** Length of a bar; \`m\` is a minute, \`M\` a month. */
    export type BarInterval = ${BAR_INTERVALS.map((interval) => `'${interval}'`).join(' | ')};

    /** What each operation takes and answers. */
    ${await typesOf(operations)}

    /** How each operation is asked. */
    export const ROUTES: Readonly<Record<keyof Operations, Route>> = ${JSON.stringify(routes)};
  `;
  return format(text, { ...(await resolveConfig(FILE)), parser: 'typescript' });
}

const text = await file();
if (!process.argv.includes('--check')) writeFileSync(FILE, text);
else if (readFileSync(FILE, 'utf8') !== text) {
  console.error(`${FILE} is not what the routes say: run node scripts/write-client.ts`);
  process.exitCode = 1;
}
