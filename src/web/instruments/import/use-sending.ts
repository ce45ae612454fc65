import { useEffect, useRef, useState } from 'preact/hooks';
import type { Accepted, PreviewAnswer } from './import-answer.ts';
import type { ImportOptions } from './import-options.ts';
import { sendFile } from './send-file.ts';

/** A file on its way to the server. */
export interface Sending {
  readonly what: 'preview' | 'import';
  readonly sentBytes: number;
}

export interface Failure {
  readonly error: unknown;
  readonly during: Sending['what'];
}

export interface FileWork {
  readonly sending: Sending | undefined;
  readonly failure: Failure | undefined;
  /** The newest, and the options that it was made with. */
  readonly preview: { readonly answer: PreviewAnswer; readonly options: ImportOptions } | undefined;
  readonly look: (options: ImportOptions) => Promise<void>;
  /** @returns what the server has accepted, or `undefined` if it has not */
  readonly store: (options: ImportOptions) => Promise<Accepted | undefined>;
  readonly stop: () => void;
}

/** What is asked of the server about a file, one thing at a time: a later question ends the one before. */
export function useSending(file: File | undefined): FileWork {
  const [sending, setSending] = useState<Sending>();
  const [failure, setFailure] = useState<Failure>();
  const [preview, setPreview] = useState<FileWork['preview']>();
  const current = useRef<AbortController>(undefined);

  async function send(what: Sending['what'], query: Parameters<typeof sendFile>[1]): Promise<unknown> {
    current.current?.abort();
    if (file === undefined) return undefined;
    const own = new AbortController();
    current.current = own;
    setSending({ what, sentBytes: 0 });
    try {
      const onSent = (sentBytes: number): void => setSending({ what, sentBytes });
      const answer = await sendFile(file, query, { signal: own.signal, onSent });
      setFailure(undefined);
      return answer;
    } catch (error) {
      if (!own.signal.aborted) setFailure({ error, during: what });
      return undefined;
    } finally {
      if (current.current === own) setSending(undefined);
    }
  }

  useEffect(() => {
    setPreview(undefined);
    setFailure(undefined);
    return () => current.current?.abort();
  }, [file]);

  return {
    sending,
    failure,
    preview,
    async look(options) {
      const answer = (await send('preview', { ...options, preview: 'true' })) as PreviewAnswer | undefined;
      if (answer !== undefined) setPreview({ answer, options });
    },
    store: (options) => send('import', options) as Promise<Accepted | undefined>,
    stop: () => current.current?.abort(),
  };
}
