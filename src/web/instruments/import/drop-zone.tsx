import type { JSX } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import { bytesText } from '../../format/number.ts';
import { notify } from '../../parts/notices.tsx';

interface DropZoneProps {
  readonly file: File | undefined;
  readonly onFile: (file: File) => void;
}

/** Where a file is chosen, or dropped: anywhere on the page, while this is shown. */
export function DropZone({ file, onFile }: DropZoneProps): JSX.Element {
  const [isOver, setIsOver] = useState(false);

  function take(files: FileList | null | undefined): void {
    const [first, second] = files ?? [];
    if (first === undefined) return;
    if (second !== undefined)
      notify({
        tone: 'bad',
        text: `Only ${first.name} was taken: one file at a time, or a zip of several with "Names of files"`,
      });
    onFile(first);
  }

  // Before it is seen, so that no drop is lost.
  useLayoutEffect(() => {
    const leaving = new AbortController();
    const { signal } = leaving;
    document.addEventListener('dragover', (event) => (event.preventDefault(), setIsOver(true)), { signal });
    document.addEventListener(
      'dragleave',
      ({ relatedTarget }) => {
        if (relatedTarget === null) setIsOver(false);
      },
      { signal },
    );
    document.addEventListener(
      'drop',
      (event) => {
        event.preventDefault();
        setIsOver(false);
        take(event.dataTransfer?.files);
      },
      { signal },
    );
    return () => leaving.abort();
  }, [onFile]);

  return (
    <label class={`drop ${isOver ? 'over' : ''} ${file === undefined ? '' : 'small'}`}>
      <input
        type="file"
        class="unseen"
        onChange={({ currentTarget }) => {
          take(currentTarget.files);
          currentTarget.value = ''; // so that the same file can be chosen again
        }}
      />
      {file === undefined ? (
        <>
          <strong>Drop a file of bars here, or choose one</strong>
          <span class="soft">
            CSV, JSON, NDJSON, Parquet, Arrow or Feather; plain, or in gzip, zstd, bzip2 or zip. You see how it is read
            before anything is stored.
          </span>
        </>
      ) : (
        <>
          <strong class="file-name">{file.name}</strong>
          <span class="soft">{bytesText(file.size)}</span>
          <span class="grow" />
          <span class="another">Choose another</span>
        </>
      )}
    </label>
  );
}
