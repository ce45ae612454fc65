import type { FastifyInstance } from 'fastify';

interface ObjectSchema {
  readonly type?: unknown;
  readonly additionalProperties?: unknown;
}

/** Makes every route refuse query parameters that it does not know: a typo must not pass in silence. */
export function refuseUnknownParameters(server: Pick<FastifyInstance, 'addHook'>): void {
  server.addHook('onRoute', (route) => {
    const querystring = route.schema?.querystring as ObjectSchema | undefined;
    if (querystring?.type !== 'object' || querystring.additionalProperties !== undefined) return;
    // Typebox keeps what it knows of a schema in properties that a spread would lose.
    const descriptors = Object.getOwnPropertyDescriptors(querystring);
    const strict: unknown = Object.defineProperties(
      {},
      { ...descriptors, additionalProperties: { value: false, enumerable: true } },
    );
    route.schema = { ...route.schema, querystring: strict };
  });
}
