import { PocketQuantProblem, ServerUnreachable } from '../../../client/index.ts';
import { tellServerLost } from '../../server-state.ts';
import type { ImportOptions } from './import-options.ts';

interface Sending {
  readonly signal: AbortSignal;
  readonly onSent: (bytes: number) => void;
}

type Query = ImportOptions & { readonly preview?: 'true'; readonly rows?: string };

/**
 * Sends a file to be looked at, or imported. `fetch` does not tell how much of a body was sent; XMLHttpRequest does.
 * @throws PocketQuantProblem, ServerUnreachable
 */
export async function sendFile(file: File, query: Query, { signal, onSent }: Sending): Promise<unknown> {
  await requireReadable(file);
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const request = new XMLHttpRequest();
  request.open('POST', `/api/v1/imports?${new URLSearchParams({ ...query, fileName: file.name }).toString()}`);
  request.setRequestHeader('content-type', 'application/octet-stream');
  request.upload.addEventListener('progress', ({ loaded }) => onSent(loaded));
  request.addEventListener('load', () => {
    const answer: unknown = JSON.parse(request.responseText);
    if (request.status < 400) resolve(answer);
    else reject(new PocketQuantProblem(answer as ConstructorParameters<typeof PocketQuantProblem>[0]));
  });
  request.addEventListener('error', () => void whyCutOff().then(reject));
  request.addEventListener('abort', () => reject(signal.reason as Error));
  const stop = (): void => request.abort();
  signal.addEventListener('abort', stop);
  signal.throwIfAborted();
  request.send(file);
  try {
    return await promise;
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** A file that was changed or removed since it was chosen cannot be read any longer. */
async function requireReadable(file: File): Promise<void> {
  try {
    await file.slice(0, 1).arrayBuffer();
  } catch (cause) {
    throw new Error(`${file.name} cannot be read: it is a folder, or has changed since. Choose it again.`, { cause });
  }
}

async function whyCutOff(): Promise<Error> {
  try {
    await fetch('/health/live');
    return new Error('The server ended the upload before the end of the file. Send it again; pack it if it is large.');
  } catch (cause) {
    tellServerLost();
    return new ServerUnreachable('The server does not answer. Send the file again when it is back.', { cause });
  }
}
