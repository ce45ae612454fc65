import { Readable } from 'node:stream';
import { InvalidRequestError } from '../errors/index.ts';
import type { HttpReply } from './http-server.ts';

/** Bytes of a known size that can be read in parts. */
export interface SentFile {
  readonly size: number;
  /** The same for the same bytes, and for no others. */
  readonly tag: string;
  readonly contentType: string;
  readonly name: string;
  read(from: number, to: number): AsyncIterable<Uint8Array>;
}

interface Part {
  readonly from: number;
  readonly to: number;
}

/**
 * Answers with a file as RFC 9110 says: whole or the one part that `Range` names, or that nothing changed since
 * `If-None-Match`. Several parts at once, and parts of another file than `If-Range` knows, are answered with all of it.
 * @throws InvalidRequestError `RANGE_NOT_SATISFIABLE`
 */
export function sendFile(reply: HttpReply, file: SentFile): HttpReply {
  const { method, headers } = reply.request;
  const { size, contentType, name } = file;
  const tag = `"${file.tag}"`;
  reply.headers({
    etag: tag,
    'accept-ranges': 'bytes',
    'cache-control': 'no-cache',
    'content-disposition': `inline; filename*=UTF-8''${encodeURIComponent(name)}`,
  });
  if (isKnown(headers['if-none-match'], tag)) return reply.status(304).send();
  const ifRange = headers['if-range'];
  const part = ifRange === undefined || ifRange === tag ? partOf(headers.range, size) : undefined;
  if (part === 'outside') {
    reply.header('content-range', `bytes */${size}`);
    throw new InvalidRequestError('RANGE_NOT_SATISFIABLE', `The file has ${size} bytes; the part begins behind them`);
  }
  const { from, to } = part ?? { from: 0, to: size };
  reply.type(contentType).header('content-length', to - from);
  if (part !== undefined) reply.status(206).header('content-range', `bytes ${from}-${to - 1}/${size}`);
  return method === 'HEAD' ? reply.send() : reply.send(Readable.from(file.read(from, to), { objectMode: false }));
}

function isKnown(known: string | undefined, tag: string): boolean {
  const tags = known?.split(',').map((one) => one.trim().replace(/^W\//, '')) ?? [];
  return tags.includes('*') || tags.includes(tag);
}

/** The part that a `Range` header names; `undefined` for the whole file. */
function partOf(range: string | undefined, size: number): Part | 'outside' | undefined {
  const [, first = '', last = ''] = /^bytes=(\d*)-(\d*)$/.exec(range?.trim() ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  if (first === '')
    return Number(last) === 0 || size === 0 ? 'outside' : { from: Math.max(0, size - Number(last)), to: size };
  if (last !== '' && Number(last) < Number(first)) return undefined;
  if (Number(first) >= size) return 'outside';
  return { from: Number(first), to: last === '' ? size : Math.min(size, Number(last) + 1) };
}
