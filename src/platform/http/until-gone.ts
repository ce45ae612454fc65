import type { HttpReply } from './http-server.ts';

/** Aborts when the client goes away before it has its answer; for what is done for that client alone. */
export function untilGone({ raw }: HttpReply): AbortSignal {
  const gone = new AbortController();
  raw.once('close', () => {
    if (!raw.writableFinished) gone.abort();
  });
  return gone.signal;
}
