import { Readable } from 'node:stream';
import type { HttpReply } from './http-server.ts';

/**
 * Answers with bytes as they come. The first piece is made before the answer begins, so that an early error is a
 * problem answer; a later one breaks the connection off, as a short 200 would look whole. If the client goes away, the
 * producer is stopped.
 */
export async function sendStream(
  reply: HttpReply,
  contentType: string,
  pieces: AsyncIterable<Uint8Array>,
): Promise<HttpReply> {
  const iterator = pieces[Symbol.asyncIterator]();
  const first = await iterator.next();
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      for (let next = first; next.done !== true; next = await iterator.next()) yield next.value;
    } finally {
      await iterator.return?.();
    }
  }
  return reply.type(contentType).send(Readable.from(all(), { objectMode: false }));
}
