import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';

/** The body is not what the headers promise, or larger than what is accepted. */
export class BodyFault extends Error {}

/**
 * A whole body, unpacked. The bound holds for what comes out of gzip, too: a small answer must not fill memory.
 * @throws BodyFault
 */
export async function readBody(body: Readable, encoding: string | undefined, maxBytes: number): Promise<string> {
  const parts: Buffer[] = [];
  let size = 0;
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const part of source) {
      size += part.length;
      if (size > maxBytes) throw new BodyFault(`A body of more than ${maxBytes} bytes`);
      parts.push(part);
    }
  };
  if (encoding === undefined || encoding === 'identity') await pipeline(body, collect);
  else if (encoding === 'gzip') await unpacked(pipeline(body, createGunzip(), collect));
  else {
    body.destroy();
    throw new BodyFault(`A body in an encoding that was not asked for: ${encoding}`);
  }
  return Buffer.concat(parts).toString('utf8');
}

async function unpacked(reading: Promise<void>): Promise<void> {
  try {
    await reading;
  } catch (error) {
    const isZlib = error instanceof Error && 'code' in error && String(error.code).startsWith('Z_');
    throw isZlib ? new BodyFault('A body that is no whole gzip', { cause: error }) : error;
  }
}
