import { signal } from '@preact/signals';
import type { JSX } from 'preact';
import { useCallback, useEffect, useState } from 'preact/hooks';
import { bytesText } from '../../format/number.ts';
import { Button } from '../../parts/button.tsx';
import { Meter } from '../../parts/told.tsx';
import { keepInLink, parameters } from '../../routes.ts';
import { columnsOfReading, readColumns } from './columns-option.ts';
import { DropZone } from './drop-zone.tsx';
import { headOf, type FileHead } from './file-head.ts';
import type { Outcome, PreviewAnswer, Reading } from './import-answer.ts';
import { ImportJob } from './import-job.tsx';
import { optionsIn } from './import-options.ts';
import { OptionsForm } from './options-form.tsx';
import { OutcomeShown } from './outcome-shown.tsx';
import { PreviewShown, PreviewsShown } from './preview-shown.tsx';
import { mayBeStored, RefusalShown } from './refusal-shown.tsx';
import { useSending, type Sending } from './use-sending.ts';
import './import.css';

/** Stays while other parts of the page are looked at. */
const chosen = signal<File | undefined>(undefined);

export function ImportTab(): JSX.Element {
  const file = chosen.value;
  const options = optionsIn(parameters.value);
  const [head, setHead] = useState<FileHead>();
  const [outcome, setOutcome] = useState<{ readonly fileName: string; readonly outcome: Outcome }>();
  const { sending, failure, preview, look, store, stop } = useSending(file);
  const jobId = parameters.value['job'];

  const take = useCallback((next: File) => {
    keepInLink({ job: undefined });
    chosen.value = next;
  }, []);

  useEffect(() => {
    setHead(undefined);
    setOutcome(undefined);
    if (file === undefined) return;
    void headOf(file).then(setHead, () => undefined);
    void look(options);
  }, [file]);

  async function begin(): Promise<void> {
    const accepted = await store(options);
    if (accepted === undefined || file === undefined) return;
    if ('id' in accepted) keepInLink({ job: accepted.id });
    else setOutcome({ fileName: file.name, outcome: accepted });
  }

  const reading = preview === undefined ? undefined : readingOf(preview.answer);
  const known = head?.columns ?? [];
  const columns = known.length > 0 || reading === undefined ? known : columnsOfReading(reading);
  const isFresh = preview !== undefined && sameOptions(preview.options, options) && failure === undefined;
  const isDone = outcome !== undefined && isFresh;

  return (
    <>
      <DropZone file={file} onFile={take} />
      {jobId !== undefined && <ImportJob id={jobId} />}
      {file !== undefined && jobId === undefined && (
        <>
          {failure !== undefined && (
            <RefusalShown error={failure.error} isPartStored={mayBeStored(failure)} fileName={file.name} />
          )}
          {isDone && <OutcomeShown {...outcome} />}
          <OptionsForm
            options={options}
            refusal={failure?.error}
            columns={columns}
            read={reading === undefined ? {} : readColumns(reading.columns, columns)}
            onSubmit={() => void look(options)}
          >
            <Button type="submit" kind={isFresh ? 'plain' : 'primary'}>
              Preview
            </Button>
            <Button kind={isFresh && !isDone ? 'primary' : 'plain'} isDisabled={!isFresh} onClick={begin}>
              {isDone ? 'Import again' : 'Import'}
            </Button>
            <span class="soft" role="status">
              {adviceOnNext(isFresh, preview !== undefined, isDone)}
            </span>
          </OptionsForm>
          {sending !== undefined && <SendingShown sending={sending} file={file} onStop={stop} />}
          {head !== undefined && (preview === undefined || failure !== undefined) && <HeadShown head={head} />}
          {preview !== undefined && failure === undefined && <AnswerShown answer={preview.answer} />}
        </>
      )}
    </>
  );
}

function adviceOnNext(isFresh: boolean, isPreviewed: boolean, isDone: boolean): string {
  if (isDone) return '';
  if (isFresh) return 'Nothing is stored yet.';
  return isPreviewed ? 'Options have changed: preview again before it is imported.' : '';
}

function sameOptions(one: object, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

function readingOf(answer: PreviewAnswer): Reading | undefined {
  return 'reading' in answer ? answer.reading : undefined;
}

function AnswerShown({ answer }: { answer: PreviewAnswer }): JSX.Element {
  return 'files' in answer ? <PreviewsShown previews={answer} /> : <PreviewShown preview={answer} />;
}

function HeadShown({ head }: { head: FileHead }): JSX.Element {
  return (
    <section class="stack">
      <h2>Its first lines, as they stand</h2>
      <pre class="head" tabIndex={0} aria-label="First lines of the file">
        {head.lines.join('\n')}
      </pre>
    </section>
  );
}

interface SendingShownProps {
  readonly sending: Sending;
  readonly file: File;
  readonly onStop: () => void;
}

function SendingShown({ sending: { what, sentBytes }, file, onStop }: SendingShownProps): JSX.Element {
  const isSent = sentBytes >= file.size;
  const doing = what === 'preview' ? 'The server looks at the file' : 'The server stores its bars';
  return (
    <div class="row" role="status">
      <span class="grow">
        {isSent ? `${doing}.` : `${bytesText(sentBytes)} of ${bytesText(file.size)} sent.`}
        <Meter label={isSent ? doing : 'Sent'} value={sentBytes} max={isSent ? undefined : file.size} />
      </span>
      <Button onClick={onStop}>Stop</Button>
    </div>
  );
}
