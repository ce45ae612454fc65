import { unwritable } from './unwritable.ts';

/** Nobody reads the output any more, as in `… | head`: there is nobody left to tell. */
export class OutputClosed extends Error {}

/** Standard output, which may be closed or full before all is written. */
export interface Output {
  /** Hands text or bytes over; resolves when there is room for more. @throws as `flush` */
  write(data: string | Uint8Array): Promise<void>;
  /**
   * Waits until all was handed over.
   * @throws OutputClosed if the reader is gone; InvalidRequestError `OUTPUT_UNWRITABLE`
   */
  flush(): Promise<void>;
  /** Aborted when no more can be written: what is made for the output alone may stop. */
  readonly ended: AbortSignal;
}

/** Takes the place of whatever listens to a stream's errors: from now on they are told by `write` and `flush`. */
export function outputTo(stream: NodeJS.WriteStream): Output {
  const ended = new AbortController();
  stream.on('error', (error: NodeJS.ErrnoException) => {
    ended.abort(error.code === 'EPIPE' ? new OutputClosed() : unwritable('Standard output', error));
  });
  async function write(data: string | Uint8Array): Promise<void> {
    ended.signal.throwIfAborted();
    await new Promise<void>((resolve) => {
      // An error is reported before the callback hears of it, or right after it.
      stream.write(data, () => setImmediate(resolve));
    });
    ended.signal.throwIfAborted();
  }
  return { write, flush: () => write(''), ended: ended.signal };
}
