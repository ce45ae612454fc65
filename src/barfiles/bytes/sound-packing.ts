import { InvalidRequestError } from '../../platform/errors/index.ts';
import type { Content } from './content.ts';

/** What a decoder says where its input ends too early: all that it had made until then is right. */
const CUT_OFF = 'Z_BUF_ERROR';

/**
 * Reads packed content to its end, where its checksum stands: bytes that were changed unpack to other rows until then.
 * Content that is cut off passes, as does bzip2, which has a checksum for each block that it gives.
 * @throws InvalidRequestError `FILE_DAMAGED`
 */
export async function requireSoundPacking({ packing, pieces }: Pick<Content, 'packing' | 'pieces'>): Promise<void> {
  if (packing.every((name) => name === 'bzip2')) return;
  try {
    for await (const _piece of pieces);
  } catch (error) {
    if (!(error instanceof InvalidRequestError) || error.code !== 'FILE_DAMAGED' || isCutOff(error)) return;
    throw new InvalidRequestError(
      'FILE_DAMAGED',
      `The file is damaged inside of ${packing.join(', ')}, so nothing of it was read: copy or download it again`,
      { cause: error },
    );
  }
}

function isCutOff({ cause }: InvalidRequestError): boolean {
  return cause instanceof Error && 'code' in cause && cause.code === CUT_OFF;
}
