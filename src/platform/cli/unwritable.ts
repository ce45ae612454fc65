import { InvalidRequestError } from '../errors/index.ts';

const ADVICE: Readonly<Record<string, string>> = {
  ENOENT: 'its folder is not there; make it first',
  ENOTDIR: 'a part of its path is no folder',
  EISDIR: 'it is a folder; name a file in it',
  EACCES: 'you may not write there; choose another place',
  EPERM: 'you may not write there; choose another place',
  EROFS: 'it is on a disk that can only be read; choose another place',
  ENOSPC: 'the disk is full; make room',
  EDQUOT: 'your share of the disk is full; make room',
  EFBIG: 'the disk takes no files as large as that',
  ENAMETOOLONG: 'its name is too long',
};

/** What the system said when something was written to a file or a stream, with what to do. */
export function unwritable(place: string, error: NodeJS.ErrnoException): InvalidRequestError {
  const { code = 'unknown', message } = error;
  return new InvalidRequestError(
    'OUTPUT_UNWRITABLE',
    `${place} cannot be written: ${ADVICE[code] ?? message} (${code})`,
    {
      cause: error,
    },
  );
}
