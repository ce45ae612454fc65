import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import type { FastifyRequest } from 'fastify';
import { PassThrough, type Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { InvalidRequestError } from '../errors/index.ts';
import type { HttpServer } from './http-server.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Its body may take as long as it needs, if it keeps coming. */
    isUpload?: boolean;
  }
}

/** A file that a client sends, as it comes. */
export interface UploadedFile {
  /** What the client calls it. */
  readonly name: string | undefined;
  /** @throws InvalidRequestError if the body ends early, comes too slowly or is no form of one file */
  readonly pieces: AsyncIterable<Uint8Array>;
}

/** Gives routes whose body is a file of any type: the handler gets it as a stream, for {@link uploadedFile}. */
export function takeFiles(server: HttpServer, route: (scope: HttpServer) => void): void {
  void server.register((scope, _options, done) => {
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', (_request, payload, parsed) => parsed(null, payload));
    route(scope);
    done();
  });
}

/**
 * The body itself, or the one file of a form.
 * @param gone aborts when the client goes away
 * @throws InvalidRequestError `INVALID_REQUEST` if there is no file
 */
export async function uploadedFile({ body, headers }: FastifyRequest, gone: AbortSignal): Promise<UploadedFile> {
  if (body === undefined || body === null)
    throw new InvalidRequestError(
      'INVALID_REQUEST',
      'The body is empty; send the file as the body, or as a form of one file',
    );
  const payload = body as Readable;
  const type = headers['content-type'] ?? '';
  if (!/^multipart\/form-data\b/i.test(type)) {
    // A stream of its own, so that the connection outlives it and can be answered.
    const pieces = payload.pipe(new PassThrough());
    payload.on('error', (error) => pieces.destroy(error));
    pieces.on('error', () => undefined); // whoever reads it hears of it
    return { name: undefined, pieces: whole(pieces, gone) };
  }
  const form = openForm(payload, { ...headers, 'content-type': type });
  const { file, name } = await form.file;
  return { name, pieces: form.checked(whole(file, gone)) };
}

function openForm(payload: Readable, headers: ConstructorParameters<typeof Busboy>[0]['headers']) {
  const form = newForm(headers);
  const ended = finished(form);
  const found = Promise.withResolvers<{ file: BusboyFileStream; name: string | undefined }>();
  let open: BusboyFileStream | undefined;
  let refusal: InvalidRequestError | undefined;
  const fail = (error: Error): void => {
    const invalid = new InvalidRequestError('INVALID_REQUEST', `The form cannot be read: ${error.message}`, {
      cause: error,
    });
    found.reject(invalid);
    open?.destroy(invalid);
  };
  ended.then(() => found.reject(notOneFile()), fail);
  payload.on('error', (error) => form.destroy(error));
  form.on('error', () => undefined); // told by its end
  form.on('file', (_field, file, name) => {
    open = file;
    file.on('error', () => undefined); // whoever reads it hears of it
    found.resolve({ file, name: name || undefined });
  });
  for (const event of ['filesLimit', 'fieldsLimit', 'partsLimit'] as const)
    form.on(event, () => {
      refusal = notOneFile();
      found.reject(refusal);
    });
  payload.pipe(form);
  async function* checked(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    yield* pieces;
    await ended.catch(() => undefined);
    if (refusal !== undefined) throw refusal;
  }
  return { file: found.promise, checked };
}

function newForm(headers: ConstructorParameters<typeof Busboy>[0]['headers']) {
  try {
    const limits = { files: 1, fields: 0, parts: 2, headerPairs: 50, headerSize: 8_192, fieldNameSize: 100 };
    return new Busboy({ headers, limits });
  } catch (error) {
    throw new InvalidRequestError('INVALID_REQUEST', `The form cannot be read: ${(error as Error).message}`, {
      cause: error,
    });
  }
}

function notOneFile(): InvalidRequestError {
  return new InvalidRequestError(
    'INVALID_REQUEST',
    'Send one file in the form and nothing else; options are parameters of the query',
  );
}

const PACE_MS = 120_000;
const PACE_BYTES = 1_048_576;

/** Passes the bytes on as long as they come, at no less than the pace. */
async function* whole(pieces: Readable, gone: AbortSignal): AsyncGenerator<Uint8Array> {
  let left = PACE_BYTES;
  const cut = (): void =>
    void pieces.destroy(
      new InvalidRequestError('INVALID_REQUEST', 'The connection ended before the file did; send it again'),
    );
  const pace = setInterval(() => {
    if (left > 0)
      pieces.destroy(
        new InvalidRequestError('REQUEST_TIMEOUT', 'Less than 1 MiB of the file came in two minutes; send it again'),
      );
    left = PACE_BYTES;
  }, PACE_MS);
  if (gone.aborted) cut();
  gone.addEventListener('abort', cut, { once: true });
  try {
    for await (const piece of pieces) {
      left -= (piece as Uint8Array).length;
      yield piece as Uint8Array;
    }
  } finally {
    gone.removeEventListener('abort', cut);
    clearInterval(pace);
  }
}
