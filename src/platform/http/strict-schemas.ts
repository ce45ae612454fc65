import type { FastifyInstance } from 'fastify';
import Type from 'typebox';

interface ObjectSchema {
  readonly type?: unknown;
  readonly additionalProperties?: unknown;
}

const NoParameters = Type.Object({}, { additionalProperties: false });

/**
 * Makes every route refuse query parameters that it does not know: a typo must not pass in silence. Below `prefix` this
 * goes for routes without a query schema too, unless they are hidden from the documents.
 */
export function refuseUnknownParameters(server: Pick<FastifyInstance, 'addHook'>, prefix: string): void {
  server.addHook('onRoute', (route) => {
    const { schema, url } = route;
    if (schema?.querystring === undefined && schema?.hide !== true && url.startsWith(`${prefix}/`)) {
      route.schema = { ...schema, querystring: NoParameters };
      return;
    }
    const querystring = schema?.querystring as ObjectSchema | undefined;
    if (querystring?.type !== 'object' || querystring.additionalProperties !== undefined) return;
    // Typebox keeps what it knows of a schema in properties that a spread would lose.
    const descriptors = Object.getOwnPropertyDescriptors(querystring);
    const strict: unknown = Object.defineProperties(
      {},
      { ...descriptors, additionalProperties: { value: false, enumerable: true } },
    );
    route.schema = { ...schema, querystring: strict };
  });
}
