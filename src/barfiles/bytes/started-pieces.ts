/** Bytes that come one after another, of which the first are known. */
export interface StartedPieces {
  readonly start: Uint8Array;
  /** All bytes, those of the start too. */
  readonly pieces: AsyncIterable<Uint8Array>;
  /** Lets go of what they come from, whether they were read or not. */
  stop(): Promise<void>;
}

/** Enough to tell what a file is and how its text is encoded. */
const START_BYTES = 65_536;

/** The first bytes, however small the pieces, and all bytes. What fails after the first ones fails when it is read. */
export async function withStart(pieces: AsyncIterable<Uint8Array>): Promise<StartedPieces> {
  const source = pieces[Symbol.asyncIterator]();
  const held: Uint8Array[] = [];
  let length = 0;
  let failure: Error | undefined;
  try {
    while (length < START_BYTES) {
      const next = await source.next();
      if (next.done === true) break;
      held.push(next.value);
      length += next.value.length;
    }
  } catch (error) {
    if (length === 0 || !(error instanceof Error)) throw error;
    failure = error; // told when what came before it has been read
  }
  const first = Buffer.concat(held);
  async function* all(): AsyncGenerator<Uint8Array> {
    try {
      if (first.length > 0) yield first;
      if (failure !== undefined) throw failure;
      for (let next = await source.next(); next.done !== true; next = await source.next()) yield next.value;
    } finally {
      await stop();
    }
  }
  const stop = async (): Promise<void> => {
    await source.return?.();
  };
  return { start: first.subarray(0, START_BYTES), pieces: all(), stop };
}
