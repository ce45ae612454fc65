import type { FastifyInstance } from 'fastify';
import { InvalidRequestError } from '../errors/index.ts';

/** Most values in one body: the largest call there is, 50,000 bars of nine fields, has as many. */
const MOST_VALUES = 500_000;
/** Most names in one body, each counted once. To parse an object of new names costs a hundred times its bytes. */
const MOST_NAMES = 250;
/** No body that is accepted is nested half as deep. */
const MOST_DEPTH = 32;

/**
 * Has the server read JSON bodies and no others. What is quickly sent and costly to hold, millions of values in a few
 * bytes each, or lists in lists, is refused before it is parsed.
 */
export function readJsonBodies(server: FastifyInstance): void {
  const parse = server.getDefaultJsonParser('error', 'error');
  server.removeAllContentTypeParsers();
  server.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    const excess = excessOf(body);
    if (excess === undefined) void parse(request, body.toString(), done);
    else done(excess);
  });
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const BACKSLASH = 0x5c;
const [LIST, LIST_END] = [0x5b, 0x5d];
const [OBJECT, OBJECT_END] = [0x7b, 0x7d];
/** Names are told apart by so many bits of a sum; two that share one count once. */
const NAME_BITS = 0x1fff;

/** What is too much of a body; whether it is JSON at all is for the parser to say. */
function excessOf(json: Uint8Array): InvalidRequestError | undefined {
  const isKnown = new Uint8Array(NAME_BITS + 1);
  let names = 0;
  let values = 1;
  let depth = 0;
  let text = 0;
  for (let i = 0; i < json.length; i++) {
    switch (json[i]) {
      case QUOTE:
        for (text = 0; ++i < json.length && json[i] !== QUOTE; text = (text * 31 + json[i]) | 0)
          if (json[i] === BACKSLASH) i++;
        break;
      case COLON: // ends a name
        names += 1 - isKnown[text & NAME_BITS];
        isKnown[text & NAME_BITS] = 1;
        break;
      case COMMA:
        values++;
        break;
      case OBJECT:
      case LIST:
        values++;
        if (++depth > MOST_DEPTH)
          return new InvalidRequestError('INVALID_REQUEST', `The body is nested deeper than ${MOST_DEPTH} levels`);
        break;
      case OBJECT_END:
      case LIST_END:
        depth--;
    }
  }
  if (names > MOST_NAMES)
    return new InvalidRequestError('INVALID_REQUEST', `The body has more than ${MOST_NAMES} different names`);
  if (values > MOST_VALUES)
    return new InvalidRequestError('BODY_TOO_LARGE', `The body has more than ${MOST_VALUES} values; send it in parts`);
  return undefined;
}
