import { Readable } from 'node:stream';
import type { HttpReply } from './http-server.ts';

/**
 * Answers with bytes as they come. The first piece is made before the answer begins, so that an early error is a
 * problem answer; a later one breaks the connection off, as a short 200 would look whole. If the client goes away, or
 * asked for the headers only, the producer is stopped.
 */
export async function sendStream(
  reply: HttpReply,
  contentType: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<HttpReply> {
  const producer = pieces[Symbol.asyncIterator]();
  const first = await producer.next();
  reply.type(contentType);
  if (reply.request.method === 'HEAD') {
    await producer.return?.();
    return reply.send();
  }
  return reply.send(Readable.from(resumed(first, producer), { objectMode: false }));
}

/**
 * The pieces with the first put back. No generator: one that was not read from yet ignores `return`, and a producer
 * whose client left before the first byte would never hear of it.
 */
function resumed(first: IteratorResult<Uint8Array>, producer: AsyncIterator<Uint8Array>): AsyncIterable<Uint8Array> {
  let made: IteratorResult<Uint8Array> | undefined = first;
  const next = (): Promise<IteratorResult<Uint8Array>> => {
    const piece = made === undefined ? producer.next() : Promise.resolve(made);
    made = undefined;
    return piece;
  };
  const stop = async (): Promise<IteratorResult<Uint8Array>> => {
    await producer.return?.();
    return { done: true, value: undefined };
  };
  return { [Symbol.asyncIterator]: () => ({ next, return: stop }) };
}
