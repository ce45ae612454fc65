import { InvalidRequestError } from '../../platform/errors/index.ts';
import { isOfSystem } from './damaged.ts';

/**
 * The same pieces, from a path or, without one, standard input.
 * @throws InvalidRequestError `FILE_UNREADABLE` where the system fails to read them
 */
export async function* readable(pieces: AsyncIterable<Uint8Array>, path?: string): AsyncGenerator<Uint8Array> {
  try {
    yield* pieces;
  } catch (error) {
    throw isOfSystem(error) ? unreadable(path ?? 'Standard input', error) : error;
  }
}

const ADVICE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'there is no such file, as a part of its path is no folder',
  EISDIR: 'it is a folder; name a file in it',
  EACCES: 'you may not read it',
  EPERM: 'you may not read it',
};

export function unreadable(place: string, error: NodeJS.ErrnoException): InvalidRequestError {
  const { code = 'unknown', message } = error;
  return new InvalidRequestError('FILE_UNREADABLE', `${place} cannot be read: ${ADVICE[code] ?? message} (${code})`, {
    cause: error,
  });
}
