import { InvalidRequestError } from '../../platform/errors/index.ts';

/** An error for whoever sent broken bytes. */
export function damaged(what: string, why: string, cause?: unknown): InvalidRequestError {
  const message = `${what} damaged or cut off (${why}); what came before it was read`;
  return new InvalidRequestError('FILE_DAMAGED', message, cause === undefined ? {} : { cause });
}

/** Turns whatever a library throws at broken bytes into {@link damaged}. */
export async function* soundOnly<Piece>(pieces: AsyncIterable<Piece>, what: string): AsyncGenerator<Piece> {
  try {
    yield* pieces;
  } catch (error) {
    if (error instanceof InvalidRequestError || isOfSystem(error)) throw error;
    throw damaged(what, error instanceof Error ? error.message : String(error), error);
  }
}

/** Whether the disk failed, and not the bytes on it. */
export function isOfSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error;
}
